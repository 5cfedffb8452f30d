"""From a document to the typed file: every wrong type, unknown and missing key, each in its place.

msgspec converts and names one error only, so mappings are taken apart here along the types of
`schema` and each leaf is converted by itself.
"""

from collections.abc import Iterable
from pathlib import Path as FilePath
from typing import Any

import msgspec

from celltrail_profiles.checking import check
from celltrail_profiles.documents import Document, Node, did_you_mean, show
from celltrail_profiles.errors import InvalidFileError
from celltrail_profiles.problems import Code, Finding, Path, Problem
from celltrail_profiles.schema import Profile, ProfileFile, from_text
from celltrail_profiles.shapes import fields_of, shape_of

_KUBESPAWNER = {
    "mem_limit": "memory.limit",
    "mem_guarantee": "memory.guarantee",
    "cpu_limit": "cpu.limit",
    "cpu_guarantee": "cpu.guarantee",
    "extra_resource_limits": "gpu",
    "extra_resource_guarantees": "gpu",
    "priority_class_name": "priority_class",
    "volume_mounts": "volumes.NAME.mount_path",
    "profile_options": "options",
    "unlisted_choice": "free",
    "validation_regex": "pattern",
    "validation_message": "message",
    "allowed_groups": "who.groups",
    "allowed_users": "who.users",
}
_BAD: Any = object()
"""Stands for a value that could not be read."""


class Reading(msgspec.Struct):
    """A file that was read: the document, what is wrong with it, and the file if nothing is.

    `profiles` are those that could be read, by their position; None for the others.
    """

    document: Document
    problems: list[Problem]
    profiles: list[Profile | None]
    file: ProfileFile | None

    @property
    def errors(self) -> list[Problem]:
        """The problems that make the file unusable."""
        return [problem for problem in self.problems if problem.severity == "error"]


def read_text(text: str, name: str = "profiles.yaml") -> Reading:
    """Read and check the text of a file of profiles; never raises, whatever the text is."""
    document = Document(name, text)
    problems = list(document.problems)
    if problems and not document.root.value:
        return Reading(document, problems, [], None)
    reader = _Reader()
    root = _without_own_keys(document.root)
    made = reader.read(ProfileFile, root, ())
    findings = reader.findings
    profiles = reader.profiles
    findings += check(profiles, made if isinstance(made, ProfileFile) else None)
    problems += [document.problem(finding) for finding in findings]
    problems.sort(key=lambda each: (each.line, each.column, each.severity, each.message))
    reading = Reading(document, problems, profiles, None)
    if not reading.errors:
        reading.file = made
    return reading


def read_file(path: FilePath) -> Reading:
    """Read and check a file. Raises InvalidFileError only if it cannot be opened."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InvalidFileError(f"{path} cannot be read: {error.strerror}") from error
    return read_bytes(raw, str(path))


def read_bytes(raw: bytes, name: str) -> Reading:
    """Read and check the bytes of a file, which must be UTF-8."""
    try:
        return read_text(raw.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        problem = Problem(name, line, column, "error", "syntax", "the file is not UTF-8")
        return Reading(Document(name, "{}"), [problem], [], None)


def load(path: FilePath) -> ProfileFile:
    """Return a file of profiles. Raises InvalidFileError with all its errors."""
    return usable(read_file(path))


def usable(reading: Reading) -> ProfileFile:
    """Return the file of a reading. Raises InvalidFileError if it has errors."""
    if reading.file is not None:
        return reading.file
    errors = reading.errors
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    raise InvalidFileError(f"{errors[0].describe()}{more}", errors)


def _without_own_keys(root: Node) -> Node:
    if not isinstance(root.value, dict):
        return root
    kept = {key: node for key, node in root.value.items() if not key.startswith("x-")}
    return Node(kept, root.place, root.keys)


class _Reader:
    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.profiles: list[Profile | None] = []

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
            return self._items(shape.item, node, path)
        return self._leaf(shape.type, node, path)

    def _struct(self, type_: type[msgspec.Struct], node: Node, path: Path) -> Any:
        fields = fields_of(type_)
        values: dict[str, Any] = {}
        for key, child in node.value.items():
            if key not in fields:
                self._note((*path, key), "unknown-key", f"unknown key {key}{_instead(key, fields)}")
            else:
                values[key] = self.read(fields[key].type, child, (*path, key))
        for name, each in fields.items():
            if each.required and name not in node.value:
                values[name] = self._note(path, "missing", f"{name} is missing")
        whole = not any(value is _BAD for value in values.values())
        return type_(**values) if whole and len(values) == len(node.value) else _BAD

    def _dict(self, key_type: Any, value_type: Any, node: Node, path: Path) -> Any:
        made = {}
        for key, child in node.value.items():
            good = self._leaf(key_type, Node(key, child.place), (*path, key), "bad-key") is not _BAD
            made[key] = self.read(value_type, child, (*path, key)) if good else _BAD
        return _BAD if any(value is _BAD for value in made.values()) else made

    def _items(self, type_: Any, node: Node, path: Path) -> Any:
        made = tuple(
            self.read(type_, child, (*path, index)) for index, child in enumerate(node.value)
        )
        if type_ is Profile:
            self.profiles = [each if isinstance(each, Profile) else None for each in made]
        return _BAD if any(value is _BAD for value in made) else made

    def _leaf(self, type_: Any, node: Node, path: Path, code: Code = "type") -> Any:
        try:
            return msgspec.convert(node.plain(), type_, dec_hook=from_text)
        except msgspec.ValidationError as error:
            said = str(error).partition(" - at `")[0].replace("`", "")
            return self._note(path, code, f"{_named(path)}{said}{_hint(type_, node, said)}")

    def _note(self, path: Path, code: Code, message: str) -> Any:
        self.findings.append(Finding(path, code, message))
        return _BAD


def _instead(key: str, fields: Iterable[str]) -> str:
    """Return what was meant by an unknown key: one of ours, or what KubeSpawner calls it."""
    known = sorted(fields)
    theirs = {name: ours for name, ours in _KUBESPAWNER.items() if ours.split(".")[0] in known}
    near = did_you_mean(key, [*known, *theirs])
    for name, ours in theirs.items():
        if near == f"; did you mean {name}?":
            return f"; did you mean {ours}, which KubeSpawner calls {name}?"
    return near or f"; known: {', '.join(known)}"


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
