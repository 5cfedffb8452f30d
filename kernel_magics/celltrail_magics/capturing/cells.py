"""What is captured of each cell run of a shell, from its begin to its end."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from celltrail.events import CellCaptured
from celltrail.notices import guarded
from celltrail.session import current_session
from celltrail_magics.capturing.autologging import Autologging
from celltrail_magics.capturing.candidates import literals
from celltrail_magics.capturing.console import Console
from celltrail_magics.capturing.displays import Displays
from celltrail_magics.capturing.origins import process_origins
from celltrail_magics.capturing.settings import CellCapture
from celltrail_magics.capturing.usage import Meter

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class Capturing:
    """Captures the cell runs of one shell, as its settings say."""

    def __init__(self, shell: "InteractiveShell") -> None:
        self._shell = shell
        self._execution_id: str | None = None
        self._run_id = ""
        self._folder_name = ""
        self.settings = CellCapture(parent=shell)
        self._console = Console(shell)
        self._displays = Displays(shell, self.settings)
        self._meter = Meter()
        self._folder = Path.cwd()
        self._autologging = Autologging()

    @guarded("capturing")
    def install(self) -> None:
        """Begin to listen to what the shell shows, and let `%config` know the settings."""
        self._shell.configurables.append(self.settings)  # type: ignore[arg-type]
        self._displays.install()

    @guarded("capturing")
    def uninstall(self) -> None:
        """Stop listening."""
        self._shell.configurables.remove(self.settings)  # type: ignore[arg-type]
        self._displays.uninstall()
        self._meter.stop()

    @guarded("capturing the start of a cell")
    def begin(self, execution_id: str, ordinal: int, execution_count: int) -> None:
        """A cell begins to run; `execution_count` is its number in IPython's history."""
        self._execution_id = execution_id
        self._folder_name = f"cells/{ordinal}"
        session = current_session()
        self._run_id = session.open_run().run_id
        process_origins.describe(session.recorder, self._run_id, self._folder, self.settings)
        self._autologging.below(self._run_id)
        self._displays.begin()
        if self.settings.console:
            self._console.begin(execution_count)
        if self.settings.resources:
            self._meter.begin(has_gpus=self.settings.gpus)

    @guarded("capturing")
    def pause(self) -> None:
        """A cell begins to run of which nothing is captured."""
        self._autologging.pause()

    @guarded("capturing the end of a cell")
    def end(self, source: str, *, succeeded: bool) -> None:
        """The cell that began last has run: record what was captured of it."""
        execution_id, self._execution_id = self._execution_id, None
        if execution_id is None:
            return
        usage, console = self._meter.end(), self._console.end()
        candidates = literals(source) if succeeded and self.settings.candidates else {}
        # The run that the cell began in, though the cell may have ended it.
        recorder, run_id = current_session().recorder, self._run_id
        recorder.record(
            CellCaptured(
                execution_id,
                console.text,
                console.is_cut,
                *usage,
                candidate_params=candidates,
            )
        )
        for name, file in self._displays.end():
            path = f"{self._folder_name}/{name}"
            content = io.BytesIO(file.content)
            recorder.keep_file(content, run_id, path, file.media_type, execution_id)
        if candidates and self.settings.candidates_as_params:
            current_session().log_params(candidates)
        if self.settings.modules:
            process_origins.look_at_modules(recorder, run_id, execution_id)
        self._autologging.follow(self.settings.autolog)
