"""`celltrail server`, and `celltrail db`. Everything heavy is imported when a command runs."""

import argparse
import gc

from celltrail.commands import Command, print_result
from celltrail_server.db_commands import db
from celltrail_server.flags import add_artifacts, add_data_dir, add_database, data_dir_of

__all__ = ["db", "server"]

_FLAGS = ("host", "port", "data_dir", "database", "artifacts", "auth", "idle_timeout", "state_file")


def _configure_server(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--host", help="address to listen on (default 127.0.0.1)")
    add("--port", type=int, metavar="N", help="port; 0: any free one (default 8765)")
    add_data_dir(parser)
    add_database(parser)
    add_artifacts(parser)
    add("--auth", choices=("none", "token", "jupyterhub"), help="who may use it (default token)")
    add(
        "--idle-timeout",
        type=float,
        metavar="SECONDS",
        help="stop after this long without a request or live stream; 0: never (default)",
    )
    add("--state-file", metavar="FILE", help="say in FILE where the server listens, while it does")
    add("--config", metavar="FILE", help="Python file with settings, as c.TrackingServer.port = 1")
    add("--help-all", action="store_true", help="print every setting of the file, and stop")


def _run_server(args: argparse.Namespace) -> int:
    # Nothing of what is imported now is garbage; looking for some takes a tenth of the start.
    gc.disable()
    from celltrail_server.settings import TrackingServer, load_settings

    if args.help_all:
        print_result(args, TrackingServer.class_get_help(), TrackingServer.described())
        return 0
    from celltrail_server.process import serve

    flags = {name: getattr(args, name) for name in _FLAGS}
    settings = load_settings(args.config, flags)
    serve(settings, data_dir_of(settings.data_dir))
    return 0


server = Command(
    help="run the tracking server",
    example="celltrail server --port 8765 --data-dir ~/trail",
    configure=_configure_server,
    run=_run_server,
    extra="server",
)
