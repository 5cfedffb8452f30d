"""Registered models: names, tags, versions, stages, aliases, and every way to ask wrongly."""

from typing import Any

from tests.compat.replay import Step, get, post, send

MODELS = "registered-models"
VERSIONS = "model-versions"
SOURCE = "s3://bucket/model"


def _version(**fields: Any) -> Step:
    body = {"name": "trees", "source": SOURCE, **fields}
    return post(f"{VERSIONS}/create", {k: v for k, v in body.items() if v != "(left out)"})


def _delete(path: str, body: Any) -> Step:
    return send("DELETE", path, body)


def _patch(path: str, body: Any) -> Step:
    return send("PATCH", path, body)


SEE = get(f"{MODELS}/get", {"name": "trees"})
SEE_FIRST = get(f"{VERSIONS}/get", {"name": "trees", "version": "1"})

NAMED = [
    post("experiments/create", {"name": "registry"}, home="experiment_id"),
    post("runs/create", {"experiment_id": "$home", "run_name": "r", "start_time": 1},
         run="run.info.run_id"),
    post(f"{MODELS}/create", {"name": "trees", "description": "first", "tags": [
        {"key": "team", "value": "vision"}, {"key": "☃", "value": ""}]}),
    post(f"{MODELS}/create", {"name": "trees"}),
    *(post(f"{MODELS}/create", {"name": name})
      for name in ("", None, 5, [], "a/b", "a:b", "näme ☃", " ", "a.b", "n" * 256)),
    post(f"{MODELS}/create", {}),
    post(f"{MODELS}/create", {"name": "odd", "tags": "no"}),
    post(f"{MODELS}/create", {"name": "odd tag", "tags": [{"key": "k" * 251, "value": "v"}]}),
    post(f"{MODELS}/create", {"name": "odd tag", "tags": [{"key": "../k", "value": "v"}]}),
    post(f"{MODELS}/create", {"name": "odd tag", "tags": [{"key": "a", "value": "v" * 100_001}]}),
    post(f"{MODELS}/create", {"name": "odd tag", "tags": [{"key": "a"}]}),
    SEE,
    *(get(f"{MODELS}/get", {"name": name}) for name in ("none", "", "näme ☃", "a.b")),
    get(f"{MODELS}/get"),
    _patch(f"{MODELS}/update", {"name": "trees", "description": "second"}),
    _patch(f"{MODELS}/update", {"name": "trees", "description": 5}),
    _patch(f"{MODELS}/update", {"name": "none", "description": "x"}),
    _patch(f"{MODELS}/update", {"description": "x"}),
    SEE,
    post(f"{MODELS}/rename", {"name": "a.b", "new_name": "renamed"}),
    post(f"{MODELS}/rename", {"name": "renamed", "new_name": "trees"}),
    post(f"{MODELS}/rename", {"name": "renamed", "new_name": "renamed"}),
    post(f"{MODELS}/rename", {"name": "renamed", "new_name": "a/b"}),
    post(f"{MODELS}/rename", {"name": "renamed", "new_name": ""}),
    post(f"{MODELS}/rename", {"name": "renamed"}),
    post(f"{MODELS}/rename", {"name": "none", "new_name": "b"}),
]  # fmt: skip

TAGGED = [
    post(f"{MODELS}/set-tag", {"name": "trees", "key": "a", "value": "1"}),
    post(f"{MODELS}/set-tag", {"name": "trees", "key": "a", "value": "2"}),
    post(f"{MODELS}/set-tag", {"name": "trees", "key": "empty", "value": ""}),
    post(f"{MODELS}/set-tag", {"name": "trees", "key": "none"}),
    post(f"{MODELS}/set-tag", {"name": "trees", "value": "1"}),
    post(f"{MODELS}/set-tag", {"name": "trees", "key": "a", "value": 5}),
    post(f"{MODELS}/set-tag", {"name": "trees", "key": "a!", "value": "1"}),
    post(f"{MODELS}/set-tag", {"name": "trees", "key": "k" * 251, "value": "1"}),
    post(f"{MODELS}/set-tag", {"name": "trees", "key": "a", "value": "v" * 100_001}),
    post(f"{MODELS}/set-tag", {"name": "none", "key": "a", "value": "1"}),
    post(f"{MODELS}/set-tag", {"key": "a", "value": "1"}),
    _delete(f"{MODELS}/delete-tag", {"name": "trees", "key": "empty"}),
    _delete(f"{MODELS}/delete-tag", {"name": "trees", "key": "empty"}),
    _delete(f"{MODELS}/delete-tag", {"name": "trees"}),
    _delete(f"{MODELS}/delete-tag", {"name": "none", "key": "a"}),
    SEE,
]

VERSIONED = [
    _version(description="one", run_id="$run", run_link="http://runs/1",
             tags=[{"key": "t", "value": "1"}]),
    _version(), _version(source="runs:/$run/model"), _version(source="mlflow-artifacts:/1/x"),
    *(_version(source=one) for one in (
        "", None, 5, "/etc", "file:///etc/passwd", "../up", "models:/trees/1", "models:/none/1",
        "models:/trees@none", "runs:/none/model", "s3://bucket/../x", "ftp://h/%2e%2e/x")),
    _version(source="(left out)"), _version(name="none"), _version(name="(left out)"),
    _version(name=""), _version(run_id="none"), _version(model_id="m-none"),
    _version(tags=[{"key": "k" * 251, "value": "v"}]), _version(tags="no"),
    SEE, SEE_FIRST,
    *(get(f"{VERSIONS}/get", {"name": "trees", "version": one})
      for one in ("2", "99", "0", "-1", "x", "1.0", "")),
    get(f"{VERSIONS}/get", {"name": "none", "version": "1"}),
    get(f"{VERSIONS}/get", {"name": "trees"}),
    get(f"{VERSIONS}/get", {"version": "1"}),
    *(get(f"{VERSIONS}/get-download-uri", {"name": "trees", "version": one})
      for one in ("1", "2", "99", "x")),
    get(f"{VERSIONS}/get-download-uri"),
    _patch(f"{VERSIONS}/update", {"name": "trees", "version": "1", "description": "new"}),
    _patch(f"{VERSIONS}/update", {"name": "trees", "version": 1, "description": "number"}),
    _patch(f"{VERSIONS}/update", {"name": "trees", "version": "99", "description": "new"}),
    _patch(f"{VERSIONS}/update", {"name": "trees", "version": "x", "description": "new"}),
    _patch(f"{VERSIONS}/update", {"name": "trees", "description": "new"}),
    _patch(f"{VERSIONS}/update", {"name": "none", "version": "1", "description": "new"}),
    post(f"{VERSIONS}/set-tag", {"name": "trees", "version": "1", "key": "a", "value": "1"}),
    post(f"{VERSIONS}/set-tag", {"name": "trees", "version": "1", "key": "a", "value": "2"}),
    post(f"{VERSIONS}/set-tag", {"name": "trees", "version": "1", "key": "a!", "value": "2"}),
    post(f"{VERSIONS}/set-tag", {"name": "trees", "version": "99", "key": "a", "value": "2"}),
    post(f"{VERSIONS}/set-tag", {"name": "trees", "version": "x", "key": "a", "value": "2"}),
    post(f"{VERSIONS}/set-tag", {"name": "trees", "key": "a", "value": "2"}),
    _delete(f"{VERSIONS}/delete-tag", {"name": "trees", "version": "1", "key": "t"}),
    _delete(f"{VERSIONS}/delete-tag", {"name": "trees", "version": "1", "key": "t"}),
    _delete(f"{VERSIONS}/delete-tag", {"name": "trees", "version": "99", "key": "t"}),
    _delete(f"{VERSIONS}/delete-tag", {"name": "trees", "version": "1"}),
    SEE_FIRST,
]  # fmt: skip


def _move(version: Any, stage: Any, archive: Any = False) -> Step:
    body = {"name": "trees", "version": version, "stage": stage}
    return post(f"{VERSIONS}/transition-stage", {**body, "archive_existing_versions": archive})


STAGED = [
    _move("1", "Staging"), _move("2", "production"), _move("2", "Production", archive=True),
    _move("1", "PRODUCTION", archive=True), _move("1", "Archived", archive=True), _move("1", "x"),
    _move("1", ""), _move("1", None), _move("99", "Staging"), _move("x", "Staging"),
    _move("1", "Staging", archive="no"), _move("1", "None"), _move("2", "Staging"),
    post(f"{VERSIONS}/transition-stage", {"name": "trees", "version": "1", "stage": "Staging"}),
    post(f"{MODELS}/get-latest-versions", {"name": "trees"}),
    *(post(f"{MODELS}/get-latest-versions", {"name": "trees", "stages": one}) for one in (
        ["Staging"], ["staging", "None"], ["x"], [], "Staging")),
    post(f"{MODELS}/get-latest-versions", {"name": "none"}),
    post(f"{MODELS}/get-latest-versions", {}),
    get(f"{MODELS}/get-latest-versions", {"name": "trees", "stages": ["Production"]}),
    SEE,
]  # fmt: skip


def _alias(alias: Any, version: Any = "1", name: str = "trees") -> Step:
    return post(f"{MODELS}/alias", {"name": name, "alias": alias, "version": version})


ALIASED = [
    _alias("champion"), _alias("champion", "2"), _alias("other", "1"), _alias("Best-1_x", 1),
    *(_alias(one) for one in ("", None, 5, "latest", "Latest", "v1", "V12", "v1x", "a b", "a.b",
                              "ä", "1", "a" * 255, "a" * 256)),
    _alias("a", "99"), _alias("a", "x"), _alias("a", None), _alias("a", name="none"),
    post(f"{MODELS}/alias", {"name": "trees", "version": "1"}),
    *(get(f"{MODELS}/alias", {"name": "trees", "alias": one})
      for one in ("champion", "other", "none", "latest", "")),
    get(f"{MODELS}/alias", {"name": "none", "alias": "champion"}),
    get(f"{MODELS}/alias", {"name": "trees"}),
    SEE_FIRST,
    _delete(f"{MODELS}/alias", {"name": "trees", "alias": "other"}),
    _delete(f"{MODELS}/alias", {"name": "trees", "alias": "other"}),
    _delete(f"{MODELS}/alias", {"name": "none", "alias": "other"}),
    _delete(f"{MODELS}/alias", {"name": "trees"}),
    _version(source="models:/trees@champion"),
    SEE,
]  # fmt: skip

DELETED = [
    _delete(f"{VERSIONS}/delete", {"name": "trees", "version": "2"}),
    _delete(f"{VERSIONS}/delete", {"name": "trees", "version": "2"}),
    _delete(f"{VERSIONS}/delete", {"name": "trees", "version": "x"}),
    _delete(f"{VERSIONS}/delete", {"name": "trees"}),
    get(f"{VERSIONS}/get", {"name": "trees", "version": "2"}),
    get(f"{MODELS}/alias", {"name": "trees", "alias": "champion"}),
    post(f"{MODELS}/rename", {"name": "trees", "new_name": "oaks"}),
    get(f"{VERSIONS}/get", {"name": "oaks", "version": "1"}),
    SEE,
    _delete(f"{MODELS}/delete", {"name": "oaks"}),
    _delete(f"{MODELS}/delete", {"name": "oaks"}),
    _delete(f"{MODELS}/delete", {}),
    get(f"{VERSIONS}/get", {"name": "oaks", "version": "1"}),
]

STEPS = [*NAMED, *TAGGED, *VERSIONED, *STAGED, *ALIASED, *DELETED]
