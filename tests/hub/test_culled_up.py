"""`celltrail up` with profiles that stop idle servers, which are real: kernels, cells, Jupyter."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import wait_for
from tests.hub.conftest import Hub, Person, running_hub

pytestmark = pytest.mark.integration

PROFILES = """
profiles:
- slug: short
  display_name: Short
  who: everyone
  culling: {kernel_idle: 15s, warn_before: 4s, keep_until: 1h}
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    file = tmp_path / "profiles.yaml"
    file.write_text(PROFILES)
    with running_hub(tmp_path / "state", "--profiles", str(file)) as hub:
        yield hub


def has_server(person: Person) -> bool:
    return bool(person.api("GET", f"/users/{person.name}")["servers"])


def test_a_long_quiet_cell_is_not_idle_and_who_asks_is_spared(hub: Hub) -> None:
    ada, bob, cy = (hub.person(name) for name in ("ada", "bob", "cy"))
    busy = ada.log_in_and_start()
    busy.begin("import time; time.sleep(10**6)")
    kept = cy.log_in_and_start()
    wait_for(
        "a look",
        lambda: kept.client.get("/celltrail/culling").json()["keep_at_most_seconds"] == 3600,
    )
    refused = kept.client.post("/celltrail/culling/keep", json={"seconds": 3601})
    assert (refused.status_code, refused.json()["message"]) == (
        400, "this server can be kept for 3600 seconds at most, not 3601",
    )  # fmt: skip
    assert kept.client.post("/celltrail/culling/keep", json={"seconds": 3600}).is_success
    bob.log_in_and_start()
    wait_for("the stop of the idle server", lambda: not has_server(bob), timeout_seconds=90)
    assert has_server(ada), "a cell that says nothing still runs"
    assert has_server(cy), "it is kept"
    assert "was stopped at" in bob.browser.get("/hub/home").text
    log = (hub.state_dir / "hub.log").read_text()
    assert "Stopping bob after 15s with no kernel running anything" in log
