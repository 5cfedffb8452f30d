"""`celltrail usage`: who used what on a hub, from its ledger, also while no hub runs."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from celltrail.commands import Command, print_result

if TYPE_CHECKING:
    from celltrail_hub.usage.sums import Row


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--ledger",
        type=Path,
        metavar="FILE",
        help="the hub's ledger.sqlite (default: that of `celltrail up`)",
    )
    parser.add_argument("--from", dest="first", metavar="DAY", help="default: the month's first")
    parser.add_argument("--to", dest="last", metavar="DAY", help="the last day; default: today")
    parser.add_argument(
        "--by",
        action="append",
        metavar="KEY",
        help="rows by user, group, profile, server, month or day, repeatable (default: user)",
    )
    parser.add_argument(
        "--group", default="", metavar="NAME", help="only servers of this group's members"
    )
    parser.add_argument("--csv", action="store_true", help="print CSV")


def _run(args: argparse.Namespace) -> int:
    from celltrail_hub.local.settings import default_state_dir
    from celltrail_hub.sessions import sessions
    from celltrail_hub.usage.sums import csv_text, keys_of, span_of, summed

    span = span_of(args.first, args.last, datetime.now(UTC).date())
    keys = keys_of(args.by or ["user"])
    ledger = args.ledger or default_state_dir() / "ledger.sqlite"
    rows = summed(sessions(ledger, span.begin, span.end, group=args.group), span, keys)
    if args.csv:
        print(csv_text(rows, span, keys), end="")
    else:
        nothing = f"nothing ran from {span.first} to {span.last} (UTC)"
        print_result(args, _table(rows, keys) if rows else nothing, _data(rows, keys))
    return 0


def _table(rows: "list[Row]", keys: tuple[str, ...]) -> str:
    from celltrail.tables import table
    from celltrail_hub.usage.sums import AMOUNTS, shown

    header = [name.upper().replace("_", " ") for name in (*keys, *AMOUNTS, "currency")]
    return table(
        header,
        [
            [*row.values, *(shown(getattr(row, name), 2) for name in AMOUNTS), row.currency]
            for row in rows
        ],
    )


def _data(rows: "list[Row]", keys: tuple[str, ...]) -> list[dict[str, Any]]:
    from celltrail_hub.usage.sums import AMOUNTS

    return [
        dict(zip(keys, row.values, strict=True))
        | {name: float(getattr(row, name)) for name in AMOUNTS}
        | {"currency": row.currency}
        for row in rows
    ]


usage = Command(
    help="tell who used what on a hub, and what it cost",
    example="celltrail usage --from 2026-11-01 --by group --by profile --csv",
    configure=_configure,
    run=_run,
    extra="hub",
)
