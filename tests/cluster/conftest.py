"""The Kubernetes of KUBECONFIG, of which each test gets a namespace.

What is left of a test, if it was killed, are namespaces labelled `celltrail-test`.
"""

import contextlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kubernetes import client, config

from tests.browser.conftest import chromium, context, page  # noqa: F401
from tests.cluster.distributed import VALUES, start_s3
from tests.cluster.installing import Platform, build_images, build_services, installed


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build the images if a test uses them: at first that takes longer than a test may."""
    uses = any("images" in getattr(item, "fixturenames", ()) for item in session.items)
    if uses and not session.config.option.collectonly:
        build_images()
        with tempfile.TemporaryDirectory() as folder:
            build_services(Path(folder))


@pytest.fixture(scope="session")
def kubeconfig() -> str:
    """The path of KUBECONFIG, which `make cluster-test` looks for before it runs these tests."""
    path = os.environ.get("KUBECONFIG")
    if not path:
        pytest.fail("KUBECONFIG is not set: run these tests by `make cluster-test`")
    return path


@pytest.fixture(scope="session")
def api(kubeconfig: str) -> Iterator[client.ApiClient]:
    """A client that may do everything; `client.CoreV1Api(api)` and the like speak through it."""
    with config.new_client_from_config(kubeconfig) as api:
        yield api


@pytest.fixture(scope="session")
def core(api: client.ApiClient) -> client.CoreV1Api:
    """Pods, claims, nodes, namespaces."""
    return client.CoreV1Api(api)


@pytest.fixture(scope="session")
def images() -> None:
    """The platform's images; `pytest_collection_finish` has built them."""


@pytest.fixture(scope="session")
def platform(images: None, kubeconfig: str, api: client.ApiClient) -> Iterator[Platform]:
    """The platform as a team has it; see `distributed`."""
    with installed(kubeconfig, api, VALUES, start_s3) as platform:
        yield platform


@contextmanager
def new_namespace(core: client.CoreV1Api, **labels: str) -> Iterator[str]:
    """A namespace with labels of choice; what runs in it ends with it, at once."""
    name = f"celltrail-test-{uuid.uuid4().hex[:8]}"
    core.create_namespace({"metadata": {"name": name, "labels": {"celltrail-test": "", **labels}}})
    try:
        yield name
    finally:
        with contextlib.suppress(client.ApiException):  # a test may have deleted it
            core.delete_collection_namespaced_pod(name, grace_period_seconds=0)
            core.delete_namespace(name)


@pytest.fixture
def namespace(core: client.CoreV1Api) -> Iterator[str]:
    """A namespace of this test's own."""
    with new_namespace(core) as name:
        yield name
