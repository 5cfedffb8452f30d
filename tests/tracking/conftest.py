"""A session of the test's own, and what it has spooled."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import celltrail.frames
import celltrail.notices
import celltrail.session
from celltrail.events import Event, decode_event
from celltrail.session import Session, current_session
from celltrail.settings import Settings
from celltrail.spool import list_streams

NOBODY = "http://127.0.0.1:9"
"""An address where no server listens."""


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home / "celltrail", url=NOBODY)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """The session that `celltrail.log` and the magics use, with no server to reach."""
    monkeypatch.setenv("CELLTRAIL_URL", NOBODY)
    monkeypatch.setattr(celltrail.session, "_current", None)
    monkeypatch.setattr(celltrail.notices, "_said", set())
    session = current_session()
    yield session
    session.close()


@pytest.fixture
def recorded(session: Session) -> Callable[[], list[Event]]:
    """Close the session and return the events that it has spooled."""

    def read() -> list[Event]:
        session.close()
        [path] = list_streams(session.settings.home / "spool")
        return read_events(path)

    return read


def read_events(path: Path) -> list[Event]:
    log = (path / "events.log").read_bytes()
    return [decode_event(payload) for payload in celltrail.frames.read_frames(log)]
