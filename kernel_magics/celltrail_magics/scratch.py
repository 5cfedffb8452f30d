"""A folder to replay in: it looks like the notebook's own, and nothing in it is the user's.

Below the temporary folder the notebook's folder has its whole path, so that `../data/a.csv` leads
to the same place from within. What the cell runs have read is there as links, what they changed
then and what lies beside it as copies, and what they made is not there, as it was not when they
began.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from celltrail_dataflow.tracing.traces import Execution
from celltrail_magics.changed_files import files_of, path_of

COPY_BYTES = 100 << 20
COPY_FILES = 2_000
"""Of what nobody is known to have read, no more is copied than this."""

_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages"})


@contextmanager
def scratch_folder(folder: Path, executions: Sequence[Execution]) -> Iterator[tuple[Path, Path]]:
    """Yield a temporary folder, and inside it the one that stands for `folder`; remove it after."""
    root = Path(tempfile.mkdtemp(prefix="celltrail-replay-")).resolve()
    try:
        (root / "tmp").mkdir()
        inside = _below(root, folder)
        inside.mkdir(parents=True, exist_ok=True)
        read, written = files_of(executions)
        changed = {path_of(write.name) for one in executions for write in one.writes}
        for file in read:
            _provide(file, _below(root, file), is_changed=file in changed)
        _copy_tree(folder, root, skip={*read, *written})
        yield root, inside
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _below(root: Path, path: Path) -> Path:
    return root / path.relative_to(path.anchor)


def _provide(file: Path, place: Path, *, is_changed: bool) -> None:
    if not file.is_file() or place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if is_changed:
        _copy(file, place)
    else:
        place.symlink_to(file)


def _copy_tree(folder: Path, root: Path, skip: set[Path]) -> None:
    """Copy what lies in `folder`, the near before the deep, as far as it is small."""
    left_bytes, left_files = COPY_BYTES, COPY_FILES
    waiting = [folder]
    while waiting and left_files > 0:
        place = waiting.pop(0)
        _below(root, place).mkdir(parents=True, exist_ok=True)
        for entry in _entries(place):
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith(".") and entry.name not in _SKIPPED:
                    waiting.append(path)
            elif path not in skip and entry.is_file() and left_files > 0:
                size_bytes = entry.stat().st_size
                if size_bytes <= left_bytes and _copy(path, _below(root, path)):
                    left_bytes, left_files = left_bytes - size_bytes, left_files - 1


def _copy(file: Path, place: Path) -> bool:
    try:
        shutil.copy2(file, place)
    except OSError:  # not ours to read
        return False
    return True


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        found = list(os.scandir(folder))
    except OSError:
        return []
    is_environment = any(entry.name == "pyvenv.cfg" for entry in found)
    return [] if is_environment else found
