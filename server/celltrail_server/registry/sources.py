"""What the source of a model version names, and whether a request may name it.

A source that lies in this server must be part of the run or logged model that the request names,
or be a version of the registry itself. Local paths are never taken: they would be this server's.
"""

import posixpath
import re
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import unquote, unquote_plus, urlsplit

from celltrail.errors import InvalidError

PROMPT_SOURCES = ("dummy-source", "prompt-template")
"""What MLflow's clients send as the source of a prompt, which has none."""

_PROXY_ROUTE = "/api/2.0/mlflow-artifacts/artifacts/"


@dataclass(frozen=True, slots=True)
class OfRun:
    """Files of a run: `path` from its root."""

    run_id: str
    path: str


@dataclass(frozen=True, slots=True)
class OfLoggedModel:
    """A logged model or files in it: `path` from its root."""

    model_id: str
    path: str


@dataclass(frozen=True, slots=True)
class OfRegistry:
    """A registered version, by one of number, stage and alias; by none of them: the latest."""

    name: str
    version: str = ""
    stage: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Something outside of this server, which never looks at it."""


type Place = OfRun | OfLoggedModel | OfRegistry | Elsewhere


def parse_source(source: str, run_id: str, model_id: str) -> Place:
    """Return what `source` names.

    run_id, model_id: what the request names beside it ("" for neither). Raises `InvalidError`
    unless the source lies in what they name, in the registry or elsewhere.
    """
    sought = "model_id" if model_id else "run_id"
    try:
        parts = urlsplit(source)
    except ValueError as error:
        raise InvalidError(f"Invalid model version source: '{source}': {error}") from error
    if parts.scheme in ("", "file") or len(parts.scheme) == 1:
        _refuse_local(source, sought)
    if parts.scheme == "models":
        return _models(source, model_id)
    _refuse_relative(source)
    place: Place = Elsewhere()
    if parts.scheme == "runs":
        run, _, path = source.partition(":")[2].strip("/").partition("/")
        place = OfRun(run, path)
    elif parts.scheme == "mlflow-artifacts":
        place = _in_proxy(parts.path)
    elif parts.scheme in ("http", "https") and _PROXY_ROUTE in _decoded(parts.path) + "/":
        _refuse(source, sought)
    if isinstance(place, Elsewhere) and parts.scheme != "mlflow-artifacts":
        return place
    if parts.netloc or not _is_within(place, run_id, model_id):
        _refuse(source, sought)
    return place


def artifact_address(location: str) -> str | None:
    """Return the address below the artifact proxy of a storage location, None if it is elsewhere.

    The address is `EXPERIMENT/RUN/artifacts/PATH` or `EXPERIMENT/models/MODEL/artifacts/PATH`.
    """
    scheme, _, path = location.partition(":")
    return path.strip("/") if scheme == "mlflow-artifacts" else None


def _models(source: str, model_id: str) -> OfRegistry | OfLoggedModel:
    parts = urlsplit(source)
    first, *rest = parts.path.lstrip("/").split("/")
    if not first.strip() or len(rest) > 1 or (rest and not rest[0].strip()):
        _refuse(source, "model_id")
    named = bool(rest) or "@" in first
    if parts.netloc and named:
        raise InvalidError(
            f"Invalid model version source: '{source}'. Registered model sources must use the "
            "active model registry."
        )
    if not named:
        if parts.netloc or first != model_id:
            _refuse(source, "model_id")
        return OfLoggedModel(first, "")
    if not rest:
        name, _, alias = first.rpartition("@")
        return OfRegistry(name, alias=alias)
    if rest[0].isascii() and rest[0].isdigit():
        return OfRegistry(first, version=rest[0])
    return OfRegistry(first) if rest[0].lower() == "latest" else OfRegistry(first, stage=rest[0])


def _in_proxy(path: str) -> Place:
    words = [unquote(word) for word in path.split("/") if word]
    match words:
        case [_, "models", model_id, "artifacts", *rest]:
            return OfLoggedModel(model_id, "/".join(rest))
        case [_, run_id, "artifacts", *rest]:
            return OfRun(run_id, "/".join(rest))
    return Elsewhere()


def _is_within(place: Place, run_id: str, model_id: str) -> bool:
    if isinstance(place, OfLoggedModel):
        return bool(model_id) and place.model_id == model_id
    return isinstance(place, OfRun) and not model_id and bool(run_id) and place.run_id == run_id


def _refuse(source: str, sought: str) -> NoReturn:
    raise InvalidError(
        f"Invalid model version source: '{source}'. The {sought} request parameter must "
        "identify the resource that contains the source."
    )


def _refuse_local(source: str, sought: str) -> NoReturn:
    raise InvalidError(
        f"Invalid model version source: '{source}'. To use a local path as a model version "
        f"source, the {sought} request parameter has to be specified and the local path has to be "
        f"contained within the artifact directory of the run specified by the {sought}."
    )


def _refuse_relative(source: str) -> None:
    decoded = _decoded(source)
    path = re.sub(r"/+", "/", _decoded(urlsplit(source).path).rstrip("/"))
    is_plain = path.startswith("/") and posixpath.normpath(path) == path and "\x00" not in path
    if not is_plain or ".." in decoded.split("/"):
        raise InvalidError(
            f"Invalid model version source: '{source}'. If supplying a source as an http, https, "
            "local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be "
            "provided without relative path references present. Please provide an absolute path."
        )


def _decoded(text: str) -> str:
    while (once := unquote_plus(text)) != text:
        text = once
    return text
