"""Prints what some packages need of requirements.lock: `requirements.py 'celltrail[lab]' kfp`.

It follows what the packages of this environment say they need, so it is run by the Python of
`.venv`, where all of the lock is installed. Words that start with a colon are dependency groups.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parents[2]


def closure(roots: Iterable[Requirement]) -> set[str]:
    """Return the names of all packages that `roots` come to, themselves included."""
    seen: set[tuple[str, str]] = set()
    waiting = list(roots)
    while waiting:
        wanted = waiting.pop()
        for extra in ("", *wanted.extras):
            key = (canonicalize_name(wanted.name), extra)
            if key not in seen:
                seen.add(key)
                waiting += needs(*key)
    return {name for name, _ in seen}


def needs(name: str, extra: str) -> Iterator[Requirement]:
    """Return what a package needs on a machine like this one."""
    try:
        lines = requires(name) or []
    except PackageNotFoundError:
        raise SystemExit(f"{name} is not installed here: run `make .venv/dev`") from None
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group of pyproject.toml."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    return [str(each) for each in project["dependency-groups"][name]]


def locked(names: set[str]) -> Iterator[str]:
    """Return the entries of the lock for `names`, with their hashes."""
    text = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
    for entry in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE):
        name = entry.partition("==")[0]
        if name in names:
            yield re.sub(r"^    #.*\n", "", entry, flags=re.MULTILINE)


def main(words: list[str]) -> None:
    """Print the entries for the packages and groups that `words` name."""
    texts = [
        text for word in words for text in (group(word[1:]) if word.startswith(":") else [word])
    ]
    print("".join(locked(closure(map(Requirement, texts)))), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
