"""Reading a notebook file: its code cells, with what a pipeline needs to know of each."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celltrail.errors import InvalidError, NotFoundError


@dataclass(frozen=True)
class Cell:
    """A code cell. `number` counts the notebook's code cells from 1."""

    id: str
    number: int
    source: str
    tags: frozenset[str] = frozenset()
    heading: str | None = None
    """The nearest Markdown heading above, without its marks."""

    execution_count: int | None = None


@dataclass(frozen=True)
class Notebook:
    """A notebook's name (of its file, without ending) and code cells, from top to bottom."""

    name: str
    cells: tuple[Cell, ...]


def read_notebook(path: Path) -> Notebook:
    """Return the notebook in `path`; raises NotFoundError or InvalidError, which name the file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotFoundError(f"{path} does not exist; name a notebook (.ipynb)") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidError(f"{path} cannot be read: {error}") from error
    return Notebook(path.stem, _code_cells(_parse(text, path)))


def _parse(text: str, path: Path) -> Any:
    import warnings

    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old notebooks, about cells without an id
            node: Any = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
            nbformat.validate(node)
    except nbformat.reader.NotJSONError as error:
        raise InvalidError(
            f"{path} is not JSON, so not a notebook; open it in JupyterLab and save it again"
        ) from error
    except Exception as error:  # nbformat raises KeyError, AttributeError … on other JSON
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise InvalidError(
            f"{path} is JSON but not a notebook ({reason}); save it from JupyterLab"
        ) from error
    language = node.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        raise InvalidError(f"{path} is a notebook in {language}; only Python can be exported")
    return node


def _code_cells(node: Any) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    heading = None
    for cell in node.cells:
        if cell.cell_type == "markdown":
            heading = _last_heading(cell.source) or heading
        if cell.cell_type != "code":
            continue
        number = len(cells) + 1
        cells.append(
            Cell(
                id=cell.get("id", str(number)),
                number=number,
                source=cell.source,
                tags=frozenset(cell.metadata.get("tags", [])),
                heading=heading,
                execution_count=cell.get("execution_count"),
            )
        )
    return tuple(cells)


def _last_heading(markdown: str) -> str | None:
    headings = []
    fenced = False
    for line in markdown.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif line.startswith("#") and not fenced:
            headings.append(line.lstrip("#").strip())
    return next((heading for heading in reversed(headings) if heading), None)
