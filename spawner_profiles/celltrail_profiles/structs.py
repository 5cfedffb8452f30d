"""From a document of YAML to a struct: every wrong type, unknown and missing key, in its place.

msgspec converts and names one error only, so mappings are taken apart here along the types of
the struct's fields and each leaf is converted by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

import msgspec

from celltrail_profiles.documents import Document, Node, did_you_mean, show
from celltrail_profiles.errors import InvalidFileError
from celltrail_profiles.problems import Code, Finding, Path, Problem
from celltrail_profiles.schema import from_text
from celltrail_profiles.shapes import fields_of, shape_of

_BAD: Any = object()
"""Stands for a value that could not be read."""


def load_struct[T: msgspec.Struct](path: FilePath, type_: type[T]) -> T:
    """Return a file as a struct. Raises InvalidFileError with all its errors."""
    document = Document.of_bytes(str(path), read_raw(path))
    reader = StructReader()
    made = None if document.problems else reader.read(type_, document.root, ())
    problems = document.problems + [document.problem(each) for each in reader.findings]
    if isinstance(made, type_) and not problems:
        return made
    raise refuse(problems)


def read_raw(path: FilePath) -> bytes:
    """Return the bytes of a file. Raises InvalidFileError if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidFileError(f"{path} cannot be read: {error.strerror}") from error


def refuse(errors: Sequence[Problem]) -> InvalidFileError:
    """Return the error for a file with these errors, which names the first."""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return InvalidFileError(f"{errors[0].describe()}{more}", errors)


class StructReader:
    """Reads nodes as types, and gathers `findings` instead of raising.

    `theirs` are keys that another program uses, `named` after it, and what they are called here.
    """

    def __init__(self, theirs: Mapping[str, str] | None = None, named: str = "") -> None:
        self.findings: list[Finding] = []
        self._theirs = theirs or {}
        self._named = named

    def read(self, type_: Any, node: Node, path: Path) -> Any:
        """Return the value of a node, or `_BAD` after noting why it is none."""
        shape = shape_of(type_)
        if shape.struct is not None:
            if isinstance(node.value, dict):
                return self._struct(shape.struct, node, path)
            if not shape.takes_instead(node.value):
                keys = ", ".join(shape.struct.__struct_fields__)
                said = f"{_named(path)}must be a mapping of {keys}, not {show(node.value)}"
                return self._note(path, "type", said)
        if shape.mapping is not None and isinstance(node.value, dict):
            return self._dict(*shape.mapping, node, path)
        if shape.item is not None and isinstance(node.value, list):
            made = self._items(shape.item, node, path)
            return _BAD if any(value is _BAD for value in made) else made
        return self._leaf(shape.type, node, path)

    def _struct(self, type_: type[msgspec.Struct], node: Node, path: Path) -> Any:
        fields = fields_of(type_)
        values: dict[str, Any] = {}
        for key, child in node.value.items():
            if key not in fields:
                said = f"unknown key {key}{self._instead(key, fields)}"
                self._note((*path, key), "unknown-key", said)
            else:
                values[key] = self.read(fields[key].type, child, (*path, key))
        for name, each in fields.items():
            if each.required and name not in node.value:
                values[name] = self._note(path, "missing", f"{name} is missing")
        whole = not any(value is _BAD for value in values.values())
        if not whole or len(values) != len(node.value):
            return _BAD
        try:
            return type_(**values)
        except ValueError as error:  # of a struct that checks its fields against each other
            return self._note(path, "type", f"{_named(path)}{error}")

    def _dict(self, key_type: Any, value_type: Any, node: Node, path: Path) -> Any:
        made = {}
        for key, child in node.value.items():
            good = self._leaf(key_type, Node(key, child.place), (*path, key), "bad-key") is not _BAD
            made[key] = self.read(value_type, child, (*path, key)) if good else _BAD
        return _BAD if any(value is _BAD for value in made.values()) else made

    def _items(self, type_: Any, node: Node, path: Path) -> tuple[Any, ...]:
        return tuple(
            self.read(type_, child, (*path, index)) for index, child in enumerate(node.value)
        )

    def _leaf(self, type_: Any, node: Node, path: Path, code: Code = "type") -> Any:
        try:
            return msgspec.convert(node.plain(), type_, dec_hook=from_text)
        except msgspec.ValidationError as error:
            said = str(error).partition(" - at `")[0].replace("`", "")
            return self._note(path, code, f"{_named(path)}{said}{_hint(type_, node, said)}")

    def _instead(self, key: str, fields: Iterable[str]) -> str:
        """Return what was meant by an unknown key: one of ours, or what others call it."""
        known = sorted(fields)
        theirs = {name: ours for name, ours in self._theirs.items() if ours.split(".")[0] in known}
        near = did_you_mean(key, [*known, *theirs])
        for name, ours in theirs.items():
            if near == f"; did you mean {name}?":
                return f"; did you mean {ours}, which {self._named} calls {name}?"
        return near or f"; known: {', '.join(known)}"

    def _note(self, path: Path, code: Code, message: str) -> Any:
        self.findings.append(Finding(path, code, message))
        return _BAD


def _hint(type_: Any, node: Node, said: str) -> str:
    """Return what msgspec's message does not say: the value, and what may be meant."""
    value = node.value
    if isinstance(value, str):
        words = shape_of(type_).words
        if words:
            return did_you_mean(value, words) or f"; known: {', '.join(words)}"
        return "" if value[:57] in said else f" ({show(value)})"
    quote = "; quote it" if "Expected str" in said and isinstance(value, int | float) else ""
    return f" ({show(value)}){quote}"


def _named(path: Path) -> str:
    names = [step for step in path if isinstance(step, str)]
    return f"{names[-1]}: " if names else ""
