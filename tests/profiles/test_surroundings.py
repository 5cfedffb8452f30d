"""Profiles beside what is there: nodes of a cluster, groups of a hub."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from celltrail import cli
from celltrail.errors import CelltrailError, InvalidError, UnavailableError
from celltrail_profiles.cluster import read_nodes
from celltrail_profiles.commands import profiles
from celltrail_profiles.fitting import check_fit
from celltrail_profiles.membership import Members, ask_hub, check_groups, read_members
from celltrail_profiles.nodes import ClusterNode, Taint
from celltrail_profiles.packing import parse_amounts
from tests.profiles.helping import HEAD, file_of

CPU = ClusterNode("cpu", {"pool": "cpu"}, (), parse_amounts("cpu=8,memory=32Gi"))
GPU = ClusterNode(
    "gpu",
    {"pool": "gpu"},
    (Taint("nvidia.com/gpu", "present", "NoSchedule"),),
    parse_amounts("cpu=16,memory=64Gi,gpu=2"),
)
TOLERANT = "  tolerations: [{key: nvidia.com/gpu, operator: Exists}]\n"


def warnings(text: str, *nodes: ClusterNode) -> list[str]:
    return [each.message for each in check_fit(file_of(HEAD + text).profiles, nodes or (CPU, GPU))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  cpu: {guarantee: 9}\n", "9 of cpu are more than any node has (8)"),
        ("  memory: {limit: 33Gi}\n", "33 GiB of memory are more than any node has (32 GiB)"),
        ("  cpu: {guarantee: 1, limit: 9}\n", "the limit of cpu (9) is larger than any node"),
        ("  gpu: {vendor: nvidia}\n", "no node has 1 of nvidia.com/gpu (0)"),
        (TOLERANT + "  gpu: {vendor: nvidia, count: 3}\n", "no node has 3 of nvidia.com/gpu (2)"),
        (TOLERANT + "  gpu: {vendor: amd}\n", "no node has 1 of amd.com/gpu (0)"),
        ("  node_selector: {pool: big}\n", "no node has the labels pool=big"),
        (
            "  node_selector: {pool: gpu}\n",
            "every node has a taint such as nvidia.com/gpu=present:NoSchedule",
        ),
    ],
)
def test_what_no_node_can_take_is_told_with_the_reason(text: str, said: str) -> None:
    assert warnings(text) == [said]


@pytest.mark.parametrize(
    "text",
    [
        "  cpu: {guarantee: 8, limit: 8}\n",
        TOLERANT + "  cpu: {guarantee: 16}\n  gpu: {vendor: nvidia, count: 2}\n",
        "  tolerations: [{operator: Exists}]\n  node_selector: {pool: gpu}\n",
        "  tolerations: [{key: nvidia.com/gpu, value: present}]\n  node_selector: {pool: gpu}\n",
        "  gpu: {vendor: nvidia, count: 0}\n",
    ],
)
def test_what_a_node_can_take_is_not_told(text: str) -> None:
    assert warnings(text) == []


def test_parts_of_different_nodes_do_not_make_one() -> None:
    small = ClusterNode("x", {}, (), parse_amounts("cpu=64,memory=8Gi"))
    text = "  cpu: {guarantee: 60}\n  memory: {limit: 30Gi}\n"
    assert warnings(text, CPU, small) == ["no node has all of this together"]


def test_a_cluster_that_does_not_answer_is_told_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "kubeconfig"
    monkeypatch.setenv("KUBECONFIG", str(config))
    with pytest.raises(UnavailableError, match="the cluster cannot be read"):
        read_nodes()
    kubeconfig(tmp_path, port=1)
    with pytest.raises(UnavailableError, match="the cluster cannot be read"):
        read_nodes()


def groups(text: str, members: Members) -> list[str]:
    file = file_of(text)
    return [each.message for each in check_groups(file.profiles, file.quotas, members)]


def test_groups_that_are_not_there_or_empty_are_told() -> None:
    text = HEAD.replace("everyone", "{groups: [ML, gone, void, full, unknown]}")
    members: Members = {"ml": ["a"], "void": [], "full": ["a"], "unknown": None}
    assert groups(text, members) == [
        "there is no group ML; did you mean ml?",
        "there is no group gone",
        "nobody is in the group void",
    ]


def test_groups_of_choices_and_quotas_are_looked_at_too() -> None:
    text = HEAD + (
        "  options:\n"
        "    x:\n"
        "      display_name: X\n"
        "      choices: {a: {display_name: A, who: {groups: [g1]}}, b: {display_name: B}}\n"
        "      free: {display_name: F, pattern: a, sets: image, who: {groups: [g2]}}\n"
        "quotas: [{name: q, who: {groups: [g3]}, gpu: 1}]\n"
    )
    assert sorted(groups(text, {})) == [f"there is no group g{n}" for n in (1, 2, 3)]


def test_groups_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "groups.yaml"
    path.write_text("ml: [ada, bob]\nvoid: []\n")
    assert read_members(path) == {"ml": ["ada", "bob"], "void": []}


@pytest.mark.parametrize("text", ["ml: ada", "- ml", "ml: [1]", "a: [", ""])
def test_a_file_that_holds_no_groups_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "groups.yaml"
    path.write_text(text)
    with pytest.raises(CelltrailError, match="cannot be used"):
        read_members(path)


class Hub(BaseHTTPRequestHandler):
    """The part of a hub's API that lists groups, a page at a time."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        if self.headers["Authorization"] != "token good" or url.path != "/hub/api/groups":
            self.send_error(403)
            return
        offset, limit = int(query["offset"][0]), int(query["limit"][0])
        every = [{"name": f"g{n}", "users": ["ada"] if n else []} for n in range(450)]
        body = json.dumps(every[offset : offset + limit]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Hub) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_hub_is_asked_for_all_pages(hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "good")
    found = ask_hub(f"{hub}/")
    assert len(found) == 450
    assert (found["g0"], found["g449"]) == ([], ["ada"])


def test_a_hub_that_refuses_is_told(hub: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidError, match="JUPYTERHUB_API_TOKEN"):
        ask_hub(hub)
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "bad")
    with pytest.raises(UnavailableError, match="403"):
        ask_hub(hub)
    with pytest.raises(UnavailableError):
        ask_hub("http://127.0.0.1:1")


NODES = {
    "kind": "NodeList",
    "apiVersion": "v1",
    "metadata": {"resourceVersion": "1"},
    "items": [
        {
            "metadata": {"name": "one", "labels": {"pool": "gpu"}},
            "spec": {"taints": [{"key": "nvidia.com/gpu", "effect": "NoSchedule"}]},
            "status": {"allocatable": {"cpu": "7910m", "memory": "31Gi", "nvidia.com/gpu": "1"}},
        },
        {"metadata": {"name": "two"}, "spec": {"unschedulable": True}, "status": {}},
        {"metadata": {"name": "three"}, "spec": {}, "status": {"allocatable": {"cpu": "4"}}},
    ],
}


class ApiServer(BaseHTTPRequestHandler):
    """The part of Kubernetes' API that lists nodes."""

    def do_GET(self) -> None:
        body = json.dumps(NODES if urlsplit(self.path).path == "/api/v1/nodes" else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def api_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A cluster in KUBECONFIG that has two nodes to place pods on."""
    with HTTPServer(("127.0.0.1", 0), ApiServer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, server.server_port)))
        yield
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("api_server")
def test_nodes_are_read_as_the_api_tells_them() -> None:
    one, three = read_nodes()
    assert (one.name, one.labels, one.taints) == (
        "one",
        {"pool": "gpu"},
        (Taint("nvidia.com/gpu", "", "NoSchedule"),),
    )
    assert one.allocatable == parse_amounts("cpu=7910m,memory=31Gi,gpu=1")
    assert three.name == "three"


@pytest.mark.usefixtures("api_server")
def test_commands_look_at_the_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "load_commands", lambda: {"profiles": profiles})
    path = tmp_path / "p.yaml"
    path.write_text(HEAD + "  node_selector: {pool: huge}\n")
    assert cli.main(["profiles", "lint", str(path)]) == 0
    assert f"{path}:5:3: warning: no node has the labels pool=huge" in capsys.readouterr().out
    assert cli.main(["profiles", "nodes"]) == 0
    said = capsys.readouterr().out
    assert "# one\n- slug: 1-gpu\n" in said
    assert "# three\n# a node needs more cpu and memory than what is reserved" in said


def kubeconfig(folder: Path, port: int) -> Path:
    path = folder / "kubeconfig"
    path.write_text(
        "{apiVersion: v1, kind: Config, current-context: c, users: [{name: u, user: {}}], "
        f"clusters: [{{name: k, cluster: {{server: 'http://127.0.0.1:{port}'}}}}], "
        "contexts: [{name: c, context: {cluster: k, user: u}}]}"
    )
    return path
