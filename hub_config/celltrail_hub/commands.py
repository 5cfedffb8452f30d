"""`celltrail up`, `hub` and `capacity`; the packages they need are looked for at a run."""

import argparse
import os
from pathlib import Path

from celltrail.commands import Command
from celltrail_hub.deployment.commands import hub

__all__ = ["capacity", "hub", "up"]


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
    from celltrail_hub.local.launch import run_hub

    return run_hub(args)


up = Command(
    help="start JupyterHub, the tracking server and Lab on this machine",
    example="celltrail up --port 8000",
    configure=_configure,
    run=_run,
    extra="hub",
)


def _configure_capacity(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to serve on (default: %(default)s)"
    )
    parser.add_argument(
        "--port", type=int, default=8090, help="port to serve on; 0: any (default: %(default)s)"
    )


def _run_capacity(args: argparse.Namespace) -> int:
    from celltrail_hub.capacity.server import serve

    return serve(args.host, args.port, os.environ)


capacity = Command(
    help="serve what is free in a Kubernetes cluster, to a hub that may not read it",
    example="CELLTRAIL_CAPACITY_TOKEN=secret celltrail capacity --host 0.0.0.0",
    configure=_configure_capacity,
    run=_run_capacity,
    extra="kubernetes",
)
