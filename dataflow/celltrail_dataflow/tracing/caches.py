"""What the caches of functions keep from one cell to the next: `@cache:f`.

A result out of a cache depends on the cell that computed it. That matters only if to compute it
again would give something else: if what that cell has used has changed since, or is hidden state.
"""

from collections.abc import Collection

from celltrail_dataflow.tracing.touches import Touches
from celltrail_dataflow.tracing.traces import Read, Write
from celltrail_dataflow.tracing.versions import Versions

_ASKING = frozenset({"cache_info", "cache_clear"})
_HIDDEN = ("@rng", "@file", "@env", "@cwd", "@in")


class Caches:
    """Follows the caches that the values of names hold."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._sources: dict[str, list[Read]] = {}
        """By name: what those cells have used that have filled its cache."""

    def forget(self, names: Collection[str]) -> None:
        """The names stand for something else from now on."""
        if self._sources:
            for name in names:
                if self._sources.pop(name, None) is not None:
                    self._versions.forget(_cache(name))

    def follow(
        self,
        name: str,
        before: tuple[int, ...],
        touches: Touches,
        reads: Collection[Read],
    ) -> tuple[list[Read], list[Write]]:
        """Return what a cell did to the cache of `name`, which had these counts before it.

        touches: what its code did. reads: what it is known to have read.
        """
        after = self._versions.counts(name)
        if not (after or before):
            return [], []
        cache = _cache(name)
        found = []
        has_hit = sum(after[::2]) > sum(before[::2])
        if not _ASKING.isdisjoint(touches.attributes) or (has_hit and self._is_stale(name)):
            found += self._versions.reads(cache)
        if after == before:
            return found, []
        found += self._versions.reads(cache, only_for=cache)
        sources = self._sources.setdefault(name, [])
        if sum(after[1::2]) > sum(before[1::2]):
            sources += [one for one in reads if one.name.startswith(_HIDDEN)]
            sources += [read for one in touches.loads for read in self._versions.reads(one)]
        return found, [Write(cache, "cache")]

    def _is_stale(self, name: str) -> bool:
        """Whether to compute again what was cached might give something else."""
        return any(
            one.name.startswith(_HIDDEN) or one not in self._versions.reads(one.name)
            for one in self._sources.get(name, ())
        )


def _cache(name: str) -> str:
    return f"@cache:{name}"
