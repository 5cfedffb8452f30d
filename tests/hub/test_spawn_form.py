"""What the spawn page says of each profile, for whom."""

import re
from fractions import Fraction
from typing import Any

import pytest
from traitlets.config import Config

from celltrail_hub.capacity.client import Seen
from celltrail_hub.spawn_form import SpawnForm, View
from celltrail_profiles.capacity import capacity_of
from celltrail_profiles.holders import Holders
from celltrail_profiles.nodes import ClusterNode, PodShare, Taint
from celltrail_profiles.packing import parse_amounts
from celltrail_profiles.quotas import Holding
from celltrail_profiles.schema import Settings, Toleration
from tests.hub.test_kubernetes import OfflineSpawner
from tests.profiles.helping import file_of

FILE = file_of("""
profiles:
- slug: small
  display_name: Small
  description: For a look
  who: everyone
  cpu: {guarantee: 250m, limit: 2}
  memory: {limit: 4Gi}
  cost_per_hour: 0.1
  options:
    size:
      display_name: Size
      choices:
        s: {display_name: S}
        l: {display_name: L, memory: {limit: 64Gi}, cost_per_hour: 0.4}
        xl:
          display_name: XL
          description: For leads
          memory: {limit: 128Gi}
          who: {groups: [lead]}
- slug: gpu
  display_name: GPU
  who: everyone
  gpu: {vendor: nvidia, model: T4}
  lifetime: 8h
  tolerations: [{key: gpu, operator: Exists}]
- {slug: mig, display_name: M, who: everyone, gpu: {vendor: nvidia, count: 2, mig: 1g.5gb}}
- {slug: part, display_name: P, who: everyone, gpu: {vendor: nvidia, time_slicing: 4}}
""")
ADA = Holding("ada", frozenset(), "")
NODES = [
    ClusterNode("cpu", {"pool": "cpu"}, (), parse_amounts("cpu=8,memory=32Gi,pods=110")),
    ClusterNode(
        "gpu",
        {"pool": "gpu"},
        (Taint("gpu", "", "NoSchedule"),),
        parse_amounts("cpu=8,memory=32Gi,gpu=4,pods=110"),
    ),
]


def shown(form: SpawnForm, **view: Any) -> str:
    """Return the text of the form, with nothing between tags but single spaces."""
    html = form.render(View(**{"user": ADA, **view}))
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def seen(*pods: PodShare, age: float = 0) -> Seen:
    return Seen(capacity_of(NODES, pods), age)


@pytest.fixture
def form() -> SpawnForm:
    return SpawnForm(FILE)


def test_cards_tell_sizes_and_costs_and_nothing_of_a_cluster_that_is_not_known(
    form: SpawnForm,
) -> None:
    text = shown(form)
    assert "Small For a look 0.25 to 2 CPUs · 4 GiB of memory · 0.1 USD an hour" in text
    assert "GPU 1 GPU (T4)" in text
    assert "M 2 slices 1g.5gb of a GPU" in text
    assert "P 1 share of a GPU" in text
    assert "free" not in text
    assert "room" not in text


def test_choices_tell_in_what_they_differ(form: SpawnForm) -> None:
    text = shown(form, user=Holding("ada", frozenset({"lead"}), ""))
    assert "S: 4 GiB of memory, 0.1 USD an hour" in text
    assert "L: 64 GiB of memory, 0.4 USD an hour" in text
    assert "XL: For leads" in text


def test_free_gpus_are_told_and_choices_without_room(form: SpawnForm) -> None:
    text = shown(form, seen=seen(PodShare("gpu", parse_amounts("gpu=1"))))
    assert "3 of 4 GPUs free" in text
    assert "L: 64 GiB of memory, 0.4 USD an hour (no room now)" in text
    assert "S: 4 GiB of memory, 0.1 USD an hour (no room now)" not in text
    assert "old" not in text


def test_who_holds_what_is_taken_is_told(form: SpawnForm) -> None:
    taken = seen(PodShare("gpu", parse_amounts("gpu=4")))
    text = shown(form, seen=taken, who_holds=lambda settings: Holders(3, 5400).describe())
    assert (
        "No room now: 0 of 4 GPUs free; 3 servers here hold some, and the next must end within "
        "90 min." in text
    )


def test_where_an_autoscaler_is_it_may_make_room(form: SpawnForm) -> None:
    text = shown(form, seen=seen(), adds_nodes=True)
    assert "No room now: no such node is running; the cluster may add a node." in text
    assert "4 of 4 GPUs free" in text
    assert text.count("may add a node") == 2  # none has slices or shares


def test_what_was_chosen_last_is_chosen_and_its_sizes_are_told(form: SpawnForm) -> None:
    html = form.render(View(ADA, last={"profile": "small", "size": "l"}, seen=seen()))
    assert re.findall(r'value="(\w+)" aria-describedby="[^"]*" checked', html) == ["small"]
    assert re.findall(r'<option value="(\w+)" selected', html) == ["l"]
    text = shown(form, last={"profile": "small", "size": "l"}, seen=seen())
    assert "64 GiB of memory · 0.4 USD an hour" in text
    assert "No room now: no such node is running" in text


def test_of_what_is_not_good_any_more_the_rest_is_chosen(form: SpawnForm) -> None:
    html = form.render(View(ADA, last={"profile": "gpu", "gone": "x"}))
    assert re.findall(r'value="(\w+)" aria-describedby="[^"]*" checked', html) == ["gpu"]
    html = form.render(View(ADA, last={"profile": "small", "size": "xl"}))
    assert re.findall(r'value="(\w+)" aria-describedby="[^"]*" checked', html) == ["small"]
    assert "XL" not in html
    for bad in ({"profile": "gone"}, {"profile": ["gpu"]}, "gpu", [1], {"profile": "gpu", "a": 1}):
        assert form.render(View(ADA, last=bad)) == form.render(View(ADA))


def test_users_of_one_form_see_their_own(form: SpawnForm) -> None:
    lead = Holding("eve", frozenset({"lead"}), "")
    for _ in range(2):
        assert "XL" not in shown(form)
        assert "XL" in shown(form, user=lead)
        assert shown(form, last={"profile": "gpu"}) == shown(form, last={"profile": "gpu"})


def test_a_form_follows_the_cluster(form: SpawnForm) -> None:
    assert "4 of 4 GPUs free" in shown(form, seen=seen())
    assert "2 of 4 GPUs free" in shown(form, seen=seen(PodShare("gpu", parse_amounts("gpu=2"))))
    assert "free" not in shown(form)


def test_what_is_old_is_told_with_its_age(form: SpawnForm) -> None:
    assert "What is free is 2 min old" in shown(form, seen=seen(age=95))


def test_what_the_hub_sets_for_all_counts(form: SpawnForm) -> None:
    base = Settings(node_selector={"pool": "cpu"}, tolerations=(Toleration(operator="Exists"),))
    assert "No room now: no such node is running" in shown(form, seen=seen(), base=base)


def test_the_title_names_a_named_server(form: SpawnForm) -> None:
    assert "Choose what the server “train <b>” is" in form.render(
        View(ADA, server="train <b>")
    ).replace("&lt;", "<").replace("&gt;", ">")
    assert "<b>" not in form.render(View(ADA, server="train <b>"))


def test_free_fields_and_names_are_text() -> None:
    file = file_of("""
profiles:
- slug: a
  display_name: <i>A</i>
  description: <script>x</script>
  who: everyone
  options:
    note:
      display_name: <b>
      choices: {none: {display_name: <u>}}
      free: {display_name: <s>, pattern: '.*', sets: environment.A, message: '"><p>'}
""")
    html = SpawnForm(file).render(View(ADA, last={"profile": "a", "note--unlisted-choice": '">x'}))
    for markup in ("<i>", "<script>", "<b>", "<u>", "<s>", '"><p>', '">x'):
        assert markup not in html


@pytest.mark.parametrize(
    ("tolerations", "key"),
    [([{"key": "a", "operator": "Exists"}], "a"), ({"x": {"key": "b", "value": "v"}}, "b")],
)
def test_kubespawners_own_settings_are_the_base(tolerations: Any, key: str) -> None:
    spawner = OfflineSpawner()
    spawner.update_config(
        Config(
            KubeSpawner={
                "node_selector": {"pool": "cpu"}, "tolerations": tolerations,
                "cpu_guarantee": 0.1, "mem_guarantee": "1G",
            }
        )
    )  # fmt: skip
    base = spawner.base_settings()
    assert base is not None
    assert base.node_selector == {"pool": "cpu"}
    assert [each.key for each in base.tolerations] == [key]
    assert base.cpu is not None
    assert base.cpu.guarantee is not None
    assert base.cpu.guarantee.amount == Fraction(1, 10)
    assert base.memory is not None
    assert base.memory.guarantee is not None
    assert base.memory.guarantee.amount == 2**30


def test_with_an_affinity_of_the_hub_nobody_knows_what_is_free() -> None:
    spawner = OfflineSpawner()
    affinity = {"matchExpressions": [{"key": "pool", "operator": "Exists"}]}
    spawner.update_config(Config(KubeSpawner={"node_affinity_required": [affinity]}))
    assert spawner.base_settings() is None
