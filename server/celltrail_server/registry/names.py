"""Names, aliases, versions and stages of registered models. All checks raise `InvalidError`."""

import re

from celltrail.errors import InvalidError
from celltrail_server import limits

MAX_MODEL_NAME = 256
MAX_ALIAS = 255
MAX_TAG_VALUE = 100_000
MAX_DESCRIPTION = 100_000
MAX_REFERENCE = 2048
"""Length of a version's source, its link to a run, and its ids of run and logged model."""

LATEST = "latest"
"""The alias that every model has, and nobody sets: its greatest version."""

STAGES = ("None", "Staging", "Production", "Archived")
ACTIVE_STAGES = ("Staging", "Production")
DELETED = "Deleted_Internal"
"""The stage of a version that was deleted: it keeps its number and nothing else."""

PROMPT_TAG = "mlflow.prompt.is_prompt"
PROMPT_TEXT_TAG = "mlflow.prompt.text"
PROMPT_TYPE_TAG = "_mlflow_prompt_type"

_ALIAS = re.compile(r"[\w\-]+")
_VERSION_ALIAS = re.compile(r"[vV]\d+")
_INTEGER = re.compile(r"\s*[+-]?\d+\s*", re.ASCII)
_CANONICAL = {stage.lower(): stage for stage in STAGES}


def check_model_name(name: str, field: str = "name") -> None:
    """Refuse a name that is blank, too long, or could be taken for a path or an address."""
    if not name.strip():
        raise InvalidError(f"Missing value for required parameter '{field}'.")
    if "/" in name or ":" in name:
        raise InvalidError(f"Invalid model name '{name[:300]}'. Names cannot contain '/' or ':'.")
    limits.check_own_path("name", name)
    limits.check_text("name", name, MAX_MODEL_NAME)


def check_tags(tags: dict[str, str]) -> None:
    """Refuse tags of a model or version that the registry does not take."""
    for key, value in tags.items():
        limits.check_mlflow_name("key", key)
        limits.check_text("value", value, MAX_TAG_VALUE)


def check_alias(alias: str) -> None:
    """Refuse what no alias can be called."""
    if not alias:
        raise InvalidError("Registered model alias name cannot be empty.")
    if _ALIAS.fullmatch(alias) is None:
        raise InvalidError(
            f"Invalid alias name: '{alias[:300]}'. Names may only contain alphanumerics, "
            "underscores (_), and dashes (-)."
        )
    limits.check_text("Registered model alias name", alias, MAX_ALIAS)


def check_new_alias(alias: str) -> None:
    """Refuse an alias that nobody may set: one that reads like a version, or `latest`."""
    check_alias(alias)
    if alias.lower() == LATEST:
        raise InvalidError("'latest' alias name (case insensitive) is reserved.")
    if _VERSION_ALIAS.fullmatch(alias):
        raise InvalidError(f"Version alias name '{alias}' is reserved.")


def parse_version(text: str) -> int:
    """Return the number of a version; 0, which none has, for one that is out of range."""
    if _INTEGER.fullmatch(text) is None:
        raise InvalidError(f"Parameter 'version' must be an integer, got '{text[:100]}'.")
    if len(text) > 24:
        return 0
    number = int(text)
    return number if number in limits.INT64 else 0


def canonical_stage(stage: str) -> str:
    """Return the stage in MLflow's spelling."""
    if stage.lower() not in _CANONICAL:
        raise InvalidError(
            f"Invalid Model Version stage: {stage[:100]}. Value must be one of {', '.join(STAGES)}."
        )
    return _CANONICAL[stage.lower()]


def is_prompt(tags: dict[str, str]) -> bool:
    """Whether the tags of a model or version say that it is a prompt."""
    return tags.get(PROMPT_TAG, "").lower() == "true"
