"""Who may talk to whom: every pair that matters, evaluated over the chart's NetworkPolicies."""

import pytest

from tests.helm.chart import NAMESPACE, USERS, Values, merged, objects, pod_templates, preset
from tests.helm.reach import Peer, reaches

IN_MONITORING = {"kubernetes.io/metadata.name": "monitoring"}
VALUES = merged(
    preset("try-out"),
    {
        "tracking": {"database": {"kind": "postgresql"}},
        "postgresql": {"enabled": True},
        "capacity": {"enabled": True},
        "backup": {"enabled": True},
        "network": {"cluster": ["34.1.0.0/16"]},
        "monitoring": {
            "from": [{"namespaceSelector": {"matchLabels": IN_MONITORING}}],
        },
    },
)
MADE = objects(VALUES)
POLICIES = [each for each in MADE if each["kind"] == "NetworkPolicy"]


def part(name: str) -> Peer:
    """Return the pods of one part, with the labels that the chart gives them."""
    (labels,) = {
        tuple(pod["metadata"]["labels"].items())
        for _, pod in pod_templates(MADE)
        if pod["metadata"]["labels"]["app.kubernetes.io/component"] == name
    }
    return Peer(NAMESPACE, dict(labels))


PARTS = ("hub", "proxy", "tracking", "postgresql", "backup", "capacity", "test")
SERVER = {"app.kubernetes.io/component": "singleuser-server"}
OURS = {
    **{name: part(name) for name in PARTS},
    "ada": Peer(USERS, {**SERVER, "hub.jupyter.org/username": "ada"}),
    "bob": Peer(USERS, {**SERVER, "hub.jupyter.org/username": "bob"}),
    "other pod of users": Peer(USERS, {"app": "x"}),
}
OTHERS = {
    "pod of others": Peer("default", {"app": "x"}),
    "pod beside the hub": Peer(NAMESPACE, {"app": "x"}),
    "server of another release": Peer("other-users", SERVER),
    "prometheus": Peer("monitoring", {"app": "prometheus"}),
    "dns": Peer("kube-system", {"k8s-app": "kube-dns"}),
    "metrics server": Peer("kube-system", {"k8s-app": "metrics-server"}),
    "API server": Peer(address="10.96.0.1"),
    "internet": Peer(address="93.184.216.34"),
    "internet v6": Peer(address="2606:2800:220:1::1"),
    "private": Peer(address="192.168.7.7"),
    "private v6": Peer(address="fd12::1"),
    "metadata": Peer(address="169.254.169.254"),
    "EKS credentials": Peer(address="169.254.170.23"),
    "carrier-grade NAT": Peer(address="100.64.3.4"),
    "public address of a node": Peer(address="34.1.2.3"),
}
PORTS = {
    "hub": (22, 8081), "proxy": (22, 8000, 8001, 8002), "tracking": (22, 8765),
    "postgresql": (22, 5432), "ada": (22, 8888), "bob": (22, 8888),
    "capacity": (22, 8090), "dns": (22, 53),
}  # fmt: skip
DNS, SERVERS = {"dns:53"}, {"ada:8888", "bob:8888"}
ELSEWHERE = {f"{name}:443" for name in OTHERS if name != "dns"}
INTERNET = {"internet:443", "internet v6:443"}
REACHED = {
    # The API server's address is not known to a chart, so its port is open, wherever it may be.
    "capacity": {*DNS, *ELSEWHERE},
    "hub": {"proxy:8001", "tracking:8765", "capacity:8090", *SERVERS, *DNS, *ELSEWHERE},
    "proxy": {"hub:8081", "tracking:8765", *SERVERS, *DNS},
    "tracking": {"hub:8081", "postgresql:5432", *DNS, *INTERNET},
    "backup": {"postgresql:5432", *DNS, *INTERNET},
    "postgresql": set(),
    "test": {"proxy:8000", "hub:8081", *DNS},
    "ada": {"hub:8081", "proxy:8000", "tracking:8765", *DNS, *INTERNET},
    "other pod of users": set(),
    "prometheus": {"hub:8081", "tracking:8765", "proxy:8000"},
    "pod of others": {"proxy:8000"},
    "pod beside the hub": {"proxy:8000"},
    "server of another release": {"proxy:8000"},
    "internet": {"proxy:8000"},
    "private": {"proxy:8000"},
}


@pytest.mark.parametrize("source", REACHED)
def test_each_reaches_what_it_needs_and_nothing_else(source: str) -> None:
    targets = OURS | OTHERS if source in OURS else OURS
    reached = {
        f"{name}:{port}"
        for name, target in targets.items()
        if name != source
        for port in PORTS.get(name, (443,))
        if reaches(POLICIES, (OURS | OTHERS)[source], target, port)
    }
    assert reached == REACHED[source]


def test_names_are_resolved_by_udp_too() -> None:
    for name in ("hub", "proxy", "tracking", "ada"):
        assert reaches(POLICIES, OURS[name], OTHERS["dns"], 53, "UDP")


def test_the_servers_of_users_have_the_labels_that_policies_select() -> None:
    from celltrail_profiles.pods import pods_of
    from celltrail_profiles.schema import Settings

    (pod,) = pods_of([Settings()], "ada")
    assert pod["metadata"]["labels"].items() >= SERVER.items()


def test_users_can_be_kept_from_the_internet_and_let_to_a_database() -> None:
    database = {"to": [{"ipBlock": {"cidr": "192.168.7.7/32"}}], "ports": [{"port": 5432}]}
    made = objects(
        merged(VALUES, {"network": {"usersInternet": False}, "users": {"egress": [database]}})
    )
    policies = [each for each in made if each["kind"] == "NetworkPolicy"]
    assert not reaches(policies, OURS["ada"], OTHERS["internet"], 443)
    assert reaches(policies, OURS["ada"], OTHERS["private"], 5432)


def test_hub_and_capacity_reach_nothing_private_where_the_api_server_is_known() -> None:
    made = objects(merged(VALUES, {"network": {"apiServer": ["10.96.0.1/32"]}}))
    policies = [each for each in made if each["kind"] == "NetworkPolicy"]
    for part in ("hub", "capacity"):
        reached = {
            name for name, other in OTHERS.items() if reaches(policies, OURS[part], other, 443)
        }
        logins = {"internet", "internet v6"} if part == "hub" else set()
        assert reached == {"API server"} | logins


def test_tracking_alone_serves_the_hub_that_is_there() -> None:
    external = {"apiUrl": "http://hub.jhub:8081/hub/api", "namespace": "jhub"}
    made = objects({"hub": {"enabled": False}, "externalHub": external})
    policies = [each for each in made if each["kind"] == "NetworkPolicy"]
    theirs = {
        name: Peer("jhub", {"app": "jupyterhub", "component": component})
        for name, component in (("hub", "hub"), ("proxy", "proxy"), ("ada", "singleuser-server"))
    }
    for name in theirs:
        assert reaches(policies, theirs[name], OURS["tracking"], 8765)
    assert reaches(policies, OURS["tracking"], theirs["hub"], 8081)
    assert not reaches(policies, OURS["ada"], OURS["tracking"], 8765)
    assert not reaches(policies, Peer("jhub", {"app": "x"}), OURS["tracking"], 8765)


def test_the_hub_reaches_a_directory_and_a_database_where_it_has_them() -> None:
    database = merged(VALUES, {"hub": {"config": {"hub": {"database": {"env": "HUB_DATABASE"}}}}})
    directory = {"server": "ldap.example.org", "bind_dn": ["uid={username}"]}
    for values, port in (
        (database, 5432),
        (logging_in_by(ldap=directory), 389),
        (logging_in_by(ldap=directory | {"ldaps": True}), 636),
        (logging_in_by(ldap=directory | {"port": 3269}), 3269),
    ):
        policies = [each for each in objects(values) if each["kind"] == "NetworkPolicy"]
        assert reaches(policies, OURS["hub"], OTHERS["private"], port)
        assert not reaches(POLICIES, OURS["hub"], OTHERS["private"], port)


def logging_in_by(**way: object) -> Values:
    return merged(VALUES, {"hub": {"config": {"authentication": {"password": None, **way}}}})
