"""The same requests, sent to MLflow's own server and to this one, and the answers compared.

A `Step` is one request. Its strings may name what earlier steps have kept, as `$run`. What each
server chooses for itself (ids, times of its clock, names of runs that were given none) is replaced
by a name before the comparison, which is of status and JSON, field by field. Items of a list that
have keys of their own, such as tags, may come in any order.
"""

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

API = "/api/2.0/mlflow"
ABSENT = "(absent)"

_HEX = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_PLACE = re.compile(r"(mlflow-artifacts:/)(\d+)")
_NUMBER = re.compile(r"((?:id=|id |[Ee]xperiment |ID |ID=)'?)(\d+)\b")
_RANDOM_NAME = re.compile(r"[a-z]+-[a-z]+-\d{1,3}")
_CLOCK_MS = 600_000


@dataclass(frozen=True)
class Step:
    """One request; `keep` says which fields of the answer later steps may name."""

    method: str
    path: str
    body: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the step is called in reports and in the list of differences."""
        sent = self.query or self.body
        if self.content is not None:
            sent = self.content[:40].decode("latin-1")
        return f"{self.method} {self.path} {json.dumps(sent)[:160] if sent else ''}".strip()


def post(path: str, body: Any = None, **keep: str) -> Step:
    """Return a POST; `keep`: variable = dotted place in the answer."""
    return Step("POST", path, body if body is not None else {}, keep=keep)


def get(path: str, query: Mapping[str, Any] | None = None, **keep: str) -> Step:
    """Return a GET with its fields in the query."""
    return Step("GET", path, query=query or {}, keep=keep)


def send(method: str, path: str, body: Any = None, **keep: str) -> Step:
    """Return a request of any other method, with JSON."""
    return Step(method, path, body if body is not None else {}, keep=keep)


@dataclass(frozen=True)
class Found:
    """Where two answers differ; `field` is `status` or the place in the JSON."""

    step: str
    field: str
    theirs: Any
    ours: Any

    def __str__(self) -> str:
        return f"{self.step}\n    {self.field}: MLflow {self.theirs!r}\n    {' ' * len(self.field)}  here   {self.ours!r}"  # noqa: E501


class Side:
    """One of the two servers, with what its answers have named so far."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.names: dict[str, str] = {}

    def take(self, step: Step) -> dict[str, Any]:
        """Send a step and return its answer as {field: value}, normalised."""
        path = self._fill(step.path)
        url = path if path.startswith("/") else f"{API}/{path}"
        answer = self._client.request(
            step.method,
            url,
            params=self._fill(dict(step.query)) or None,
            json=None
            if step.content is not None or step.method == "GET"
            else self._fill(step.body),
            content=step.content,
            headers={"Content-Type": "application/json", **step.headers},
        )
        try:
            body = answer.json()
        except ValueError:
            body = {"text": answer.text if len(answer.text) < 200 else f"{len(answer.text)} chars"}
        for name, place in step.keep.items():
            self.names[name] = _at(body, place)
        return {"status": answer.status_code, **dict(_flatten("", self._normal("", body)))}

    def _fill(self, value: Any) -> Any:
        if isinstance(value, str):
            return re.sub(r"\$([a-z]\w*)", lambda m: str(self.names.get(m[1], m[0])), value)
        if isinstance(value, dict):
            return {key: self._fill(one) for key, one in value.items()}
        return [self._fill(one) for one in value] if isinstance(value, list) else value

    def _normal(self, name: str, value: Any) -> Any:
        if isinstance(value, dict):
            is_name = value.get("key") == "mlflow.runName"
            return {
                key: self._normal("run_name" if is_name else key, one) for key, one in value.items()
            }
        if isinstance(value, list):
            return [self._normal(name, one) for one in value if not _is_owner(one)]
        if isinstance(value, int) and abs(value - time.time() * 1000) < _CLOCK_MS:
            return "<now>"
        return self._named(name, value) if isinstance(value, str) else value

    def _named(self, name: str, text: str) -> str:
        if name in ("name", "run_name") and _RANDOM_NAME.fullmatch(text):
            return "<random name>"
        if name == "next_page_token":
            return "<token>"
        if name in ("create_time", "last_update_time") and _is_now(text):
            return "<now>"
        known = {value: f"<{key}>" for key, value in self.names.items() if value}
        known.setdefault("0", "0")
        if name == "experiment_id":
            return known.get(text, "<other>")
        text = _HEX.sub(lambda m: known.get(m[0], known.get(f"m-{m[0]}", "<id>")), text)
        text = _NUMBER.sub(lambda m: m[1] + known.get(m[2], m[2]), text)
        return _PLACE.sub(lambda m: m[1] + known.get(m[2], "<other>"), text)


def differences(steps: Sequence[Step], theirs: Side, ours: Side) -> Iterator[Found]:
    """Replay the steps on both sides, in order, and yield where the answers differ."""
    for step in steps:
        expected, actual = theirs.take(step), ours.take(step)
        names = expected.keys() | actual.keys()
        if expected["status"] != actual["status"]:
            names = {"status", "message"}  # all else follows from that
        for name in sorted(names):
            pair = expected.get(name, ABSENT), actual.get(name, ABSENT)
            if pair[0] != pair[1]:
                yield Found(step.title, name, *pair)


def _is_now(text: str) -> bool:
    """Whether it is a time of the server's clock in protobuf's JSON."""
    return abs(datetime.fromisoformat(text).timestamp() - time.time()) * 1000 < _CLOCK_MS


def _is_owner(value: Any) -> bool:
    """Whether it is the tag with the run's user, which comes from the token here."""
    return isinstance(value, dict) and value.get("key") == "mlflow.user"


def _flatten(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _flatten(f"{name}.{key}" if name else key, one)
    elif isinstance(value, list):
        keys = [one.get("key") for one in value if isinstance(one, dict)]
        is_keyed = None not in keys and len(set(keys)) == len(value)
        for place, one in zip(keys if is_keyed else range(len(value)), value, strict=True):
            yield from _flatten(f"{name}[{place}]", one)
    else:
        yield name, value


def _at(value: Any, place: str) -> Any:
    for part in place.split("."):
        if isinstance(value, list):
            value = value[int(part)] if int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value
