"""An IPython shell in this process that records into a session of the test's own."""

from collections.abc import Callable, Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import celltrail.notices
import celltrail.session
from celltrail.events import Event, decode_event
from celltrail.frames import read_frames
from celltrail.session import Session, current_session
from celltrail.spool import list_streams

NOBODY = "http://127.0.0.1:9"
"""An address where no server listens."""


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """The session that the magics use, with no server to reach."""
    monkeypatch.setenv("CELLTRAIL_URL", NOBODY)
    monkeypatch.setattr(celltrail.session, "_current", None)
    monkeypatch.setattr(celltrail.notices, "_said", set())
    session = current_session()
    yield session
    session.close()


@pytest.fixture
def bare_shell(session: Session) -> Iterator[InteractiveShell]:
    """A shell without the extension."""
    config = Config(
        HistoryManager={"hist_file": ":memory:"}, InteractiveShell={"colors": "nocolor"}
    )
    shell = InteractiveShell.instance(config=config)
    yield shell
    shell.extension_manager.unload_extension("celltrail")
    shell._atexit_once()
    InteractiveShell.clear_instance()


@pytest.fixture
def shell(bare_shell: InteractiveShell) -> InteractiveShell:
    """A shell with the extension loaded, before its first cell."""
    bare_shell.extension_manager.load_extension("celltrail")
    return bare_shell


@pytest.fixture
def recorded(session: Session) -> Callable[[], list[Event]]:
    """Close the session and return the events that it has spooled."""

    def read() -> list[Event]:
        session.close()
        [path] = list_streams(session.settings.home / "spool")
        return [
            decode_event(payload) for payload in read_frames((path / "events.log").read_bytes())
        ]

    return read
