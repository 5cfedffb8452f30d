"""The frame of `celltrail SUBCOMMAND`: what a subcommand is, and how errors reach a person.

A package offers a subcommand as an entry point in the group `celltrail.commands`, which names a
`Command`. The module that holds it imports nothing heavy at its top, since `celltrail --help`
loads all of them.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Command:
    """One subcommand.

    `configure` adds arguments to the parser (`--json` is there already); `run` does the work and
    returns the exit code. `run` may raise `CelltrailError`: its text is printed as one line and
    the exit code is 1.
    """

    help: str
    example: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    extra: str | None = None
    """The extra of `celltrail` that the command needs, named if one of its packages is missing."""


class Actions:
    """The actions of a command that has several, as `celltrail db backup`; one must be named."""

    def __init__(self, parser: argparse.ArgumentParser, command: str) -> None:
        self._parsers = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
        self._command = command

    def add(self, name: str, help: str, example: str) -> argparse.ArgumentParser:
        """Add an action; returns its parser. `example` comes after `celltrail COMMAND`."""
        action = self._parsers.add_parser(
            name,
            help=help,
            description=help,
            epilog=f"example:\n  celltrail {self._command} {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        action.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON"
        )
        return action


def print_result(args: argparse.Namespace, text: str, data: Any) -> None:
    """Print `data` as JSON if `--json` was given, else `text` for a person."""
    print(json.dumps(data, indent=2) if args.json else text, file=sys.stdout)
