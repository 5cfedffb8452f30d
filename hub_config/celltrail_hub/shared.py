"""What all parts of a hub share: one source of the profiles, one ledger, one form, one client."""

import os
from functools import cache, partial
from pathlib import Path

from tornado.ioloop import PeriodicCallback
from tornado.log import app_log

from celltrail.errors import UnavailableError
from celltrail_hub.capacity.client import TOKEN_VARIABLE, CapacityClient
from celltrail_hub.ledger import Ledger
from celltrail_hub.spawn_form import SpawnForm
from celltrail_profiles.schema import ProfileFile
from celltrail_profiles.source import ProfileSource

_MARK_MS = 60_000


def profiles_in(path: str) -> ProfileFile:
    """Return the profiles in force; the log tells once that a file has errors now.

    Raises ProfileError if there never were good ones.
    """
    source = _source_of(path)
    known = source.problem
    file = source.current()
    if source.problem is not None and source.problem is not known:
        app_log.error("The profiles stay as they were: %s", source.problem)
    return file


@cache
def _source_of(path: str) -> ProfileSource:
    return ProfileSource(Path(path))


@cache
def ledger_of(path: str) -> Ledger:
    """Return this hub's one ledger in a file, which notes each minute what is still running.

    To be called from the hub's event loop. Raises UnavailableError if the file cannot be used.
    """
    ledger = Ledger(Path(path))
    PeriodicCallback(partial(_mark, ledger), _MARK_MS).start()
    return ledger


@cache
def capacity_at(url: str) -> CapacityClient:
    """Return this hub's one client of `celltrail capacity`; its token is in the environment."""
    return CapacityClient(url, os.environ.get(TOKEN_VARIABLE, ""))


_forms: list[SpawnForm] = []


def form_of(file: ProfileFile) -> SpawnForm:
    """Return this hub's one form of the profiles in force."""
    if not _forms or _forms[0].file is not file:
        _forms[:] = [SpawnForm(file)]
    return _forms[0]


def _mark(ledger: Ledger) -> None:
    try:
        ledger.mark()
    except UnavailableError as error:  # the next minute tells as much
        app_log.error("What runs is not noted: %s", error)
