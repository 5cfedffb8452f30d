"""An IPython shell in this process that records into a session of the test's own."""

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from celltrail.session import Session
from tests.tracking.conftest import recorded, session

__all__ = ["recorded", "session"]


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
