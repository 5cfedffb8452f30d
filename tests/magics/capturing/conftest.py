"""A shell as in `tests.magics`, and what it captures."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from celltrail.events import ArtifactLogged, CellCaptured, CellStarted, Event
from celltrail.session import Session
from celltrail_magics.capturing.background import finish
from tests.magics.conftest import bare_shell, recorded, session, shell

__all__ = ["bare_shell", "recorded", "session", "shell"]


@dataclass(frozen=True)
class Captured:
    """All that was recorded, and the bytes of the files."""

    events: list[Event]
    contents: dict[str, bytes]

    def of(self, source: str) -> CellCaptured:
        """What was captured of the last run of the cell with this source."""
        return next(
            event
            for event in reversed(self.events)
            if isinstance(event, CellCaptured) and event.execution_id == self.execution(source)
        )

    def execution(self, source: str) -> str:
        return next(
            event.execution_id
            for event in reversed(self.events)
            if isinstance(event, CellStarted) and event.source == source
        )

    def only[E: Event](self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def files(self) -> dict[str, ArtifactLogged]:
        return {event.path: event for event in self.only(ArtifactLogged)}

    def content(self, path: str) -> bytes:
        return self.contents[self.files[path].sha256]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The notebook's folder, which is empty: in a checkout the tests would be modules of its."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def captured(session: Session, recorded: Callable[[], list[Event]]) -> Callable[[], Captured]:
    """Wait for what goes on in the background, and return what was captured."""

    def read() -> Captured:
        finish(30)
        events = recorded()
        blobs = (session.settings.home / "spool").glob("*/blobs/*")
        return Captured(events, {blob.name: blob.read_bytes() for blob in blobs})

    return read
