"""What the linter has to say about a file: one problem, where it is, and how bad."""

from typing import Literal

import msgspec

type Code = Literal[
    "syntax", "tag", "key", "duplicate-key", "unknown-key", "bad-key", "missing", "type",
    "cpu", "memory", "request-over-limit", "shared-memory", "gpu", "mig", "image", "image-tag",
    "pattern", "volume", "template", "toleration", "name", "reserved", "duplicate-slug",
    "two-defaults", "empty", "nobody", "time", "quota", "cost", "unknown-profile",
    "no-node", "limit-over-node", "unknown-group", "empty-group",
]  # fmt: skip
"""The kinds of problems, explained in docs/profiles.md."""

type Path = tuple[str | int, ...]
"""Where a value lies in a file: keys of mappings and positions in lists."""


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong (`error`) or likely not meant (`warning`).

    Lines and columns count from 1.
    """

    file: str
    line: int
    column: int
    severity: Literal["error", "warning"]
    code: Code
    message: str

    def describe(self) -> str:
        """Return it as compilers write it, which editors can follow."""
        where = f"{self.file}:{self.line}:{self.column}"
        return f"{where}: {self.severity}: {self.message} [{self.code}]"


class Finding(msgspec.Struct, frozen=True):
    """A problem before its place in the text is known: the path of the value, not its line."""

    path: Path
    code: Code
    message: str
    severity: Literal["error", "warning"] = "error"


def warning(path: Path, code: Code, message: str) -> Finding:
    """Return a finding that does not make a file unusable."""
    return Finding(path, code, message, "warning")
