"""Requests of MLflow's API: their fields, and how leniently they are read.

As in MLflow, unknown fields and fields that are null are ignored, integers may come as text, and
an empty text counts as missing where a field is required (it has no default here).
"""

import re
from functools import cache
from typing import Any, Literal

import msgspec
from litestar import delete, get, patch, post
from msgspec.structs import FieldInfo

from celltrail.errors import InvalidError
from celltrail_server.routes.services import Call

PREFIX = "/api/2.0/mlflow"
MAX_RESULTS = 50_000

HINT = " See the API docs for more information about request parameters."
_MISSING = re.compile(r"required field `(\w+)`(?: - at `\$\.(.+)`)?")
_PLACE = re.compile(r" - at `\$\.(.+)`")

ViewType = Literal["ACTIVE_ONLY", "DELETED_ONLY", "ALL"]
Status = Literal["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"]


class KeyValue(msgspec.Struct):
    """A param or tag."""

    key: str
    value: str = ""


class MetricValue(msgspec.Struct):
    """One point of a metric; `timestamp` in milliseconds since the Unix epoch.

    `model_id`: the logged model that it also counts for, on the dataset that is named.
    """

    key: str
    value: float
    timestamp: int
    step: int = 0
    model_id: str = ""
    dataset_name: str = ""
    dataset_digest: str = ""


class OfRun(msgspec.Struct):
    """A request about one run, under the field's new or old name."""

    run_id: str = ""
    run_uuid: str = ""

    @property
    def run(self) -> str:
        """The id; raises `InvalidError` if it is missing."""
        if not (self.run_id or self.run_uuid):
            raise missing("run_id")
        return self.run_id or self.run_uuid


def mlflow_get(path: str) -> get:
    """Return the decorator of a GET call; MLflow documents its API itself."""
    return get(f"{PREFIX}{path}", include_in_schema=False)


def mlflow_post(path: str) -> post:
    """Return the decorator of a POST call."""
    return post(f"{PREFIX}{path}", status_code=200, include_in_schema=False)


def mlflow_patch(path: str) -> patch:
    """Return the decorator of a PATCH call."""
    return patch(f"{PREFIX}{path}", include_in_schema=False)


def mlflow_delete(path: str) -> delete:
    """Return the decorator of a DELETE call, whose fields are in a body."""
    return delete(f"{PREFIX}{path}", status_code=200, include_in_schema=False)


async def read[T](request: Call, model: type[T]) -> T:
    """Return the JSON body of a request; raises `InvalidError` as MLflow words it."""
    body = await request.body() or b"{}"
    try:
        return _checked(_decode(body, model))
    except msgspec.DecodeError as error:
        raise InvalidError(f"the body of the request is not JSON: {error}") from error


def _decode[T](body: bytes, model: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=model, strict=False)
    except msgspec.ValidationError:  # may come before what is no JSON further on
        return _converted(_without_nulls(msgspec.json.decode(body)), model)


def read_query[T](request: Call, model: type[T]) -> T:
    """Return the query parameters of a request; repeated ones become lists."""
    names = {field.name: field.type for field in _fields(model)}  # type: ignore[arg-type]
    query = request.query_params
    values: dict[str, Any] = {
        name: query.getall(name) if kind == list[str] else query[name]
        for name, kind in names.items()
        if name in query
    }
    return _checked(_converted(values, model))


def check_max_results(wanted: int) -> None:
    """Raise MLflow's `InvalidError` for a search that wants too many results, or none."""
    if not 1 <= wanted <= MAX_RESULTS:
        bound = "a positive integer" if wanted < 1 else f"at most {MAX_RESULTS}"
        raise InvalidError(
            f"Invalid value {wanted} for parameter 'max_results' supplied. It must be {bound}"
        )


def missing(name: str) -> InvalidError:
    """Return MLflow's error for a required field that is not there."""
    return InvalidError(f"Missing value for required parameter '{name}'.{HINT}")


@cache  # msgspec evaluates the annotations anew each time
def _fields(model: Any) -> tuple[FieldInfo, ...]:
    return msgspec.structs.fields(model)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


def _converted[T](values: Any, model: type[T]) -> T:
    try:
        return msgspec.convert(values, model, strict=False)
    except msgspec.ValidationError as error:
        raise _explain(error, values, model) from error


def _checked[T](parsed: T) -> T:
    for field in _fields(type(parsed)):  # type: ignore[arg-type]
        if field.required and getattr(parsed, field.name) == "":
            raise missing(field.name)
    return parsed


def _explain(error: msgspec.ValidationError, values: Any, model: Any) -> InvalidError:
    text = str(error)
    if found := _MISSING.search(text):
        name, place = found.groups()
        return missing(f"{place}.{name}" if place else name)
    if found := _PLACE.search(text):
        place = found[1]
        value = _value_at(values, place)
        may_be_left_out = {one.name for one in _fields(model) if not one.required}
        if value == "" and place not in may_be_left_out:
            return missing(place)
        shown = msgspec.json.encode(value).decode()[:200]
        return InvalidError(
            f"Invalid value {shown} for parameter '{place}' supplied:  "
            f"Hint: Value was of type '{type(value).__name__}'.{HINT}"
        )
    return InvalidError(f"Invalid request: {text}")


def _value_at(value: Any, place: str) -> Any:
    for name in re.findall(r"[^.\[\]]+", place):
        value = value[int(name)] if isinstance(value, list) else value.get(name)
    return value
