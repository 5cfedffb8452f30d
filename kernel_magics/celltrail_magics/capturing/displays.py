"""What the cells of a shell show: figures and frames, as files that are bounded and plain data.

It listens where IPython displays: at the formatter for frames, at the publisher and the display
hook for figures. What `%%capture` swallows is not shown. `clear_output` takes away what there was.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import msgspec

from celltrail.notices import guarded
from celltrail_dataflow.tracing.kinds import package
from celltrail_magics.capturing.figures import File, figure_files
from celltrail_magics.capturing.frame_heads import frame_head
from celltrail_magics.capturing.settings import CellCapture

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MAX_SHOWN = 20
"""Of more figures, or frames, in one cell the last ones are kept."""

_VERSION = re.compile(r"/v(\d+)")


class Displays:
    """What the running cell of one shell shows."""

    def __init__(self, shell: "InteractiveShell", settings: CellCapture) -> None:
        self._shell = shell
        self._settings = settings
        self._publisher: Any = shell.display_pub
        self._undo: list[Callable[[], None]] = []
        self._is_open = False
        self._figures: OrderedDict[object, list[File]] = OrderedDict()
        self._frames: list[bytes] = []

    def install(self) -> None:
        """Begin to listen."""
        self._undo = [
            _after(self._shell.display_formatter, "format", self._formatted),
            _after(self._publisher, "publish", self._published),
            _after(self._publisher, "clear_output", self._cleared),
            _after(self._shell.displayhook, "write_format_data", self._written),
        ]

    def uninstall(self) -> None:
        """Stop listening."""
        for undo in self._undo:
            undo()

    def begin(self) -> None:
        """A cell begins to run."""
        self._forget()
        self._is_open = True

    def end(self) -> list[tuple[str, File]]:
        """Return the files that the cell has shown, by name."""
        self._is_open = False
        files = [
            (f"figure-{number}.{file.ending}", file)
            for number, figure in enumerate(self._figures.values(), 1)
            for file in figure
        ]
        files += [
            (f"frame-{number}.json", File("json", "application/json", content))
            for number, content in enumerate(self._frames, 1)
        ]
        self._forget()
        return files

    def _forget(self) -> None:
        self._figures.clear()
        self._frames.clear()

    @guarded("capturing what a cell shows")
    def _formatted(self, bundle: Any, value: Any, *_: Any, **__: Any) -> None:
        if not self._is_open or self._shell.display_pub is not self._publisher:
            return
        if self._settings.frames and (head := frame_head(value)):
            self._frames.append(msgspec.json.encode(head))
            del self._frames[:-MAX_SHOWN]
        if self._settings.figures and package(type(value)) == "altair":
            self._show_altair(bundle[0], value)

    @guarded("capturing what a cell shows")
    def _published(
        self,
        _: Any,
        data: Mapping[str, Any],
        *args: Any,
        transient: Mapping[str, Any] | None = None,
        update: bool = False,
        **kwargs: Any,
    ) -> None:
        display_id = (transient or {}).get("display_id")
        if not update or display_id in self._figures:
            self._show(data, display_id)

    @guarded("capturing what a cell shows")
    def _written(self, _: Any, data: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        self._show(data)

    @guarded("capturing what a cell shows")
    def _cleared(self, _: Any, *args: Any, **kwargs: Any) -> None:
        self._forget()

    def _show(self, data: Mapping[str, Any], display_id: object = None) -> None:
        if not self._is_open or not self._settings.figures:
            return
        if files := figure_files(data):
            self._figures[display_id or object()] = files
            while len(self._figures) > MAX_SHOWN:
                self._figures.popitem(last=False)

    def _show_altair(self, bundle: Mapping[str, Any], chart: Any) -> None:
        # By default altair displays only HTML, which is not kept.
        if hasattr(chart, "to_dict") and not figure_files(bundle):
            with suppress(Exception):  # too many rows, or data that another program holds
                specification = chart.to_dict()
                version = _VERSION.search(specification["$schema"])
                kind = f"application/vnd.vegalite.v{version[1] if version else 5}+json"
                self._show({kind: specification})


def _after(owner: Any, name: str, listener: Callable[..., None]) -> Callable[[], None]:
    """Call `listener` with the result and the arguments of each call; return what ends that."""
    original = getattr(owner, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        listener(result, *args, **kwargs)
        return result

    def undo() -> None:
        if vars(owner).get(name) is call:
            delattr(owner, name)

    setattr(owner, name, call)
    return undo
