"""`celltrail server` and `celltrail db`. Everything heavy is imported when a command runs."""

import argparse
import os
from pathlib import Path

from celltrail.commands import Command, print_result
from celltrail.settings import Settings

_FLAGS = ("host", "port", "data_dir", "database", "auth", "idle_timeout", "state_file")


def _configure_server(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--host", help="address to listen on (default 127.0.0.1)")
    add("--port", type=int, metavar="N", help="port; 0: any free one (default 8765)")
    _add_data_dir(parser)
    _add_database(parser)
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
    from celltrail_server.settings import TrackingServer, load_settings

    if args.help_all:
        print_result(args, TrackingServer.class_get_help(), TrackingServer.described())
        return 0
    from celltrail_server.process import serve

    flags = {name: getattr(args, name) for name in _FLAGS}
    settings = load_settings(args.config, flags)
    serve(settings, _data_dir(settings.data_dir))
    return 0


def _configure_db(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=("upgrade", "check"),
        help="upgrade: bring an older database to this version's schema; check: verify it",
    )
    _add_data_dir(parser)
    _add_database(parser)


def _run_db(args: argparse.Namespace) -> int:
    from celltrail_server.maintenance import check, upgrade
    from celltrail_server.store.sql import database_of

    database = database_of(args.database or "", _data_dir(args.data_dir))
    name, revision = (upgrade if args.action == "upgrade" else check)(database)
    print_result(
        args,
        f"the database {name} is sound and has the schema {revision}",
        {"database": name, "revision": revision},
    )
    return 0


def _add_data_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data-dir", metavar="DIR", help="database and artifacts (default CELLTRAIL_HOME/server)"
    )


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--database",
        metavar="URL",
        help="postgresql://… instead of a SQLite file in the data folder; better given as "
        "CELLTRAIL_DATABASE, since it holds a password",
    )


def _data_dir(value: str | None) -> Path:
    if value:
        return Path(value).expanduser().absolute()
    return (Settings.from_env(os.environ).home / "server").absolute()


server = Command(
    help="run the tracking server",
    example="celltrail server --port 8765 --data-dir ~/trail",
    configure=_configure_server,
    run=_run_server,
    extra="server",
)
db = Command(
    help="look after the tracking server's database",
    example="celltrail db check --data-dir ~/trail",
    configure=_configure_db,
    run=_run_db,
    extra="server",
)
