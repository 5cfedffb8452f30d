"""What the source of a model version may name."""

import pytest

from celltrail.errors import InvalidError
from celltrail_server.registry.names import parse_version
from celltrail_server.registry.sources import (
    Elsewhere,
    OfLoggedModel,
    OfRegistry,
    OfRun,
    Place,
    artifact_address,
    parse_source,
)


@pytest.mark.parametrize(
    ("source", "run_id", "model_id", "place"),
    [
        ("s3://bucket/a/model", "", "", Elsewhere()),
        ("dbfs:/a/model", "r", "", Elsewhere()),
        ("https://example.org/model", "", "", Elsewhere()),
        ("runs:/r/a/model", "r", "", OfRun("r", "a/model")),
        ("runs:/r", "r", "", OfRun("r", "")),
        ("mlflow-artifacts:/0/r/artifacts/a/b", "r", "", OfRun("r", "a/b")),
        ("mlflow-artifacts:/0/models/m-1/artifacts", "", "m-1", OfLoggedModel("m-1", "")),
        ("mlflow-artifacts:/0/models/m-1/artifacts/x", "r", "m-1", OfLoggedModel("m-1", "x")),
        ("models:/m-1", "", "m-1", OfLoggedModel("m-1", "")),
        ("models:/digits/3", "", "", OfRegistry("digits", version="3")),
        ("models:/digits/Production", "", "", OfRegistry("digits", stage="Production")),
        ("models:/digits/Latest", "", "", OfRegistry("digits")),
        ("models:/digits@champ", "", "", OfRegistry("digits", alias="champ")),
        ("models:/a@b@champ", "", "", OfRegistry("a@b", alias="champ")),
    ],
)
def test_a_source_names_a_place(source: str, run_id: str, model_id: str, place: Place) -> None:
    assert parse_source(source, run_id, model_id) == place


@pytest.mark.parametrize(
    ("source", "run_id", "model_id", "reason"),
    [
        ("model", "r", "", "To use a local path"),
        ("/etc/passwd", "r", "", "To use a local path"),
        ("file:///etc/passwd", "", "m-1", "the model_id request parameter has to be specified"),
        ("C:\\models", "r", "", "To use a local path"),
        ("runs:/r/model", "", "", "The run_id request parameter must identify"),
        ("runs:/r/model", "other", "", "The run_id request parameter must identify"),
        ("runs:/r/model", "r", "m-1", "The model_id request parameter must identify"),
        ("runs://host/r/model", "r", "", "must identify the resource"),
        ("mlflow-artifacts:/0/r/artifacts/m", "", "", "The run_id request parameter"),
        ("mlflow-artifacts:/0/r/artifacts/m", "q", "", "The run_id request parameter"),
        ("mlflow-artifacts://host/0/r/artifacts/m", "r", "", "must identify the resource"),
        ("mlflow-artifacts:/0/r/other/m", "r", "", "must identify the resource"),
        ("mlflow-artifacts:/0/models/m-1/artifacts", "r", "", "The run_id request parameter"),
        ("https://h/api/2.0/mlflow-artifacts/artifacts/0/r/artifacts", "r", "", "must identify"),
        ("mlflow-artifacts:/0/r/artifacts/../../q", "r", "", "without relative path references"),
        ("mlflow-artifacts:/0/r/artifacts/%2e%2e/q", "r", "", "without relative path references"),
        ("mlflow-artifacts:/0/r/artifacts/%252e%252e/q", "r", "", "relative path references"),
        ("s3://bucket/a/./b", "", "", "relative path references"),
        ("s3://bucket/a%00b", "", "", "relative path references"),
        ("s3:bucket", "", "", "relative path references"),
        ("models:/m-1", "", "", "The model_id request parameter must identify"),
        ("models:/m-1", "", "m-2", "The model_id request parameter must identify"),
        ("models:/", "", "", "The model_id request parameter must identify"),
        ("models:/a/1/2", "", "", "The model_id request parameter must identify"),
        ("models:/a/ ", "", "", "The model_id request parameter must identify"),
        ("models://host/a/1", "", "", "must use the active model registry"),
        ("http://[", "", "", "Invalid model version source"),
    ],
)
def test_a_source_outside_of_what_the_request_names_is_refused(
    source: str, run_id: str, model_id: str, reason: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_source(source, run_id, model_id)
    assert reason in str(caught.value)
    assert source in str(caught.value)


def test_a_location_in_this_server_has_an_address_below_the_proxy() -> None:
    assert artifact_address("mlflow-artifacts:/0/r/artifacts/m") == "0/r/artifacts/m"
    assert artifact_address("s3://bucket/m") is None


@pytest.mark.parametrize(("text", "number"), [("7", 7), (" 07 ", 7), ("-1", -1), ("9" * 30, 0)])
def test_a_version_is_an_integer(text: str, number: int) -> None:
    assert parse_version(text) == number


@pytest.mark.parametrize("text", ["", "x", "1.0", "1_0", "\N{FULLWIDTH DIGIT ONE}", "0x1"])
def test_other_versions_are_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="Parameter 'version' must be an integer"):
        parse_version(text)
