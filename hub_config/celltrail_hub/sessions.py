"""The servers that ran, from their start to their end, as the ledger's file tells them."""

import json
import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from celltrail_hub.ledger_file import telling, usage_from
from celltrail_hub.spending import group_names
from celltrail_profiles.resolving import Usage

_SESSIONS = """
SELECT user, server, groups, profile, gpu, cpu, memory, cost_per_hour, currency,
    started, COALESCE(ended, seen)
FROM servers WHERE started < :end AND (ended > :begin OR ended IS NULL)
    AND (:users IS NULL OR user IN (SELECT value FROM json_each(:users)))
"""


class Session(msgspec.Struct, frozen=True):
    """A server from its start to its end, or to when it was last seen running."""

    user: str
    server: str
    groups: frozenset[str]
    profile: str
    usage: Usage
    currency: str
    started: float
    ended: float


def sessions(
    path: Path,
    begin: float,
    end: float,
    users: Collection[str] | None = None,
    group: str = "",
) -> list[Session]:
    """Return all servers that ran between two times, those that still run until they were seen.

    Only those of `users`, unless that is None, and of members of `group`, unless it is empty. May
    be called from any thread, and while a hub writes. Raises UnavailableError if the file is not
    there or cannot be read.
    """
    whose = None if users is None else json.dumps(sorted(users))
    asked = {"begin": begin, "end": end, "users": whose}
    with (
        telling(path),
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection,
    ):
        rows = connection.execute(_SESSIONS, asked).fetchall()
    found = map(_session, rows)
    return [session for session in found if not group or group in session.groups]


def _session(row: tuple[Any, ...]) -> Session:
    user, server, groups, profile, *amounts, currency, started, ended = row
    held = usage_from(*amounts)
    return Session(user, server, group_names(groups), profile, held, currency, started, ended)
