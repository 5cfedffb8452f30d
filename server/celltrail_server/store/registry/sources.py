"""From what a request names as the source of a version to where its files lie."""

from typing import NamedTuple

from sqlalchemy import Connection

from celltrail.errors import InvalidError, NotFoundError
from celltrail_server.callers import Caller
from celltrail_server.registry import sources as language
from celltrail_server.registry.names import is_prompt, parse_version
from celltrail_server.store import artifacts
from celltrail_server.store.access import find_run
from celltrail_server.store.logged_models.lookup import ModelRef, find_logged_model, made_by
from celltrail_server.store.registry import lookup
from celltrail_server.store.registry.records import ModelVersion, NewVersion


class Origin(NamedTuple):
    """What is recorded of where a version came from; ids are "" where nothing is known."""

    source: str
    storage_location: str
    run_id: str
    model_id: str


def resolve(connection: Connection, caller: Caller, new: NewVersion) -> Origin:
    """Return the origin of a new version.

    Raises `InvalidError` for a source that the request may not name, `NotFoundError` for a version
    of the registry or a logged model that is not there.
    """
    run_id, model_id = new.run_id or "", new.model_id or ""
    if model_id:
        find_logged_model(connection, caller, model_id)
    if is_prompt(new.tags):
        if new.source not in language.PROMPT_SOURCES:
            raise InvalidError(
                f"Invalid prompt source: '{new.source}'. Prompt sources must use an MLflow "
                "placeholder."
            )
        return Origin(new.source, new.source, run_id, model_id)
    place = language.parse_source(new.source, run_id, model_id)
    match place:
        case language.OfRegistry():
            return _of_version(_find(connection, caller, new.source, place), new)
        case language.OfRun():
            location = _of_run(connection, caller, new.source, place)
            return Origin(new.source, location, run_id, model_id)
        case language.OfLoggedModel():
            model = find_logged_model(connection, caller, place.model_id)
            return Origin(new.source, _below(_root(model), place.path), run_id, model_id)
    return Origin(new.source, new.source, run_id, model_id)


def _find(
    connection: Connection, caller: Caller, source: str, place: language.OfRegistry
) -> ModelVersion:
    if lookup.find_model(connection, caller, place.name).is_prompt:
        raise InvalidError(
            f"Invalid model version source: '{source}'. Prompt versions cannot be used as model "
            "version sources."
        )
    if place.version:
        return lookup.get_version(connection, caller, place.name, parse_version(place.version))
    if place.alias:
        return lookup.by_alias(connection, caller, place.name, place.alias)
    return lookup.latest(connection, caller, place.name, place.stage)


def _of_version(version: ModelVersion, new: NewVersion) -> Origin:
    if new.run_id not in (None, version.run_id) or new.model_id not in (None, version.model_id):
        raise InvalidError(
            f"Invalid model version source: '{new.source}'. The run_id and model_id request "
            "parameters must match the referenced model version."
        )
    source = f"models:/{version.name}/{version.version}"
    return Origin(source, version.storage_location, version.run_id, version.model_id)


def _of_run(connection: Connection, caller: Caller, source: str, place: language.OfRun) -> str:
    try:
        run = find_run(connection, caller, place.run_id)
    except NotFoundError as error:
        raise InvalidError(
            f"Invalid model version source: '{source}'. The run_id request parameter must "
            "identify the resource that contains the source."
        ) from error
    if not source.startswith("runs:"):
        return source
    if artifacts.is_there(connection, artifacts.of_run(run.pk), place.path):
        return _below(f"mlflow-artifacts:/{run.experiment_id}/{run.run_id}/artifacts", place.path)
    # A `runs:/` address may also mean a model that the run logged.
    model = made_by(connection, caller, run.run_id, place.path)
    return source if model is None else _root(model)


def _root(model: ModelRef) -> str:
    return f"mlflow-artifacts:/{model.experiment_id}/models/{model.model_id}/artifacts"


def _below(root: str, path: str) -> str:
    return f"{root}/{path}" if path else root
