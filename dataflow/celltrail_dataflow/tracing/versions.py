"""What is known of the value of each name: who wrote it, how it looked, what it shares."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from msgspec import Struct, field

from celltrail_dataflow.tracing.fingerprints import Verdict, compare, is_fixed, look_at
from celltrail_dataflow.tracing.kinds import qualname
from celltrail_dataflow.tracing.pickling import Fingerprint
from celltrail_dataflow.tracing.traces import Read, Write


class Version(Struct):
    """The latest version of a name."""

    fingerprint: Fingerprint | None = None
    parts: frozenset[int] = frozenset()
    has_all_parts: bool = True
    is_weak: bool = False
    partners: set[str] = field(default_factory=set)
    """Names that may share state with this one, which is too big to tell."""

    writer: str | None = None
    maybe_writers: list[str] = field(default_factory=list)


class Versions:
    """The versions of the names of one namespace, and of pseudo-variables."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self._latest: dict[str, Version] = {}
        self._holders: dict[int, set[str]] = {}
        """By the id of an object: the names whose latest versions hold it."""

    def __contains__(self, name: str) -> bool:
        return name in self._latest

    def clear(self) -> None:
        """Forget everything."""
        self._latest.clear()
        self._holders.clear()

    def reads(
        self, name: str, *, is_certain: bool = True, only_for: str | None = None
    ) -> list[Read]:
        """Return what reading `name` now depends on."""
        known = self._latest.get(name) or Version()
        return [
            Read(name, known.writer, is_certain, only_for),
            *(Read(name, one, False, only_for) for one in known.maybe_writers),
        ]

    def mates(self, names: Iterable[str], *, only_weak: bool = False) -> set[str]:
        """Return the names whose values share state with those of `names`."""
        parts: set[int] = set()
        for name in names:
            if known := self._latest.get(name):
                parts |= known.parts
        sharing = self.holding(parts)
        if only_weak:
            sharing = {name for name in sharing if self._latest[name].is_weak}
        return sharing

    def partners(self, names: Iterable[str]) -> set[str]:
        """Return the names whose values may share state with those of `names`, unseen."""
        known = (self._latest.get(name) for name in names)
        return {partner for one in known if one for partner in one.partners}

    def holding(self, objects: Collection[int]) -> set[str]:
        """Return the names whose values are these objects, by id, or hold them."""
        return {name for one in objects for name in self._holders.get(one, ())}

    def bind(self, name: str, loaded: Collection[str]) -> Write:
        """A cell that has loaded the names `loaded` has bound `name`."""
        known = self._renew(name)
        self._look(name, known)
        if not is_fixed(self._namespace[name]):
            for other in loaded:  # the new object may be a part of it
                source = self._latest.get(other)
                if source and other != name and not (source.has_all_parts and known.has_all_parts):
                    source.partners.add(name)
                    known.partners.add(other)
        return self._write(name, known, is_certain=True)

    def compare(self, name: str) -> tuple[Verdict, Write]:
        """Look at the object behind `name` again: whether it has changed since the last time."""
        known = self._latest.setdefault(name, Version())
        before = known.fingerprint
        self._look(name, known)
        verdict = compare(before, known.fingerprint)
        return verdict, self._write(name, known, is_certain=verdict == "changed")

    def is_counted(self, name: str) -> bool:
        """Whether all that was not looked at of the value counts its own changes."""
        known = self._latest.get(name)
        return known is not None and known.fingerprint is not None and known.fingerprint.is_counted

    def counts(self, name: str) -> tuple[int, ...]:
        """Return how often the caches of functions were used that the value holds."""
        known = self._latest.get(name)
        return known.fingerprint.counts if known and known.fingerprint else ()

    def forget(self, name: str) -> None:
        """`name` was bound by nobody knows what."""
        self._renew(name)
        del self._latest[name]

    def move(self, name: str, to: str) -> None:
        """`to` now stands for what `name` stood for."""
        if known := self._latest.get(name):
            self.forget(name)
            self.forget(to)
            self._latest[to] = known
            self._hold(to, known.parts)

    def note(self, execution_id: str, write: Write) -> None:
        """The execution has made this version."""
        known = self._latest.setdefault(write.name, Version())
        if write.is_deleted:
            known = self._renew(write.name)
        if write.is_certain:
            known.writer, known.maybe_writers = execution_id, []
        else:
            known.maybe_writers.append(execution_id)

    def names(self) -> Iterator[str]:
        """Yield all names, also those that were deleted."""
        yield from self._latest

    def _look(self, name: str, known: Version) -> None:
        look = look_at(self._namespace[name])
        if look.parts != known.parts:
            self._let_go(name, known.parts)
            self._hold(name, look.parts)
        known.fingerprint, known.parts = look.fingerprint, look.parts
        known.has_all_parts, known.is_weak = look.has_all_parts, look.is_weak

    def _renew(self, name: str) -> Version:
        """Forget all that is known of a name."""
        if known := self._latest.get(name):
            self._let_go(name, known.parts)
        known = self._latest[name] = Version()
        return known

    def _hold(self, name: str, parts: Collection[int]) -> None:
        for part in parts:
            self._holders.setdefault(part, set()).add(name)

    def _let_go(self, name: str, parts: Collection[int]) -> None:
        for part in parts:
            holders = self._holders.get(part, set())  # an interrupt may have come in between
            holders.discard(name)
            if not holders:
                self._holders.pop(part, None)

    def _write(self, name: str, known: Version, *, is_certain: bool) -> Write:
        look = known.fingerprint
        return Write(
            name,
            qualname(type(self._namespace[name])),
            look.hexdigest if look else None,
            is_sampled=look is not None and look.is_sampled,
            is_certain=is_certain,
        )
