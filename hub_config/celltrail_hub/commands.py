"""`celltrail up`, `hub` and `capacity`; the packages they need are looked for at a run."""

import argparse
import json
import os
from pathlib import Path

from celltrail.commands import Command, print_result


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


def _configure_hub(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    lint = actions.add_parser("lint", help="find mistakes in a file of settings")
    lint.add_argument("file", type=Path)
    actions.add_parser("schema", help="print the JSON Schema of the file, for editors")


def _run_hub(args: argparse.Namespace) -> int:
    import msgspec

    from celltrail_hub.deployment import json_schema, load_deployment
    from celltrail_profiles.errors import InvalidFileError

    if args.action == "schema":
        print_result(args, json.dumps(json_schema(), indent=2), json_schema())
        return 0
    try:
        load_deployment(args.file)
    except InvalidFileError as error:
        if not error.problems:
            raise
        print_result(
            args,
            "\n".join(each.describe() for each in error.problems),
            msgspec.to_builtins(error.problems),
        )
        return 1
    print_result(args, f"{args.file}: no problems", [])
    return 0


hub = Command(
    help="check the settings of a hub in a pod",
    example="celltrail hub lint hub.yaml",
    configure=_configure_hub,
    run=_run_hub,
    extra="profiles",
)


def _configure_capacity(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to serve on (default: %(default)s)"
    )
    parser.add_argument(
        "--port", type=int, default=8090, help="port to serve on; 0: any (default: %(default)s)"
    )


def _run_capacity(args: argparse.Namespace) -> int:
    from celltrail_hub.capacity_server import serve

    return serve(args.host, args.port, os.environ)


capacity = Command(
    help="serve what is free in a Kubernetes cluster, to a hub that may not read it",
    example="CELLTRAIL_CAPACITY_TOKEN=secret celltrail capacity --host 0.0.0.0",
    configure=_configure_capacity,
    run=_run_capacity,
    extra="kubernetes",
)
