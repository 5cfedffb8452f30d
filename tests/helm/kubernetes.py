"""Kubernetes' own schemas, strict: a field that it does not know is an error.

`kubernetes-validate` brings them; its own function reads all of them anew for each object.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"


def faults(manifest: dict[str, Any], version: str) -> list[str]:
    """Say what Kubernetes of a version such as `1.34` would not take, each with its place."""
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", manifest["apiVersion"])
    validator = _validator(f"{manifest['kind'].lower()}-{group}", version)
    name = f"{manifest['kind']}/{manifest['metadata']['name']}"
    return [
        f"{name} {error.json_path}: {error.message[:200]}"
        for error in validator.iter_errors(manifest)
    ]


@cache
def _validator(name: str, version: str) -> Any:
    return jsonschema.Draft202012Validator(_read(name, version), registry=_shared(version))


@cache
def _shared(version: str) -> Registry[Any]:
    definitions = Resource.from_contents(
        _read("_definitions", version), default_specification=DRAFT202012
    )
    return Registry().with_resource("_definitions.json", definitions).crawl()


def _read(name: str, version: str) -> Any:
    return json.loads((SCHEMAS / f"v{version}.0-local-strict" / f"{name}.json").read_text())
