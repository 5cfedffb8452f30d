"""YAML text as values that know where they stand.

PyYAML's events (libyaml's, where it was built in) have a line and a column each; they are put
together here, without recursion beyond `DEPTH` and without expanding aliases beyond `SIZE`, so that
no text can exhaust the reader. Tags other than those of plain scalars are refused, repeated keys
too, which YAML's own loaders let pass.
"""

import difflib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from celltrail_profiles.problems import Code, Finding, Path, Problem

DEPTH = 30
SIZE = 200_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PREFIX = "tag:yaml.org,2002:"
_RESOLVER: Any = Resolver()
_CONSTRUCTED = {_PREFIX + kind for kind in ("int", "float", "bool", "null")}
_SCALARS = _CONSTRUCTED | {_PREFIX + "str"}

type Place = tuple[int, int]


@dataclass(slots=True)
class Node:
    """A value of the text: a scalar, a list of nodes, or a dict of nodes by key."""

    value: Any
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)
    size: int = 1
    depth: int = 1

    def plain(self) -> Any:
        """Return the value without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


class Document:
    """The text of one file: `root` is its value, `problems` what could not be read."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.root = Node({}, (1, 1))
        try:
            self.root = _Composer(text, self._add).document()
        except _Unreadable as error:
            self._add("syntax", str(error), error.place)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            said = error.problem or error.context or "this is no YAML"
            self._add("syntax", said, _place(mark) if mark else (1, 1))
        except yaml.YAMLError as error:
            self._add("syntax", str(error).splitlines()[0], (1, 1))

    @classmethod
    def of_bytes(cls, name: str, raw: bytes) -> "Document":
        """Return the document in the bytes of a file, which must be UTF-8."""
        try:
            return cls(name, raw.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            before = raw[: error.start]
            line = before.count(b"\n") + 1
            column = error.start - (before.rfind(b"\n") + 1) + 1
            document = cls(name, "{}")
            document._add("syntax", "the file is not UTF-8", (line, column))
            return document

    def _add(self, code: Code, message: str, place: Place) -> None:
        self.problems.append(Problem(self.name, *place, "error", code, message))

    def locate(self, path: Path, key: bool = False) -> Place:
        """Return line and column of a value (of its key, for `key` and for what is no scalar).

        Where the value is not there, the nearest thing around it is named.
        """
        node, place = self.root, self.root.place
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                place = node.keys[str(step)]
                node = node.value[step]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                place = node.place
            else:
                break
        else:
            if not key and not isinstance(node.value, dict | list):
                place = node.place
        return place

    def problem(self, finding: Finding) -> Problem:
        """Return a finding with its place in this text."""
        place = self.locate(finding.path, key=finding.code.endswith("-key"))
        return Problem(self.name, *place, finding.severity, finding.code, finding.message)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean X?` for the known word that is nearest, or nothing."""
    near = difflib.get_close_matches(word, list(known), 1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


class _Unreadable(Exception):
    def __init__(self, message: str, place: Place) -> None:
        super().__init__(message)
        self.place = place


class _Composer:
    """Makes nodes of one document's events."""

    def __init__(self, text: str, add: Any) -> None:
        self._events = yaml.parse(text, Loader=_LOADER)
        self._add = add
        self._anchors: dict[str, Node] = {}
        self._constructor = SafeConstructor()

    def document(self) -> Node:
        event = self._next()
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            raise _Unreadable("the file is empty", (1, 1))
        root = self._node(event, 0)
        after = [self._next(), self._next()]
        if isinstance(after[1], yaml.DocumentStartEvent):
            raise _Unreadable("a file holds one document; divide it", _place(after[1].start_mark))
        return root

    def _next(self) -> Any:
        return next(self._events)

    def _node(self, event: Any, depth: int) -> Node:
        place = _place(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, place)
        node = Node(None, place)
        if depth > DEPTH:
            raise _Unreadable(f"nested more than {DEPTH} deep", place)
        if isinstance(event, yaml.ScalarEvent):
            node.value = self._scalar(event, place)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._refuse_tag(event, "seq")
            node.value = self._sequence(depth)
        else:
            self._refuse_tag(event, "map")
            self._mapping(node, depth)
        self._count(node)
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _count(self, node: Node) -> None:
        if not isinstance(node.value, dict | list):
            return
        inner = node.value.values() if isinstance(node.value, dict) else node.value
        node.size += sum(child.size for child in inner)
        node.depth += max((child.depth for child in inner), default=0)
        if node.size > SIZE:
            raise _Unreadable(f"more than {SIZE} values, aliases counted", node.place)
        if node.depth > DEPTH:
            raise _Unreadable(f"nested more than {DEPTH} deep", node.place)

    def _alias(self, event: Any, place: Place) -> Node:
        if event.anchor not in self._anchors:
            raise _Unreadable(f"there is no anchor &{event.anchor} before this", place)
        return self._anchors[event.anchor]

    def _scalar(self, event: Any, place: Place) -> Any:
        tag = event.tag
        if tag is None or tag == "!":
            tag = _RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit)
        elif tag not in _SCALARS:
            self._add("tag", f"the tag {tag} is not used here", place)
            return event.value
        if tag not in _CONSTRUCTED:
            return event.value
        try:
            value = self._constructor.construct_object(yaml.ScalarNode(tag, event.value))
        except (ValueError, KeyError, OverflowError):
            self._add("syntax", f"{event.value!r} cannot be read as {tag[len(_PREFIX) :]}", place)
            return None
        if isinstance(value, float) and not math.isfinite(value):
            self._add("type", f"{event.value} is not a finite number", place)
            return None
        return value

    def _refuse_tag(self, event: Any, kind: str) -> None:
        if event.tag not in (None, "!", _PREFIX + kind):
            self._add("tag", f"the tag {event.tag} is not used here", _place(event.start_mark))

    def _sequence(self, depth: int) -> list[Node]:
        nodes = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            nodes.append(self._node(event, depth + 1))
        return nodes

    def _mapping(self, node: Node, depth: int) -> None:
        own: dict[str, Node] = {}
        merged: list[Node] = []
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key, value = self._node(event, depth + 1), self._node(self._next(), depth + 1)
            place = _place(event.start_mark)
            if key.value == "<<" and isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
                merged += value.value if isinstance(value.value, list) else [value]
                continue
            if not isinstance(key.value, str):
                self._add("key", f"a key must be text, not {show(key.value)}; quote it", place)
                continue
            if key.value in own:
                line = node.keys[key.value][0]
                self._add("duplicate-key", f"{key.value} stands here and in line {line}", place)
            own[key.value] = value
            node.keys[key.value] = place
        node.value = own
        self._merge(node, merged)

    def _merge(self, node: Node, merged: list[Node]) -> None:
        """Add what `<<: *anchor` brings, except what the mapping has itself."""
        for other in merged:
            if not isinstance(other.value, dict):
                self._add("type", "`<<` merges mappings only", other.place)
                continue
            for key, value in other.value.items():
                if key not in node.value:
                    node.value[key] = value
                    node.keys[key] = other.keys[key]


def _place(mark: Any) -> Place:
    return mark.line + 1, mark.column + 1


def show(value: Any) -> str:
    """Return a value as text for a message, shortened."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…'"
