"""Names for steps and artifacts: short, readable, legal in every engine, and unique."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from celltrail_pipelines.notebook import Cell

MAX_LENGTH = 40
_CELL_MARK = re.compile(r"#\s*(%%|In\[|@)")


class UniqueNames:
    """Hands out names, each only once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: Iterable[str], separator: str) -> str:
        """Return the first of `wanted` that is free, else the first with a number behind it."""
        candidates = list(wanted)
        name, number = next((n for n in candidates if n not in self._taken), candidates[0]), 2
        while name in self._taken:
            name, number = f"{candidates[0]}{separator}{number}", number + 1
        self._taken.add(name)
        return name


def slug(text: str, separator: str) -> str:
    """Return `text` as lower-case ASCII letters, digits and `separator`; may be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", separator, plain).strip(separator)
    if len(words) > MAX_LENGTH:
        words = words[: MAX_LENGTH + 1].rpartition(separator)[0] or words[:MAX_LENGTH]
    return words if not words[:1].isdigit() else f"s{separator}{words}"


def step_names(cell: Cell, outputs: Iterable[str]) -> Iterator[str]:
    """Yield names for a step that begins with `cell`, the best first.

    Kale's `step:` tag, the comment on the cell's first line, the heading above, the `outputs`.
    """
    tag = step_tag(cell)
    for text in (tag or "", _first_comment(cell.source), cell.heading or "", *outputs):
        if name := slug(text, "-"):
            yield name


def step_tag(cell: Cell) -> str | None:
    """Return NAME of a tag `step:NAME`, as Kale writes it (options after a colon are dropped)."""
    tags = sorted(tag for tag in cell.tags if tag.startswith(("step:", "block:")))
    return tags[0].split(":")[1] if tags else None


def _first_comment(source: str) -> str:
    lines = [line for line in source.splitlines() if line.strip()]
    if lines and lines[0].lstrip().startswith("%%"):
        lines = lines[1:]
    first = lines[0].strip() if lines else ""
    return "" if _CELL_MARK.match(first) or not first.startswith("#") else first.lstrip("# ")
