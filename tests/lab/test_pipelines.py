import json
from collections.abc import Callable

import pytest

from tests.conftest import TrackingServer, wait_for
from tests.lab.conftest import Jupyter

pytestmark = pytest.mark.integration

CELLS = ("import celltrail as ct", "data = [0.25, 0.5]", "total = sum(data)\nct.log(total=total)")


def test_a_notebook_becomes_a_file_and_a_run_with_its_steps(
    jupyter: Jupyter, server: TrackingServer
) -> None:
    jupyter.write_notebook("small.ipynb", *CELLS)
    preview = jupyter.post("pipelines/preview", path="small.ipynb", target="kfp")
    assert preview.status_code == 200, preview.text
    body = preview.json()
    assert [step["cells"] for step in body["steps"]] == [[2], [3]]
    assert body["filename"] == "small.yaml"

    saved = jupyter.post("pipelines/save", path=body["filename"], text=body["text"])
    assert (saved.status_code, saved.json()) == (201, {"path": "small.yaml"})
    assert (jupyter.root / "small.yaml").read_text().rstrip() == body["text"].rstrip()

    started = jupyter.post("pipelines/run", path="small.yaml")
    assert started.status_code == 202, started.text
    run_id = started.json()["run_id"]

    def ended() -> dict[str, object] | None:
        run = jupyter.get(f"api/runs/{run_id}")
        over = run.status_code == 200 and run.json()["status"] != "RUNNING"
        return run.json() if over else None

    run = wait_for("the pipeline's end", ended, timeout_seconds=120)
    assert (run["status"], run["kind"]) == ("FINISHED", "pipeline")
    children = run["children"]
    assert isinstance(children, list)
    assert {child["kind"] for child in children} == {"step"}
    assert {"total": 0.75} in [child["metrics"] for child in children]


def test_a_file_is_replaced_only_on_demand(jupyter: Jupyter) -> None:
    (jupyter.root / "a.yaml").write_text("old")
    refused = jupyter.post("pipelines/save", path="a.yaml", text="new")
    assert refused.status_code == 409
    assert "a.yaml exists already" in refused.json()["message"]
    assert (jupyter.root / "a.yaml").read_text() == "old"
    assert jupyter.post("pipelines/save", path="a.yaml", text="new", overwrite=True).is_success
    assert (jupyter.root / "a.yaml").read_text().strip() == "new"


@pytest.fixture
def refusal(jupyter: Jupyter) -> Callable[..., tuple[int, str]]:
    """Posts what must be refused; returns status and message."""

    def post(route: str, /, **body: object) -> tuple[int, str]:
        answer = jupyter.post(route, **body)
        assert "Traceback" not in jupyter.log.read_text()
        return answer.status_code, answer.json()["message"]

    return post


def test_what_cannot_be_exported_is_refused_in_one_line(
    jupyter: Jupyter, refusal: Callable[..., tuple[int, str]]
) -> None:
    (jupyter.root / "broken.ipynb").write_text("{ no json")
    jupyter.write_notebook("syntax.ipynb", "a = 1", "b = = 2")
    (jupyter.root.parent / "outside.ipynb").write_text("{}")

    status, message = refusal("pipelines/preview", path="broken.ipynb", target="kfp")
    assert status == 400
    assert "broken.ipynb is not JSON" in message
    status, message = refusal("pipelines/preview", path="syntax.ipynb", target="kfp")
    assert status == 400
    assert "cell 2" in message
    for path in ("missing.ipynb", "../outside.ipynb"):
        status, message = refusal("pipelines/preview", path=path, target="kfp")
        assert status == 404, path
    status, message = refusal("pipelines/preview", path="syntax.ipynb")
    assert (status, "'target'" in message) == (400, True)
    status, message = refusal("pipelines/save", path="small.py", text="import os")
    assert status == 400
    answer = jupyter.client.post("/celltrail/pipelines/save", content=b"[1")
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "the body of the request is not JSON",
    )


def test_a_pipeline_that_does_not_start_says_why(
    jupyter: Jupyter, refusal: Callable[..., tuple[int, str]]
) -> None:
    (jupyter.root / "empty.yaml").write_text(json.dumps({"a": 1}))
    status, message = refusal("pipelines/run", path="empty.yaml")
    assert status == 503
    assert message.startswith("empty.yaml did not start: ")
    status, message = refusal("pipelines/run", path="missing.yaml")
    assert status == 404
