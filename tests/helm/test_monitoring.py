"""Alerts and dashboards ask for metrics that exist, and are what Prometheus and Grafana read."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.helm.chart import find, objects
from tests.helm.test_rendering import PRODUCTION

MADE = objects(PRODUCTION)
RULES = find(MADE, "PrometheusRule", "alerts")["spec"]["groups"][0]["rules"]
DASHBOARDS = {
    name: json.loads(text) for name, text in find(MADE, "ConfigMap", "dashboards")["data"].items()
}


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in RULES)
    for dashboard in DASHBOARDS.values():
        for panel in dashboard["panels"]:
            yield from (target["expr"] for target in panel["targets"])


@pytest.fixture(scope="module")
def metrics() -> set[str]:
    """The names of what hub and tracking server tell."""
    from jupyterhub import metrics as of_jupyterhub
    from prometheus_client import REGISTRY

    from celltrail_hub import metrics as of_celltrail
    from celltrail_server.observing import Observations

    families = [*REGISTRY.collect(), *of_celltrail._quotas([])]
    families += [one for by in ("profile", "group") for one in of_celltrail._held(by, [])]
    assert of_jupyterhub.RUNNING_SERVERS in REGISTRY._collector_to_names
    observations = Observations()
    observations.add("GET", "/", 200, 0.1)
    counters = dict.fromkeys(("writes", "failed_writes", "transactions"), 1)
    text = observations.exposition(counters, {"live_readers": 1}).decode()
    return {
        *re.findall(r"^(\w+)", text, re.MULTILINE),
        *(f"{family.name}{end}" for family in families for end in ("", "_total", "_bucket")),
    }


def test_every_metric_that_is_asked_for_is_told(metrics: set[str]) -> None:
    asked = {
        name
        for text in expressions()
        for name in re.findall(r"\b(?:celltrail|jupyterhub)_\w+", text)
    }
    assert len(asked) > 10
    assert asked <= metrics


def test_dashboards_have_each_panel_once() -> None:
    assert set(DASHBOARDS) == {"servers.json", "tracking.json"}
    for dashboard in DASHBOARDS.values():
        places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in dashboard["panels"]]
        assert len(set(places)) == len(places)
        assert len({panel["title"] for panel in dashboard["panels"]}) == len(places)
