"""The facts about a piece of a notebook's code, as value objects.

Names are those of the notebook's namespace. State that has no name of its own takes part as
pseudo-variables, whose names start with `@`: `@rng` (global random generators), `@cwd`, `@env`,
`@module:X` (attributes of module X), `@file:EXPRESSION`, `@names` (names chosen at run time).

This module only describes. The facts here are inferred from source; facts observed at run time
have the same shape.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

BindingKind = Literal["value", "scalar", "import", "definition", "deletion"]

RNG = "@rng"
CWD = "@cwd"
ENVIRONMENT = "@env"
DYNAMIC_NAMES = "@names"
MODULE = "@module:"
FILE = "@file:"

EMPTY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Binding:
    """One place that binds (or deletes) a name.

    A `scalar` is a value that cannot be changed in place, provided that each name in
    `depends_on` is a scalar too. `origin` is the dotted source of an import (`numpy.random`);
    the name `*` stands for a star import.
    """

    name: str
    kind: BindingKind
    depends_on: frozenset[str] = EMPTY
    origin: str | None = None


@dataclass(frozen=True)
class Deferred:
    """Code that `names` may hold, and that runs when somebody calls it: its effects then.

    `definition` is the name that a `def` or `class` statement gave it.
    """

    names: frozenset[str]
    flow: "Flow"
    definition: str | None = None


@dataclass(frozen=True)
class Flow:
    """What running a piece of code does to the namespace.

    Except for `overwrites`, which must happen, all sets name what may happen.
    """

    reads: frozenset[str] = EMPTY
    """Names whose value from before the code may be used."""

    writes: frozenset[str] = EMPTY
    """Names that may be bound or deleted."""

    overwrites: frozenset[str] = EMPTY
    """Names that are bound whatever happens, so that their old value is gone."""

    changes: frozenset[str] = EMPTY
    """Names whose object may be changed in place: every mention that is not provably pure."""

    stores: frozenset[str] = EMPTY
    """Those of `changes` that an attribute or item is stored in."""

    links: frozenset[frozenset[str]] = frozenset()
    """Sets of names that may share state afterwards."""

    bindings: tuple[Binding, ...] = ()
    deferred: tuple[Deferred, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Every name and pseudo-variable that takes part."""
        return self.reads | self.writes | self.changes

    def then(self, after: "Flow") -> "Flow":
        """Return the flow of this code followed by `after`."""
        return Flow(
            reads=self.reads | (after.reads - self.overwrites),
            writes=self.writes | after.writes,
            overwrites=(self.overwrites - _deleted(after)) | after.overwrites,
            changes=self.changes | after.changes,
            stores=self.stores | after.stores,
            links=self.links | after.links,
            bindings=self.bindings + after.bindings,
            deferred=self.deferred + after.deferred,
        )

    def perhaps(self) -> "Flow":
        """Return the flow of this code if it may as well not run."""
        return self.either(Flow())

    def either(self, other: "Flow") -> "Flow":
        """Return the flow of running this code or else `other`."""
        both = self.then(other)
        return Flow(
            reads=self.reads | other.reads,
            writes=both.writes,
            overwrites=self.overwrites & other.overwrites,
            changes=both.changes,
            stores=both.stores,
            links=both.links,
            bindings=both.bindings,
            deferred=both.deferred,
        )

    def without(self, names: frozenset[str]) -> "Flow":
        """Return the flow as seen where `names` mean something else (a function's locals)."""
        return Flow(
            reads=self.reads - names,
            writes=self.writes - names,
            overwrites=self.overwrites - names,
            changes=self.changes - names,
            stores=self.stores - names,
            links=frozenset(link - names for link in self.links),
            bindings=tuple(b for b in self.bindings if b.name not in names),
            deferred=tuple(
                replace(d, names=d.names - names, flow=d.flow.without(names)) for d in self.deferred
            ),
        )


@dataclass(frozen=True)
class Statement:
    """One top-level statement of a cell, with its flow and its syntax tree."""

    node: ast.stmt
    flow: Flow


@dataclass(frozen=True)
class CellFlow:
    """What one cell does, statement by statement and as a whole."""

    statements: tuple[Statement, ...]
    flow: Flow


def in_sequence(flows: Iterable[Flow]) -> Flow:
    """Return the flow of pieces of code that run one after the other."""
    total = Flow()
    for flow in flows:
        total = total.then(flow)
    return total


def _deleted(flow: Flow) -> frozenset[str]:
    return frozenset(b.name for b in flow.bindings if b.kind == "deletion")
