"""Names in Kubernetes: valid, and each of one user's one server alone (CVE-2020-15110)."""

import asyncio
import re
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from celltrail_hub.pods.owning import GivenUp
from tests.hub.test_kubernetes import OfflineSpawner

DNS_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# What slugs are made of, and what they are made from.
PIECES = ["a", "b", "1", "-", "--", "---", ".", "@", "_", "A", "é", "ca978112", "a" * 20, "x"]
USERS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join) | st.text(min_size=1)
SERVERS = st.just("") | st.from_regex(r"\A[a-z](-?[a-z0-9]){0,14}\Z") | USERS


def names_of(user: str, server: str) -> tuple[str, str, str]:
    """The names of a server's pod, its own volume claim, and one of all servers of its user."""
    spawner = OfflineSpawner()
    spawner.user = SimpleNamespace(name=user, id=1, url="/user/", groups=[])
    spawner.orm_spawner = SimpleNamespace(name=server, server=None)
    spawner.clear_state()
    templates = ("home-{user_server}", "home-{username}")
    return spawner.pod_name, *map(spawner._expand_user_properties, templates)


@given(USERS, SERVERS, USERS, SERVERS)
@example("a", "b", "a--b", "")
@example("a-b", "", "a", "b")
@example("a", "b---ca978112", "a--b", "ca978112")
@example("a" * 49, "", "a" * 48, "a")
@example("ada@x.org", "", "ada-x-org", "")
def test_no_two_servers_have_one_name(user: str, server: str, other: str, its: str) -> None:
    assume((user, server) != (other, its))
    ours, theirs = names_of(user, server), names_of(other, its)
    assert ours[0] != theirs[0]
    assert ours[1] != theirs[1]
    assert (ours[2] == theirs[2]) == (user == other)
    for name in (*ours, *theirs):
        assert DNS_LABEL.fullmatch(name), name


def test_what_has_a_users_names_and_is_anothers_is_not_used() -> None:
    spawner = OfflineSpawner()
    spawner._require_own(owned("ada"))
    spawner._require_own(SimpleNamespace(metadata=SimpleNamespace(annotations=None)))
    with pytest.raises(GivenUp, match="is another user's"):
        spawner._require_own(owned("eve"))


def owned(user: str) -> SimpleNamespace:
    annotations = {"hub.jupyter.org/username": user}
    return SimpleNamespace(metadata=SimpleNamespace(name="claim", annotations=annotations))


@pytest.mark.parametrize(("owner", "deleted"), [("ada", ["claim"]), ("eve", [])])
def test_no_volume_of_another_user_is_deleted(owner: str, deleted: list[str]) -> None:
    spawner = OfflineSpawner()
    api = spawner.api = Claims(owned(owner))
    spawner.pvc_name = "claim"
    asyncio.run(spawner.delete_forever())
    assert api.deleted == deleted


class Claims:
    """Kubernetes' API with one volume claim."""

    def __init__(self, claim: SimpleNamespace) -> None:
        self.claim = claim
        self.deleted: list[str] = []

    async def read_namespaced_persistent_volume_claim(self, name: str, namespace: str) -> Any:
        return self.claim

    async def delete_namespaced_persistent_volume_claim(self, name: str, namespace: str) -> None:
        self.deleted.append(name)
