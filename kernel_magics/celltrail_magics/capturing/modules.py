"""Modules of the user's own that a notebook has imported: files below the notebook's folder."""

import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

MAX_BYTES = 1_000_000
MAX_MODULES = 200

_STDLIB = os.path.join(sysconfig.get_path("stdlib"), "")
_FOREIGN = {"site-packages", "dist-packages", "node_modules"}


class LocalModule(NamedTuple):
    """A module, where its source lies, and what tells whether it was loaded again."""

    name: str
    path: Path
    relative: str
    """Path below the notebook's folder, with slashes."""

    spec: Any


def local_modules(folder: Path, modules: Mapping[str, Any]) -> Iterator[LocalModule]:
    """Yield those of the modules whose Python source lies below `folder`.

    Python itself and packages that are installed there, and hidden folders, such as `.venv`, do
    not count.
    """
    below = os.path.join(folder, "")
    for name, module in modules.items():
        namespace = _namespace(module)
        file = namespace.get("__file__")
        if not isinstance(file, str) or not file.startswith(below) or file.startswith(_STDLIB):
            continue
        parts = Path(file).relative_to(folder).parts
        is_foreign = any(part in _FOREIGN or part.startswith(".") for part in parts)
        if name != "__main__" and file.endswith(".py") and not is_foreign:
            yield LocalModule(name, Path(file), "/".join(parts), namespace.get("__spec__"))


class Loaded:
    """Which modules have been seen, for one run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._seen: set[str] = set()
        self._specs: dict[str, Any] = {}

    def has_news(self) -> bool:
        """Whether modules have come or been loaded again; takes microseconds."""
        return len(sys.modules) != self._count or any(
            _namespace(sys.modules.get(name)).get("__spec__") is not spec
            for name, spec in self._specs.items()
        )

    def take_news(self) -> list[LocalModule]:
        """Return the local modules that have come or been loaded again since the last call."""
        self._count = len(sys.modules)
        candidates = {
            name: module
            for name, module in list(sys.modules.items())
            if name not in self._seen or name in self._specs
        }
        self._seen.update(candidates)
        news = [
            module
            for module in local_modules(self._folder, candidates)
            if module.name not in self._specs or self._specs[module.name] is not module.spec
        ]
        self._specs |= {module.name: module.spec for module in news}
        return news[:MAX_MODULES]


def _namespace(module: object) -> dict[str, Any]:
    # Not getattr: asked for an attribute, a lazy module would be imported. Not isinstance: what
    # cffi makes of C libraries calls itself a module, and is none.
    if not issubclass(type(module), ModuleType):
        return {}
    namespace: dict[str, Any] = object.__getattribute__(module, "__dict__")
    return namespace
