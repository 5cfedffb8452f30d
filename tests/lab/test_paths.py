import pytest

from celltrail.errors import InvalidError
from celltrail_lab.pipelines import pipeline_path
from celltrail_lab.proxy import is_artifact, target_path


@pytest.mark.parametrize(
    "path",
    [
        "../admin", "runs/../../admin", "runs/..", "./runs", "runs//metrics", "/etc/passwd",
        "runs/", "runs\\..\\x", "runs/\x00", "runs/a\r\nHost: elsewhere",
    ],
)  # fmt: skip
def test_a_path_that_could_leave_the_api_is_refused(path: str) -> None:
    with pytest.raises(InvalidError, match="not a path of the tracking server"):
        target_path(path)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("runs/0a1b/metrics", "runs/0a1b/metrics"),
        ("runs/0a/artifacts/my plot.png", "runs/0a/artifacts/my%20plot.png"),
        ("runs/0a/artifacts/100%/a?b#c", "runs/0a/artifacts/100%25/a%3Fb%23c"),
        ("runs/0a/artifacts/%2e%2e/x", "runs/0a/artifacts/%252e%252e/x"),
        ("runs/0a/artifacts/größe.png", "runs/0a/artifacts/gr%C3%B6%C3%9Fe.png"),
        ("http://elsewhere", None),
    ],
)
def test_a_name_reaches_the_tracking_server_as_it_is(path: str, target: str | None) -> None:
    if target is None:
        with pytest.raises(InvalidError):
            target_path(path)
    else:
        assert target_path(path) == target


def test_only_files_of_a_run_are_artifacts() -> None:
    assert is_artifact("runs/0a/artifacts/plots/a.png")
    assert not is_artifact("runs/0a/artifacts")
    assert not is_artifact("runs/0a/metrics")


def test_a_pipeline_is_saved_as_yaml_only() -> None:
    assert pipeline_path("/folder/digits.yaml ") == "folder/digits.yaml"
    for name in ("digits", "digits.py", ".ipynb"):
        with pytest.raises(InvalidError, match=r"must end in \.yaml"):
            pipeline_path(name)
