"""`celltrail`: finds the subcommands, parses, runs one, and turns errors into one line.

Subcommands live in the packages that know them (`celltrail.commands.Command`).
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points

from celltrail import __version__
from celltrail.commands import Command
from celltrail.errors import CelltrailError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code (2: wrong usage, 1: failed, 130: Ctrl-C)."""
    args = build_parser(load_commands()).parse_args(argv)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except ModuleNotFoundError as error:
        if not args.extra:
            raise
        print(
            f"celltrail: `{args.command}` needs the package {error.name}: "
            f"pip install 'celltrail[{args.extra}]'",
            file=sys.stderr,
        )
        return 1
    except CelltrailError as error:
        print(f"celltrail: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `celltrail runs | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def load_commands() -> dict[str, Command]:
    """Return the installed subcommands by name."""
    points = sorted(entry_points(group="celltrail.commands"), key=lambda point: point.name)
    return {point.name: point.load() for point in points}


def build_parser(commands: dict[str, Command]) -> argparse.ArgumentParser:
    """Return the parser of `celltrail` with one subparser per command."""
    parser = argparse.ArgumentParser(prog="celltrail", description="Every cell leaves a trail.")
    parser.add_argument("--version", action="version", version=f"celltrail {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in commands.items():
        sub = subparsers.add_parser(
            name,
            help=command.help,
            description=command.help,
            epilog=f"example:\n  {command.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.add_argument("--json", action="store_true", help="print JSON instead of text")
        command.configure(sub)
        sub.set_defaults(run=command.run, extra=command.extra)
    return parser
