"""`celltrail up`, without the packages it needs: those are looked for when it runs."""

import argparse
from pathlib import Path

from celltrail.commands import Command


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="loopback address to serve on (default: %(default)s)"
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8000,
        help="port to serve on, or the next free one; 0: any (default: %(default)s)",
    )
    parser.add_argument(
        "--state-dir",
        type=Path,
        help="where users' homes, records, password and logs are kept "
        "(default: $XDG_STATE_HOME/celltrail or ~/.local/state/celltrail)",
    )
    parser.add_argument(
        "--profiles",
        type=Path,
        metavar="FILE",
        help="spawner profiles to choose from, read again when they change",
    )
    parser.add_argument("--open", action="store_true", help="open it in the browser")


def _run(args: argparse.Namespace) -> int:
    from celltrail_hub.launch import run_hub

    return run_hub(args)


up = Command(
    help="start JupyterHub, the tracking server and Lab on this machine",
    example="celltrail up --port 8000",
    configure=_configure,
    run=_run,
    extra="hub",
)
