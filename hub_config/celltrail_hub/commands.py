"""Placeholder, replaced by the real module."""

from celltrail.commands import Command
from celltrail.errors import UnavailableError


def _run(_: object) -> int:
    raise UnavailableError("not built yet")


command = server = db = export = run = up = Command("not built yet", "", lambda parser: None, _run)
