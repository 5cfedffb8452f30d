"""Alias groups: sets of names that may share mutable state.

Groups hold for the whole notebook. They are the unit in which values are versioned and passed on.
"""

from collections.abc import Iterable

from celltrail_dataflow.flows import Flow

Group = frozenset[str]


def group_names(flows: Iterable[Flow], alone: frozenset[str]) -> dict[str, Group]:
    """Return name → its group, for each name and pseudo-variable in `flows`.

    `alone` are the names that share nothing, such as scalars: groups of one.
    """
    leaders: dict[str, str] = {}

    def leader(name: str) -> str:
        while leaders.setdefault(name, name) != name:
            leaders[name] = leaders[leaders[name]]
            name = leaders[name]
        return name

    for flow in flows:
        for name in flow.names:
            leader(name)
        for link in flow.links:
            sharing = sorted(name for name in link - alone if not name.startswith("@"))
            for name in sharing[1:]:
                leaders[leader(name)] = leader(sharing[0])
    members: dict[str, set[str]] = {}
    for name in leaders:
        members.setdefault(leader(name), set()).add(name)
    return {name: frozenset(group) for group in members.values() for name in group}
