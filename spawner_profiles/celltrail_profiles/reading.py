"""From a document to the typed file of profiles, with every error in its place."""

from pathlib import Path as FilePath
from typing import Any

import msgspec

from celltrail_profiles.checking import check
from celltrail_profiles.documents import Document, Node
from celltrail_profiles.problems import Path, Problem
from celltrail_profiles.schema import Profile, ProfileFile
from celltrail_profiles.structs import StructReader, read_raw, refuse

KUBESPAWNER = {
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
    return _read(Document(name, text))


def read_file(path: FilePath) -> Reading:
    """Read and check a file. Raises InvalidFileError only if it cannot be opened."""
    return read_bytes(read_raw(path), str(path))


def read_bytes(raw: bytes, name: str) -> Reading:
    """Read and check the bytes of a file, which must be UTF-8."""
    return _read(Document.of_bytes(name, raw))


def load(path: FilePath) -> ProfileFile:
    """Return a file of profiles. Raises InvalidFileError with all its errors."""
    return usable(read_file(path))


def usable(reading: Reading) -> ProfileFile:
    """Return the file of a reading. Raises InvalidFileError if it has errors."""
    if reading.file is not None:
        return reading.file
    raise refuse(reading.errors)


def _read(document: Document) -> Reading:
    problems = list(document.problems)
    if problems and not document.root.value:
        return Reading(document, problems, [], None)
    reader = _ProfileReader(KUBESPAWNER, "KubeSpawner")
    made = reader.read(ProfileFile, _without_own_keys(document.root), ())
    findings = reader.findings
    profiles = reader.profiles
    findings += check(profiles, made if isinstance(made, ProfileFile) else None)
    problems += [document.problem(finding) for finding in findings]
    problems.sort(key=lambda each: (each.line, each.column, each.severity, each.message))
    reading = Reading(document, problems, profiles, None)
    if not reading.errors:
        reading.file = made
    return reading


def _without_own_keys(root: Node) -> Node:
    if not isinstance(root.value, dict):
        return root
    kept = {key: node for key, node in root.value.items() if not key.startswith("x-")}
    return Node(kept, root.place, root.keys)


class _ProfileReader(StructReader):
    """Keeps the profiles that could be read, for checks in spite of the others."""

    profiles: list[Profile | None] = []  # noqa: RUF012 (replaced, never changed)

    def _items(self, type_: Any, node: Node, path: Path) -> tuple[Any, ...]:
        made = super()._items(type_, node, path)
        if type_ is Profile:
            self.profiles = [each if isinstance(each, Profile) else None for each in made]
        return made
