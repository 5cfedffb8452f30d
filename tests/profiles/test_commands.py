"""`celltrail profiles`, from arguments to what is printed and the exit code."""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from celltrail import cli
from celltrail_profiles import catalog
from celltrail_profiles.commands import profiles
from tests.profiles.helping import HEAD


@pytest.fixture(autouse=True)
def only_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "load_commands", lambda: {"profiles": profiles})
    monkeypatch.delenv("KUBECONFIG", raising=False)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*args: object) -> tuple[int, str, str]:
        code = cli.main(["profiles", *map(str, args)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(text: str, name: str = "p.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_it_is_a_subcommand_of_the_distribution() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    point = project["entry-points"]["celltrail.commands"]["profiles"]
    assert point == f"{profiles.configure.__module__}:profiles"


def test_a_missing_package_is_told_with_the_extra_that_brings_it(
    run: Any, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "kubespawner", None)
    code, _, err = run("render", write(HEAD))
    assert code == 1
    assert err == (
        "celltrail: `profiles` needs the package kubespawner: pip install 'celltrail[kubernetes]'\n"
    )


def test_lint_names_the_place_and_fails(run: Any, write: Any) -> None:
    path = write(HEAD + "  mem_limt: 4G\n")
    code, out, _ = run("lint", path)
    assert code == 1
    assert out.startswith(f"{path}:5:3: error: unknown key mem_limt; did you mean memory.limit")
    assert out.endswith("1 file, 1 error, no warnings\n")


def test_lint_passes_over_warnings(run: Any, write: Any) -> None:
    code, out, _ = run("lint", write(HEAD + "  image: a:latest\n"), write(HEAD, "q.yaml"))
    assert code == 0
    assert "warning" in out
    assert out.endswith("2 files, no errors, 1 warning\n")


def test_lint_as_json(run: Any, write: Any) -> None:
    code, out, _ = run("lint", write(HEAD + "  mem_limt: 4G\n"), "--json")
    assert code == 1
    [problem] = json.loads(out)["problems"]
    assert (problem["line"], problem["column"], problem["code"]) == (5, 3, "unknown-key")


def test_lint_knows_the_groups_of_a_file(run: Any, write: Any) -> None:
    groups = write("ml: [ada]\n", "groups.yaml")
    path = write(HEAD.replace("everyone", "{groups: [mll]}"))
    code, out, _ = run("lint", path, "--groups-file", groups)
    assert code == 0
    assert f"{path}:4:18: warning: there is no group mll; did you mean ml?" in out


def test_lint_goes_on_without_a_cluster_that_does_not_answer(
    run: Any, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", "nowhere")
    code, _, err = run("lint", write(HEAD))
    assert code == 0
    assert "sizes are not compared with nodes" in err
    assert run("lint", write(HEAD), "--no-cluster")[2] == ""


def test_a_file_that_is_not_there_is_one_line(run: Any) -> None:
    code, _, err = run("lint", "nowhere.yaml")
    assert (code, err) == (1, "celltrail: nowhere.yaml cannot be read: No such file or directory\n")


def test_render_shows_the_pod_of_a_choice(run: Any, write: Any) -> None:
    path = write(catalog.text("a100"))
    code, out, err = run(
        "render", path, "--user", "ada", "--groups", "gpu,gpu-multi", "--profile", "gpu-a100",
        "-o", "gpus=two", "--json",
    )  # fmt: skip
    assert (code, err) == (0, "")
    shown = json.loads(out)
    limits = shown["pods"]["gpu-a100"]["spec"]["containers"][0]["resources"]["limits"]
    assert limits["nvidia.com/gpu"] == "2"
    assert [each["slug"] for each in shown["profile_list"]] == ["gpu-a100"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--user", "ada"], "nothing is offered to ada"),
        (["--user", "ada", "--profile", "gpu-a100"], "gpu-a100 is not offered to ada"),
        (["--profile", "gpu"], "no profile gpu; there are: gpu-a100"),
        (["--profile", "gpu-a100", "-o", "gpus"], "write NAME=VALUE"),
        (["--profile", "gpu-a100", "-o", "gpus=ten"], "no choice 'ten'"),
        (
            ["--user", "ada", "--groups", "gpu", "--profile", "gpu-a100", "-o", "gpus=two"],
            "GPUs: no choice 'two'",
        ),
    ],
)
def test_render_refuses_what_a_spawn_would(
    run: Any, write: Any, args: list[str], said: str
) -> None:
    code, out, err = run("render", write(catalog.text("a100")), *args)
    assert (code, out) == (1, "")
    assert err.startswith("celltrail: ")
    assert said in err
    assert len(err.splitlines()) == 1


def test_explain_tells_what_and_why_not(run: Any, write: Any) -> None:
    path = write(catalog.text("a100"))
    _, out, _ = run("explain", path, "--user", "ada", "--groups", "students")
    assert "not offered: for group gpu; ada is in students" in out
    assert "they cannot start a server" in out
    _, out, _ = run("explain", path, "--user", "ada", "--groups", "gpu", "--json")
    [found] = json.loads(out)
    assert (found["offered"], found["hidden"]) == (True, {"gpus.two": "for group gpu-multi"})


def test_diff_tells_whose_servers_change(run: Any, write: Any) -> None:
    old = write(HEAD + "  memory: {limit: 1Gi}\n")
    new = write(HEAD + "  memory: {limit: 2Gi}\n", "new.yaml")
    _, out, _ = run("diff", old, new)
    assert out == (
        "changed profile a, for everyone: new servers differ\n    memory.limit: 1Gi → 2Gi\n"
    )
    assert run("diff", old, old)[1] == "no changes\n"


def test_nodes_suggests_profiles(run: Any) -> None:
    _, out, _ = run("nodes", "--node", "cpu=96,memory=768Gi,gpu=8")
    assert "- slug: 1-gpu\n" in out
    _, out, _ = run("nodes", "--node", "cpu=8,memory=32Gi", "--json")
    assert json.loads(out)["cpu=8,memory=32Gi"][0]["memory"] == "31Gi"
    assert "set KUBECONFIG" in run("nodes")[2]


def test_the_schema_is_json_that_helm_can_use(run: Any) -> None:
    schema = json.loads(run("schema")[1])
    assert schema["$ref"] == "#/$defs/ProfileFile"
    # Go's regular expressions know neither lookaround nor \\Z.
    assert "(?" not in json.dumps(schema)
    assert "\\Z" not in json.dumps(schema)


def test_the_catalog_is_listed_and_printed(run: Any) -> None:
    assert run("catalog")[1].split() == catalog.names()
    assert run("catalog", "t4")[1] == catalog.text("t4")
    assert "the catalog has no t5; it has a100" in run("catalog", "t5")[2]
