"""`celltrail db`: what an operator does to a server's data. Heavy imports are in the functions."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from celltrail.commands import Actions, Command, print_result
from celltrail_server.flags import add_artifacts, add_data_dir, add_database, data_dir_of

if TYPE_CHECKING:
    from celltrail_server.maintenance import Place

_UNITS = {"h": 1 / 24, "d": 1.0, "w": 7.0}


def _configure(parser: argparse.ArgumentParser) -> None:
    actions = Actions(parser, "db")

    def add(name: str, help: str, example: str) -> argparse.ArgumentParser:
        action = actions.add(name, help, example)
        add_data_dir(action)
        add_database(action)
        add_artifacts(action)
        return action

    upgrade = add(
        "upgrade", "bring an older database to this version's schema", "upgrade --data-dir ~/trail"
    )
    upgrade.add_argument(
        "--create", action="store_true", help="make the database if there is none yet"
    )
    add("check", "verify the database", "check --data-dir ~/trail")
    backup = add(
        "backup",
        "copy database and artifacts of one moment to a new folder; the server may be running",
        "backup ~/backups/monday --data-dir ~/trail",
    )
    backup.add_argument("folder", metavar="DEST", help="folder that is not there yet")
    restore = add(
        "restore",
        "make the data of a new server of a backup, after verifying it",
        "restore ~/backups/monday --data-dir ~/trail2",
    )
    restore.add_argument("folder", metavar="SRC", help="folder that `backup` has written")
    gc = add(
        "gc",
        "erase for good what was deleted long ago, and artifacts that nothing uses",
        "gc --older-than 30d --dry-run --data-dir ~/trail",
    )
    gc.add_argument(
        "--older-than",
        metavar="AGE",
        type=parse_age,
        default=30.0,
        help="erase what was deleted longer ago, such as 12h, 30d (default), 8w",
    )
    gc.add_argument("--dry-run", action="store_true", help="say what it would erase, no more")
    add("stats", "say how much the server holds", "stats --data-dir ~/trail")


def parse_age(text: str) -> float:
    """Return an age such as `12h`, `30d` or `8w` in days (an argparse type)."""
    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not number.isdecimal() or len(number) > 5:
        raise argparse.ArgumentTypeError(f"{text!r} is no age such as 12h, 30d or 8w")
    return int(number) * _UNITS[unit]


def _run(args: argparse.Namespace) -> int:
    from celltrail_server.maintenance import Place
    from celltrail_server.store.sql import database_of

    data_dir = data_dir_of(args.data_dir)
    place = Place(data_dir, database_of(args.database or "", data_dir), args.artifacts or "")
    return _ACTIONS[args.action](args, place)


def _upgrade(args: argparse.Namespace, place: "Place") -> int:
    from celltrail_server.maintenance import upgrade

    return _say_sound(args, *upgrade(place.database, create=args.create))


def _check(args: argparse.Namespace, place: "Place") -> int:
    from celltrail_server.maintenance import check

    return _say_sound(args, *check(place.database))


def _say_sound(args: argparse.Namespace, name: str, revision: str) -> int:
    print_result(
        args,
        f"the database {name} is sound and has the schema {revision}",
        {"database": name, "revision": revision},
    )
    return 0


def _backup(args: argparse.Namespace, place: "Place") -> int:
    from celltrail_server.maintenance import backup

    folder = Path(args.folder).expanduser().absolute()
    made = backup(place, folder)
    text = (
        f"{folder} holds {made.row_count} rows and {made.blob_count} blobs "
        f"({show_bytes(made.blob_bytes)})"
    )
    if made.missing:
        text += f"; missing from the artifact store or damaged there: {', '.join(made.missing)}"
    data = {
        "folder": str(folder),
        "revision": made.revision,
        "rows": {table.name: table.row_count for table in made.tables},
        "blobs": made.blob_count,
        "blob_bytes": made.blob_bytes,
        "missing": made.missing,
    }
    print_result(args, text, data)
    return 1 if made.missing else 0


def _restore(args: argparse.Namespace, place: "Place") -> int:
    from celltrail_server.maintenance import restore

    folder = Path(args.folder).expanduser().absolute()
    made = restore(folder, place)
    print_result(
        args,
        f"{place.data_dir} holds {made.row_count} rows and {made.blob_count} blobs, all of the "
        "backup; all hashes and counts agree",
        {
            "data_dir": str(place.data_dir),
            "rows": {table.name: table.row_count for table in made.tables},
            "blobs": made.blob_count,
            "blob_bytes": made.blob_bytes,
            "missing": made.missing,
        },
    )
    return 0


def _gc(args: argparse.Namespace, place: "Place") -> int:
    import msgspec

    from celltrail_server.maintenance import collect

    found = collect(place, args.older_than, dry_run=args.dry_run)
    print_result(
        args,
        f"{'would erase' if args.dry_run else 'erased'} {found.runs} runs, {found.experiments} "
        f"experiments, {found.models} logged models, {found.contents} shared rows, "
        f"{found.uploads} unfinished uploads, {found.blobs} blobs "
        f"({show_bytes(found.blob_bytes)})",
        {"dry_run": args.dry_run, **msgspec.to_builtins(found)},
    )
    return 0


def _stats(args: argparse.Namespace, place: "Place") -> int:
    import msgspec

    from celltrail_server.maintenance import measure

    stats = measure(place)
    lines = [f"{count:>12,}  {table}" for table, count in stats.rows.items()]
    lines += [
        f"{stats.points:>12,}  points of metrics",
        f"{show_bytes(stats.database_bytes):>12}  database",
        f"{show_bytes(stats.blob_bytes):>12}  {stats.blobs:,} blobs",
        f"{show_bytes(stats.referred_bytes):>12}  files of runs: "
        f"{stats.dedup_ratio:.2f} times the blobs",
    ]
    data = msgspec.to_builtins(stats) | {"dedup_ratio": round(stats.dedup_ratio, 3)}
    print_result(args, "\n".join(lines), data)
    return 0


def show_bytes(count: float) -> str:
    """Return a number of bytes for a person."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"


_ACTIONS = {
    "upgrade": _upgrade,
    "check": _check,
    "backup": _backup,
    "restore": _restore,
    "gc": _gc,
    "stats": _stats,
}

db = Command(
    help="look after the tracking server's data",
    example="celltrail db backup ~/backups/monday --data-dir ~/trail",
    configure=_configure,
    run=_run,
    extra="server",
)
