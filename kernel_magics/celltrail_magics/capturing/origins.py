"""Where a run comes from: git, installed packages, modules of the user's own.

All of it in the background, and once a run, however often the extension is loaded.
"""

import io
from contextlib import suppress
from pathlib import Path

from celltrail.masking import mask_source
from celltrail.notices import guarded
from celltrail.recorder import Recorder
from celltrail_magics.capturing.background import in_background
from celltrail_magics.capturing.git import git_state
from celltrail_magics.capturing.modules import MAX_BYTES, Loaded, LocalModule
from celltrail_magics.capturing.packages import environment
from celltrail_magics.capturing.settings import CellCapture


class Origins:
    """What has been recorded of the origin of the run that goes on in this process."""

    def __init__(self) -> None:
        self._run_id: str | None = None
        self._loaded = Loaded(Path())

    def describe(
        self, recorder: Recorder, run_id: str, folder: Path, settings: CellCapture
    ) -> None:
        """Record git's state of `folder` and what is installed, unless that was done."""
        if run_id == self._run_id:
            return
        self._run_id, self._loaded = run_id, Loaded(folder)
        if settings.git:
            in_background(lambda: _record_git(recorder, folder, run_id), "git")
        if settings.packages:
            in_background(lambda: _record_packages(recorder, run_id), "packages")

    def look_at_modules(self, recorder: Recorder, run_id: str, execution_id: str) -> None:
        """Record the local modules that a cell has imported."""
        if self._loaded.has_news():
            news = self._loaded.take_news()
            in_background(lambda: _record_modules(recorder, run_id, execution_id, news), "modules")


process_origins = Origins()


@guarded("recording git's state")
def _record_git(recorder: Recorder, folder: Path, run_id: str) -> None:
    if state := git_state(folder, run_id):
        recorder.record(state)


@guarded("recording the installed packages")
def _record_packages(recorder: Recorder, run_id: str) -> None:
    recorder.record(environment(run_id))


@guarded("recording imported modules")
def _record_modules(
    recorder: Recorder, run_id: str, execution_id: str, modules: list[LocalModule]
) -> None:
    for module in modules:
        with suppress(OSError):  # deleted since
            if module.path.stat().st_size <= MAX_BYTES:
                source = mask_source(module.path.read_text("utf-8", errors="surrogateescape"))
                content = io.BytesIO(source.encode("utf-8", errors="surrogateescape"))
                path = f"code/{module.relative}"
                recorder.keep_file(content, run_id, path, "text/x-python", execution_id)
