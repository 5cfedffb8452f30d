"""What a statement does once the notebook's own functions and classes that it mentions may run.

A name holds the code that was defined under it, and also the code of whatever shared a statement
with it: an instance holds its class, a list of callbacks its functions.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from celltrail_dataflow.flows import Binding, Deferred, Flow, in_sequence


class Code:
    """The notebook's own functions, classes and lambdas, and the names that may hold them."""

    def __init__(self, flows: Sequence[Flow]) -> None:
        """flows: those of all statements of the notebook, before any expansion."""
        deferred = [held for flow in flows for held in flow.deferred]
        own = frozenset(b.name for flow in flows for b in flow.bindings if b.kind == "definition")
        self._held: dict[str, list[Flow]] = {}
        self._holders: dict[str, frozenset[str]] = {}
        for held in deferred:
            for name in held.names:
                self._held.setdefault(name, []).append(held.flow)
        self._spread([link for flow in flows for link in flow.links], own)

    def _spread(self, links: Iterable[frozenset[str]], own: frozenset[str]) -> None:
        """Let data hold what it shares a statement with; a definition holds itself alone."""
        links = [link for link in set(links) if len(link) > 1]
        growing = True
        while growing:
            growing = False
            for link in links:
                found = {id(f): f for name in link for f in self._held.get(name, ())}
                for name in link - own:
                    if len(found) > len(self._held.get(name, ())):
                        self._held[name] = list(found.values())
                        growing = True

    def held_by(self, names: Iterable[str]) -> list[Flow]:
        """Return the flows of the code that `names` may hold."""
        return [flow for name in names for flow in self._held.get(name, ())]

    def expand(self, flow: Flow) -> Flow:
        """Return `flow` with the effects of the code that it may run.

        Data that holds notebook code counts as changed by every mention, since its operators
        and properties may do anything.
        """
        seen: set[int] = set()
        running = [f for f in self.held_by(flow.reads) if id(f) not in seen]
        effects = Flow()
        while running:
            code = running.pop()
            if id(code) in seen:
                continue
            seen.add(id(code))
            effects = effects.then(replace(code, overwrites=frozenset(), deferred=()))
            running += self.held_by(code.reads | code.changes)
        if not seen:
            return flow
        alive = frozenset(name for name in flow.reads if name in self._held)
        changed = flow.changes | effects.changes | alive
        together = frozenset([changed | flow.writes | effects.writes])
        return replace(
            flow.then(replace(effects, reads=frozenset())),
            reads=flow.reads | effects.reads | effects.changes,
            changes=changed,
            links=flow.links | together,
            deferred=flow.deferred,
        )


def all_bindings(flows: Iterable[Flow]) -> list[Binding]:
    """Return the bindings of all `flows`, those in code that is only defined included."""
    found: list[Binding] = []
    waiting: list[Flow | Deferred] = list(flows)
    while waiting:
        item = waiting.pop()
        flow = item.flow if isinstance(item, Deferred) else item
        found += flow.bindings
        waiting += flow.deferred
    return found


def scalar_names(bindings: Sequence[Binding], builtins: frozenset[str]) -> frozenset[str]:
    """Return the names that are only ever bound to scalars."""
    kinds = Counter(b.name for b in bindings if b.kind not in ("scalar", "deletion"))
    scalars = {b.name for b in bindings if b.kind == "scalar" and b.name not in kinds}
    while True:
        wrong = {
            b.name for b in bindings if b.name in scalars and not b.depends_on <= scalars | builtins
        }
        if not wrong:
            return frozenset(scalars)
        scalars -= wrong


def stored_names(flows: Iterable[Flow]) -> frozenset[str]:
    """Return the names that some code stores an attribute or item in."""
    total = in_sequence(flows)
    return total.stores.union(*(held.flow.stores for held in total.deferred))
