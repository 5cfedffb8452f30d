"""Tells users on the hub's pages which of their servers the hub has stopped, when and why."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from celltrail.errors import UnavailableError
from celltrail_hub.shared import ledger_of

_DAYS = 7


class Shown(msgspec.Struct, frozen=True):
    """A server that was stopped, as pages say it."""

    server: str
    when: str
    """In UTC, for a browser to read."""

    time: str
    reason: str


def stops_of(ledger_file: str, user: Any) -> list[Shown]:
    """Return what to tell whoever looks at a page of the hub; nothing to nobody.

    user: JupyterHub's user, service or None.
    """
    try:
        stops = ledger_of(ledger_file).stops(user.name, _DAYS * 24 * 3600) if user else []
    except UnavailableError:  # told where servers are started
        return []
    now = datetime.now(UTC)
    return [
        Shown(stop.server, ended.isoformat(), _time(ended, now), stop.reason)
        for stop in stops
        for ended in [datetime.fromtimestamp(stop.ended, UTC)]
    ]


def _time(moment: datetime, now: datetime) -> str:
    day = "" if moment.date() == now.date() else f"{moment:%Y-%m-%d} "
    return f"{day}{moment:%H:%M} UTC"
