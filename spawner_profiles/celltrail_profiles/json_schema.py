"""JSON Schemas (2020-12) of files that are read as structs, for editors and for Helm."""

from typing import Any

import msgspec

from celltrail_profiles.quantities import DURATION_PATTERN, QUANTITY_PATTERN, Quantity
from celltrail_profiles.schema import ProfileFile


def profiles_schema() -> dict[str, Any]:
    """Return the JSON Schema of a file of profiles."""
    schema = schema_of(ProfileFile, "Celltrail spawner profiles")
    schema["$defs"]["ProfileFile"]["patternProperties"] = {"^x-": {}}
    return schema


def schema_of(type_: type[msgspec.Struct], title: str) -> dict[str, Any]:
    """Return the JSON Schema of a struct with quantities and durations."""
    schema = _portable(msgspec.json.schema(type_, schema_hook=_schema_of))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}


def _schema_of(type_: type) -> dict[str, Any]:
    if type_ is Quantity:
        return {"type": ["string", "number"], "minimum": 0, "pattern": QUANTITY_PATTERN}
    return {"type": "string", "minLength": 2, "pattern": DURATION_PATTERN}


def _portable(schema: Any) -> Any:
    """Return it with `$` for Python's `\\Z`: Helm and editors have other regular expressions."""
    if isinstance(schema, dict):
        return {
            key: value.replace(r"\Z", "$")
            if key == "pattern" and isinstance(value, str)
            else _portable(value)
            for key, value in schema.items()
        }
    return [_portable(each) for each in schema] if isinstance(schema, list) else schema
