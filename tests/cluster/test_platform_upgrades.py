"""An upgrade and a rollback while a notebook logs."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.distributed import restarts
from tests.cluster.installing import Platform
from tests.cluster.test_platform_faults import said, start_logging, stop_logging, wait_for_all
from tests.conftest import wait_for
from tests.helm.chart import CHART, merged

pytestmark = pytest.mark.cluster
ANNOTATION = "celltrail-test/revision"


@pytest.fixture
def next_chart(tmp_path: Path) -> Path:
    """The chart with a higher version, as an admin gets the next one."""
    chart = tmp_path / "celltrail"
    shutil.copytree(CHART, chart)
    described = yaml.safe_load((chart / "Chart.yaml").read_text())
    described["version"] = "99.0.0"
    (chart / "Chart.yaml").write_text(yaml.safe_dump(described))
    return chart


def test_servers_go_on_over_an_upgrade_and_back(platform: Platform, next_chart: Path) -> None:
    uma = platform.person("uma")
    uma.log_in()
    server = uma.start()
    before = uma.pod
    start_logging(server, "upgraded")
    wait_for("values", lambda: said(uma, "upgraded") > 50)

    old = uids(platform)
    changed: dict[str, Any] = {
        "hub": {"extraConfig": {"upgraded.py": "c.JupyterHub.activity_resolution = 31"}},
        "tracking": {"settings": {"log_level": "WARNING"}},
    }
    platform.apply(merged(platform.values, changed), chart=next_chart)
    new = uids(platform)
    assert not {*old["hub"], *old["tracking"]} & {*new["hub"], *new["tracking"]}
    assert platform.release.status()["chart_version"] == "99.0.0"

    platform.release.rollback(1)
    for component, count in (("hub", 1), ("tracking", 2), ("proxy", 1)):
        platform.wait_ready(component, count)
    assert not {*new["hub"], *new["tracking"]} & {*uids(platform)["hub"]}
    count = stop_logging(uma, "upgraded")
    wait_for_all(uma.tracking(), "upgraded", count)
    assert (uma.pod.metadata.uid, restarts(uma.pod)) == (before.metadata.uid, 0)
    assert server.run("print(1 + 1)") == "2\n"


def uids(platform: Platform) -> dict[str, set[str]]:
    """The pods of each part that an upgrade may replace."""
    return {
        component: {each.metadata.uid for each in platform.pods(component)}
        for component in ("hub", "tracking", "proxy")
    }
