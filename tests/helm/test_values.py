"""What Helm says of values that are wrong, before it does anything."""

import json
import subprocess
import sys
from typing import Any

import helm_python as helm
import pytest
import yaml

from celltrail_profiles import catalog
from tests.helm.chart import CHART, NAMESPACE, chart, merged, objects
from tests.helm.test_rendering import CASES, PRODUCTION, TRY_OUT

SCHEMA = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
DEFAULTS = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
PROFILE = {"slug": "a", "display_name": "A", "who": "everyone"}


def refusal(values: dict[str, Any], base: dict[str, Any] = TRY_OUT) -> str:
    with pytest.raises(helm.HelmError) as caught:
        objects(merged(base, values))
    return str(caught.value)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"trackng": {}}, "at '/trackng': value must be 'absent; did you mean tracking?'"),
        ({"hub": {"confg": {}}}, "/hub/confg': value must be 'absent; did you mean config?"),
        ({"hub": {"extra_config": {}}}, "did you mean extraConfig?"),
        ({"hub": {"config": {"servers": {"nmaed": 1}}}}, "did you mean named?"),
        ({"hub": {"config": {"authentication": {"gitub": {}}}}}, "did you mean github?"),
        ({"tracking": {"settings": {"max_artifact_byte": 1}}}, "did you mean max_artifact_bytes?"),
        ({"tracking": {"settings": {"log_level": "info"}}}, "'DEBUG', 'INFO', 'WARNING'"),
        ({"tracking": {"settings": {"port": 1}}}, "additional properties 'port' not allowed"),
        ({"tracking": {"replicas": "2"}}, "/tracking/replicas': got string, want integer"),
        ({"tracking": {"replicas": 0}}, "/tracking/replicas': minimum: got 0, want 1"),
        ({"tracking": {"database": {"kind": "postgres"}}}, "'postgresql', 'sqlite'"),
        ({"tracking": {"artifacts": {"url": "http://x"}}}, "/tracking/artifacts/url'"),
        ({"network": {"private": ["10.0.0.0"]}}, "/network/private/0'"),
        ({"externalHub": {"apiUrl": "http://hub/hub/api"}}, "/externalHub/apiUrl'"),
        ({"tracking": {"database": None}}, "at '/tracking': missing property 'database'"),
        ({"singleuser": {}}, "did you mean users, and hub.config.servers?"),
        ({"profiles": [PROFILE | {"mem_limit": "1G"}]}, "did you mean memory.limit?"),
        ({"profiles": [PROFILE | {"memory": {"limt": 1}}]}, "did you mean limit?"),
        ({"profiles": [PROFILE | {"gpu": {"vendor": "nvidia", "count": "one"}}]}, "want integer"),
        ({"profiles": [{"display_name": "A"}]}, "missing property 'slug'"),
        ({"profiles": [PROFILE | {"cpu": {"limit": "lots"}}]}, "/profiles/0/cpu/limit'"),
    ],
)
def test_a_mistake_is_named_with_its_place(values: dict[str, Any], said: str) -> None:
    assert said in refusal(values)


@pytest.mark.parametrize(
    ("values", "base", "said"),
    [
        ({}, {}, "hub.config.authentication: choose how people log in"),
        ({"tracking": {"replicas": 2}}, TRY_OUT, "2 servers cannot share SQLite"),
        ({"tracking": {"artifacts": {"url": ""}}}, PRODUCTION, "a bucket, or tracking.volume"),
        ({"tracking": {"database": {"secret": {"name": ""}}}}, PRODUCTION, "name a Secret with"),
        ({"postgresql": {"enabled": True}}, TRY_OUT, "nothing would use it"),
        ({"postgresql": {"enabled": True}}, PRODUCTION, "one database is enough"),
        ({"users": {"namespace": NAMESPACE}}, TRY_OUT, "a namespace of their own"),
        ({"proxy": {"service": {"type": "NodePort"}}}, TRY_OUT, "set the one that they type"),
        ({"ingress": {"enabled": True}}, TRY_OUT, "set the one that they type"),
        (
            {"monitoring": {"enabled": True}},
            CASES["tracking only"],
            "monitoring.existingSecret: with hub.enabled: false",
        ),
        ({"hub": {"enabled": False}}, TRY_OUT, "externalHub.apiUrl: with hub.enabled: false"),
    ],
)
def test_values_that_do_not_go_together_are_refused(
    values: dict[str, Any], base: dict[str, Any], said: str
) -> None:
    assert said in refusal(values, base)


def test_all_that_does_not_go_together_is_said_at_once() -> None:
    said = refusal({"tracking": {"replicas": 2}, "users": {"namespace": NAMESPACE}}, {})
    assert said.count("\n  - ") == 3


def test_the_schema_is_that_of_the_types() -> None:
    script = CHART.parent / "chart_schema.py"
    run = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_every_value_has_a_default_that_is_shown() -> None:
    def missing(schema: dict[str, Any], values: Any, path: str) -> list[str]:
        name = schema.get("$ref", "").removeprefix("#/$defs/")
        # Files of Celltrail, not the chart's own.
        if not name or name in ("Deployment", "TrackingSettings", "Amounts"):
            return []
        known = SCHEMA["$defs"][name]["properties"]
        return [
            found
            for key, each in known.items()
            if "const" not in each and key != "global"
            for found in (
                missing(each, values[key], f"{path}.{key}") if key in values else [f"{path}.{key}"]
            )
        ]

    assert missing({"$ref": "#/$defs/Values"}, DEFAULTS, "") == []


@pytest.mark.parametrize("name", catalog.names())
def test_a_file_of_profiles_is_a_file_of_values(name: str) -> None:
    profiles = yaml.safe_load(catalog.text(name))
    made = objects(merged(TRY_OUT, profiles))
    (config,) = (m for m in made if m["metadata"]["name"] == "celltrail-profiles")
    held = yaml.safe_load(config["data"]["profiles.yaml"])
    assert held["profiles"] == profiles["profiles"]


def test_a_home_that_ends_with_its_server_can_be_asked_for() -> None:
    made = objects(merged(TRY_OUT, {"hub": {"config": {"servers": {"home": None}}}}))
    (config,) = (m for m in made if m["kind"] == "ConfigMap" and "hub.yaml" in m["data"])
    assert yaml.safe_load(config["data"]["hub.yaml"])["servers"]["home"] is None


@pytest.mark.parametrize("home", [None, {"capacity": "1Gi"}, {"delete": True}])
def test_the_hub_may_delete_homes_only_where_it_is_to(home: dict[str, Any] | None) -> None:
    made = objects(merged(TRY_OUT, {"hub": {"config": {"servers": {"home": home}}}}))
    roles = [each for each in made if each["kind"] == "Role"]
    (verbs,) = (
        rule["verbs"]
        for role in roles
        for rule in role["rules"]
        if "persistentvolumeclaims" in rule["resources"]
    )
    assert ("delete" in verbs) == bool(home and home.get("delete"))


def test_chart_and_packages_have_one_version() -> None:
    from celltrail import __version__

    assert chart().metadata["version"] == chart().metadata["appVersion"] == __version__
