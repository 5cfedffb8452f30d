"""Who reaches whom under NetworkPolicies, evaluated as Kubernetes documents them.

A connection needs a rule at both ends: of the policies that select the source, for egress, and of
those that select the target, for ingress. Where no policy selects a pod, it is open.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any


@dataclass(frozen=True)
class Peer:
    """A pod, or with no labels an address outside of the cluster."""

    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    address: str = "10.1.2.3"

    @property
    def is_pod(self) -> bool:
        return bool(self.labels)


def reaches(
    policies: Iterable[Mapping[str, Any]],
    source: Peer,
    target: Peer,
    port: int,
    protocol: str = "TCP",
) -> bool:
    """Say whether `source` can open a connection to a port of `target`."""
    known = list(policies)
    return _lets(known, "Egress", source, target, port, protocol) and _lets(
        known, "Ingress", target, source, port, protocol
    )


def _lets(
    policies: list[Mapping[str, Any]],
    direction: str,
    at: Peer,
    other: Peer,
    port: int,
    protocol: str,
) -> bool:
    if not at.is_pod:
        return True
    rules, peers = ("egress", "to") if direction == "Egress" else ("ingress", "from")
    mine = [
        policy["spec"]
        for policy in policies
        if direction in policy["spec"]["policyTypes"]
        and policy["metadata"]["namespace"] == at.namespace
        and selects(policy["spec"]["podSelector"], at.labels)
    ]
    namespaces = {id(p["spec"]): p["metadata"]["namespace"] for p in policies}
    return not mine or any(
        _is_peer(rule.get(peers), other, namespaces[id(spec)])
        and _is_port(rule.get("ports"), port, protocol)
        for spec in mine
        for rule in spec.get(rules) or []
    )


def _is_peer(peers: list[Mapping[str, Any]] | None, other: Peer, home: str) -> bool:
    return not peers or any(_matches(peer, other, home) for peer in peers)


def _matches(peer: Mapping[str, Any], other: Peer, home: str) -> bool:
    if block := peer.get("ipBlock"):
        address = ip_address(other.address)
        within = address in ip_network(block["cidr"])
        return within and not any(address in ip_network(out) for out in block.get("except") or [])
    if not other.is_pod:
        return False
    namespaces = peer.get("namespaceSelector")
    there = (
        other.namespace == home
        if namespaces is None
        else selects(namespaces, {"kubernetes.io/metadata.name": other.namespace})
    )
    return there and selects(peer.get("podSelector") or {}, other.labels)


def _is_port(ports: list[Mapping[str, Any]] | None, port: int, protocol: str) -> bool:
    return not ports or any(
        each.get("port", port) == port and each.get("protocol", "TCP") == protocol for each in ports
    )


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Say whether a label selector takes something with these labels."""
    unknown = set(selector) - {"matchLabels"}
    assert not unknown, f"the chart uses {unknown}, which is not evaluated here"
    return selector.get("matchLabels", {}).items() <= labels.items()
