"""What profiles come to in a real KubeSpawner, and that Kubernetes would take it."""

from typing import Any

import jsonschema
import pytest
import yaml

from celltrail_profiles import catalog
from celltrail_profiles.json_schema import profiles_schema
from celltrail_profiles.kubespawner import overrides, profile_list
from celltrail_profiles.manifests import faults_in
from celltrail_profiles.options import validated
from celltrail_profiles.pods import pods_of
from celltrail_profiles.reading import read_text
from tests.profiles.golden import FOLDER, every_answer, rendered
from tests.profiles.helping import file_of, pod_of, started

EVERYTHING = """
profiles:
- slug: all
  display_name: All
  who: everyone
  image: quay.io/a/b:1
  cpu: {guarantee: 250m, limit: 1.5}
  memory: {guarantee: 1G, limit: 2Gi}
  gpu: {vendor: nvidia, mig: 1g.5gb+me}
  shared_memory: 512Mi
  volumes:
    home: {mount_path: /home/x, claim: 'claim-{username}', sub_path: '{servername}x'}
    data: {mount_path: /data, nfs: {server: nfs.example, path: '/x{y}'}, read_only: true}
    conf: {mount_path: /etc/x, config_map: conf}
    keys: {mount_path: /etc/k, secret: keys}
    tmp: {mount_path: /scratch, empty_dir: 10Gi}
  node_selector: {pool: gpu}
  tolerations:
  - {key: gpu, operator: Exists, effect: NoSchedule}
  - {key: x, value: 'y', effect: NoExecute, toleration_seconds: 5}
  priority_class: high
  environment: {A: '{"x": {}}', B: b}
  options:
    size:
      display_name: Size
      choices:
        s: {display_name: S}
        l:
          display_name: L
          cpu: {limit: 3}
          gpu: {vendor: nvidia, count: 2}
          shared_memory: 1Gi
          tolerations: [{key: big, operator: Exists}]
          environment: {B: c, C: d}
          volumes: {tmp: {mount_path: /scratch, empty_dir: 20Gi}}
        none: {display_name: N, gpu: {vendor: nvidia, count: 0}}
    image:
      display_name: Image
      choices: {a: {display_name: A}, b: {display_name: B, image: 'quay.io/b/c:2'}}
      free: {display_name: F, pattern: 'quay\\.io/x/.*', sets: image}
"""
ANSWERS = [
    {"profile": "all"},
    {"profile": "all", "size": "l"},
    {"profile": "all", "size": "none", "image": "b"},
    {"profile": "all", "size": "l", "image--unlisted-choice": "quay.io/x/y:3"},
]


@pytest.mark.parametrize("options", ANSWERS)
def test_the_list_and_our_own_overrides_come_to_the_same_pod(options: dict[str, str]) -> None:
    profiles = file_of(EVERYTHING).profiles
    by_list = pod_of(started(profile_list(profiles), options))
    ours = started([], {})
    ours._apply_overrides(overrides(validated(profiles, options).settings))
    assert pod_of(ours) == by_list


@pytest.mark.parametrize("options", ANSWERS)
def test_kubernetes_would_take_the_pod(options: dict[str, str]) -> None:
    spawn = validated(file_of(EVERYTHING).profiles, options)
    [pod] = pods_of([spawn.settings], "Ada Lovelace@example.org")
    assert faults_in(pod) == []


def test_amounts_reach_the_pod_exactly() -> None:
    [pod] = pods_of([file_of(EVERYTHING).profiles[0]], "ada")
    assert pod["spec"]["containers"][0]["resources"] == {
        "requests": {"cpu": 0.25, "memory": 10**9, "nvidia.com/mig-1g.5gb.me": "1"},
        "limits": {"cpu": 1.5, "memory": 2**31, "nvidia.com/mig-1g.5gb.me": "1"},
    }


def test_a_choice_takes_the_place_of_another_gpu() -> None:
    spawner = started(profile_list(file_of(EVERYTHING).profiles), {"profile": "all", "size": "l"})
    assert spawner.extra_resource_limits == {"nvidia.com/gpu": "2"}
    options = {"profile": "all", "size": "none"}
    assert started(profile_list(file_of(EVERYTHING).profiles), options).extra_resource_limits == {}


def test_the_list_can_be_written_down() -> None:
    profiles = file_of(EVERYTHING).profiles
    assert yaml.safe_load(yaml.safe_dump(profile_list(profiles))) == profile_list(profiles)


@pytest.mark.parametrize("name", catalog.names())
def test_a_catalog_file_is_free_of_problems_and_documented(name: str) -> None:
    reading = read_text(catalog.text(name), name)
    assert reading.problems == []
    assert reading.file is not None
    assert all(profile.notes and profile.description for profile in reading.file.profiles)
    assert catalog.text(name).startswith("# ")


@pytest.mark.parametrize("name", catalog.names())
def test_a_catalog_file_renders_as_ever(name: str) -> None:
    kept = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    assert rendered(name) == kept


@pytest.mark.parametrize("name", catalog.names())
def test_kubernetes_would_take_each_pod_of_the_catalog(name: str) -> None:
    profiles = file_of(catalog.text(name)).profiles
    settings = [
        validated([profile], {"profile": profile.slug, **answers}).settings
        for profile in profiles
        for answers in every_answer(profile)
    ]
    assert [faults_in(pod) for pod in pods_of(settings, "ada")] == [[]] * len(settings)


def test_the_json_schema_takes_what_the_linter_takes() -> None:
    checker = jsonschema.Draft202012Validator(profiles_schema())
    for text in [EVERYTHING, *map(catalog.text, catalog.names())]:
        checker.validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "change",
    [
        {"mem_limt": "4G"},
        {"memory": {"limit": "lots"}},
        {"gpu": {"vendor": "nvidia", "count": "one"}},
        {"slug": "A b"},
        {"lifetime": "5"},
        {"who": "nobody"},
        {"environment": {"A": 1}},
    ],
)
def test_the_json_schema_refuses_what_types_refuse(change: dict[str, Any]) -> None:
    profile = {"slug": "a", "display_name": "A", "who": "everyone", **change}
    checker = jsonschema.Draft202012Validator(profiles_schema())
    assert not checker.is_valid({"profiles": [profile]})
    assert checker.is_valid({"profiles": [{"slug": "a", "display_name": "A"}], "x-own": 1})


def pod() -> dict[str, Any]:
    [made] = pods_of([file_of(EVERYTHING).profiles[0]], "ada")
    return made


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: p["spec"].update(nodeSelectr={}), "spec.nodeSelectr: V1PodSpec has no such"),
        (lambda p: p["spec"].update(priority="high"), "spec.priority: must be int, not 'high'"),
        (lambda p: p["spec"].update(tolerations={}), "spec.tolerations: must be a list"),
        (lambda p: p["spec"].pop("containers"), "spec: Invalid value for `containers`"),
        (lambda p: p["spec"]["containers"][0].pop("name"), "containers[0]: Invalid value"),
        (
            lambda p: p["spec"]["containers"][0]["resources"]["limits"].update(cpu="lots"),
            "limits.cpu: 'lots' is no quantity",
        ),
        (
            lambda p: (
                p["spec"]["containers"][0]["resources"]["limits"].update(memory="1Gi")
                or p["spec"]["containers"][0]["resources"]["requests"].update(memory="2Gi")
            ),
            "requests.memory: more than its limit",
        ),
        (
            lambda p: p["spec"]["containers"][0]["resources"]["limits"].update({"a/gpu": "1.5"}),
            "limits.a/gpu: must be an integer",
        ),
        (
            lambda p: p["spec"]["containers"][0]["resources"]["requests"].update({"a/gpu": "1"}),
            "limits.a/gpu: must be there",
        ),
        (
            lambda p: p["spec"]["containers"][0]["volumeMounts"].append(
                {"name": "nope", "mountPath": "/data"}
            ),
            "there is no volume 'nope'",
        ),
        (lambda p: p["metadata"].update(labels={"a": 1}), "metadata.labels.a: must be str"),
    ],
)
def test_a_pod_that_kubernetes_would_refuse_is_told_with_its_place(change: Any, said: str) -> None:
    broken = pod()
    change(broken)
    assert any(said in fault for fault in faults_in(broken)), faults_in(broken)
