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
        bindings = all_bindings(flows)
        stored = stored_names(flows)
        kinds: dict[str, set[str]] = {}
        for binding in bindings:
            kinds.setdefault(binding.name, set()).add(binding.kind)
        # What is not bound here is a builtin; modules and scalars hold no code of the notebook.
        holders = {name for name in kinds if not kinds[name] <= {"import", "scalar"}}
        receivers = {name for name in holders if kinds[name] != {"definition"}} | stored & holders
        self._held: dict[str, dict[int, Deferred]] = {name: {} for name in holders}
        for held in (held for flow in flows for held in flow.deferred):
            for name in held.names & holders:
                self._held[name][id(held)] = held
        self._spread({link & holders for flow in flows for link in flow.links}, receivers)

    def _spread(self, links: Iterable[frozenset[str]], receivers: set[str]) -> None:
        """Let data hold what it shares a statement with; a definition holds itself alone."""
        links = [link for link in links if len(link) > 1]
        growing = True
        while growing:
            growing = False
            for link in links:
                found = {key: held for name in link for key, held in self._held[name].items()}
                for name in link & receivers:
                    growing = growing or len(found) > len(self._held[name])
                    self._held[name] |= found

    def held_by(self, names: Iterable[str]) -> list[Deferred]:
        """Return the code that `names` may hold."""
        return [held for name in names for held in self._held.get(name, {}).values()]

    def expand(self, flow: Flow) -> Flow:
        """Return `flow` with the effects of the code that it may run.

        Data that holds notebook code counts as changed by every mention, since its operators
        and properties may do anything.
        """
        seen: set[int] = set()
        # What the piece of code defines itself is not among its reads, but is mentioned.
        running = self.held_by(flow.reads | flow.changes)
        effects = Flow()
        while running:
            held = running.pop()
            if id(held) not in seen:
                seen.add(id(held))
                effects = effects.then(replace(held.flow, overwrites=frozenset(), deferred=()))
                running += self.held_by(held.flow.reads | held.flow.changes)
        if not seen:
            return flow
        alive = frozenset(name for name in flow.reads if self._held.get(name))
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
