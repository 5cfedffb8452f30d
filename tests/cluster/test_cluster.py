"""What all other tests here stand on."""

from typing import Any

import pytest
from kubernetes import client

from tests.conftest import wait_for

pytestmark = pytest.mark.cluster


def test_a_namespace_is_empty_and_gets_its_account(core: client.CoreV1Api, namespace: str) -> None:
    def account() -> Any:
        return core.list_namespaced_service_account(namespace).items

    assert [each.metadata.name for each in wait_for("its account", account)] == ["default"]
    assert not core.list_namespaced_pod(namespace).items
