"""Writes celltrail/values.schema.json: `make schema`; `--check`: is it right?

Helm holds every value against it before it does anything. JSON Schema has no words of its own for
"did you mean", so keys that are one slip away from a known one are known too, as keys that can have
no value but those words.
"""

import json
import re
import sys
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import Any

import yaml
from chart_values import Values
from traitlets import CaselessStrEnum, Float, Int, List, TraitType

from celltrail_profiles.json_schema import schema_of
from celltrail_profiles.reading import KUBESPAWNER
from celltrail_server.settings import TrackingServer

TARGET = Path(__file__).parent / "celltrail" / "values.schema.json"
VALUES = TARGET.with_name("values.yaml")
FILES = ("Deployment", "TrackingSettings")
"""Types of Celltrail's files, which are no values of the chart."""
# The chart says these itself.
NOT_SETTINGS = {
    "host",
    "port",
    "data_dir",
    "database",
    "artifacts",
    "auth",
    "idle_timeout",
    "state_file",
}
# Of other charts, or of habit.
OTHERS = {
    "Values": {
        "auth": "hub.config.authentication",
        "cull": "profiles[].culling",
        "database": "tracking.database",
        "image": "images",
        "persistence": "tracking.volume",
        "prePuller": "prepull",
        "singleuser": "users, and hub.config.servers",
    },
    "HubValues": {
        "authenticator": "config.authentication",
        "db": "config.hub.database",
        "extraEnv": "secrets",
        "networkPolicy": "egress",
    },
    "TrackingValues": {"extraEnv": "env", "networkPolicy": "egress", "replicaCount": "replicas"},
    "ProxyValues": {"replicaCount": "replicas"},
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the values."""
    made = schema_of(Values, "Celltrail values")
    types = made["$defs"]
    types["TrackingSettings"]["properties"] = dict(tracking_settings())
    # The chart adds the rest, and says it better where nobody chose a login.
    types["Deployment"]["required"] = ["url"]
    types["Servers"]["required"] = []
    types["Values"]["patternProperties"] = {"^x-": {}}
    require_defaults(types, "Values", yaml.safe_load(VALUES.read_text(encoding="utf-8")))
    for name, each in types.items():
        if each.get("additionalProperties") is False:
            theirs = {key: ours for key, ours in KUBESPAWNER.items() if takes(each, ours)}
            suggest(each, OTHERS.get(name, theirs))
    named: dict[str, Any] = without_titles(made)
    return named


def require_defaults(types: dict[str, Any], name: str, defaults: dict[str, Any]) -> None:
    """Let nobody take a default away by `null`, which templates rely on."""
    type_ = types[name]
    type_["required"] = list(defaults)
    for key, value in defaults.items():
        inner = type_["properties"][key].get("$ref", "").removeprefix("#/$defs/")
        if isinstance(value, dict) and inner not in ("", *FILES):
            require_defaults(types, inner, value)


def takes(type_: dict[str, Any], path: str) -> bool:
    """Say whether a path such as `memory.limit` begins in a type of profiles."""
    return "cost_per_hour" in type_["properties"] and path.split(".")[0] in type_["properties"]


def tracking_settings() -> Any:
    """Return the schema of each setting of the tracking server, by its traitlet."""
    for name, trait in sorted(TrackingServer.class_traits(config=True).items()):
        if name not in NOT_SETTINGS:
            yield name, {"description": trait.help, **kind_of(trait)}


def kind_of(trait: TraitType[Any, Any]) -> dict[str, Any]:
    """Return what JSON Schema says of a traitlet's type."""
    if isinstance(trait, CaselessStrEnum):
        return {"enum": list(trait.values or ())}
    if isinstance(trait, Int | Float):
        kind = {"type": "integer" if isinstance(trait, Int) else "number"}
        bounds = {"minimum": trait.min, "maximum": trait.max}
        return kind | {
            k: bound for k, bound in bounds.items() if bound is not None and isfinite(bound)
        }
    return (
        {"type": "array", "items": {"type": "string"}}
        if isinstance(trait, List)
        else {"type": "string"}
    )


def suggest(type_: dict[str, Any], others: dict[str, str]) -> None:
    """Let an object know keys that are nearly its own, with no value that would be right."""
    keys = list(type_.get("properties", {}))
    patterns = type_.setdefault("patternProperties", {})
    for key in keys:
        pattern = slips(key)
        if not any(re.search(pattern, other) for other in keys):
            patterns[pattern] = meant(key)
    for key, instead in others.items():
        type_["properties"][key] = meant(instead)
    if not patterns:
        del type_["patternProperties"]


def meant(key: str) -> dict[str, Any]:
    """Return the schema of a key that is none; Helm's message has the words."""
    return {"const": f"absent; did you mean {key}?"}


def slips(key: str) -> str:
    """Return a pattern of what is one slip away from a key, without the key: RE2 has no look-ahead.

    A slip is a letter too few, too many or another one, two that changed places, and the other
    way of writing words together (snake_case for camelCase, or no hump).
    """
    found = [f"{key[:at]}(?:[^{c}]?|[^{c}]{c}){key[at + 1 :]}" for at, c in enumerate(key)]
    found += [f"{key}."]
    found += [
        f"{key[:at]}{b}{a}{key[at + 2 :]}" for at, (a, b) in enumerate(pairwise(key)) if a != b
    ]
    snake = re.sub(r"[A-Z]", lambda hump: "_" + hump[0].lower(), key)
    camel = re.sub(r"_(.)", lambda hump: hump[1].upper(), key)
    found += sorted({snake, camel, key.lower()} - {key})
    return f"^(?:{'|'.join(found)})$"


def without_titles(schema: Any) -> Any:
    """Take the names of Python's types out, which would be noise to an admin."""
    if isinstance(schema, dict):
        return {
            key: without_titles(value)
            for key, value in schema.items()
            if not (key == "title" and isinstance(value, str))
        }
    return [without_titles(each) for each in schema] if isinstance(schema, list) else schema


def text() -> str:
    """Return the file's text."""
    return json.dumps(schema(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(
            TARGET.read_text(encoding="utf-8") != text()
            and f"{TARGET} is not up to date: make schema"
        )
    TARGET.write_text(text(), encoding="utf-8")
