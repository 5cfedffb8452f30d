"""The gate before the spool: what an event holds of secrets is masked, whoever made it."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from celltrail.events import (
    CellCaptured,
    CellEnded,
    CellStarted,
    CellTraced,
    Event,
    GitRecorded,
    ParamsLogged,
    RunStarted,
    RunUpdated,
)
from celltrail.masking.names import is_secret_name
from celltrail.masking.shapes import mask_tokens
from celltrail.masking.sources import mask_source
from celltrail.masking.texts import mask_text, mask_value


def masked(event: Event) -> Event:
    """Return `event` without secrets; the same object if it holds none."""
    fields = _FIELDS.get(type(event))
    if fields is None:
        return event
    changes = {}
    for name, mask in fields.items():
        value = getattr(event, name)
        if value and (safe := mask(value)) != value:
            changes[name] = safe
    return replace(event, **changes) if changes else event


def _mask_values(values: Mapping[str, str]) -> dict[str, str]:
    return {name: mask_value(name, value) for name, value in values.items()}


def _mask_writes(writes: list[Any]) -> list[Any]:
    """Mask summaries, and fingerprints that would tell a guess of a password from others."""
    return [
        replace(
            one,
            summary=mask_value(one.name, one.summary),
            fingerprint=None if is_secret_name(one.name) else one.fingerprint,
        )
        for one in writes
    ]


_FIELDS: dict[type, dict[str, Callable[[Any], Any]]] = {
    RunStarted: {"tags": _mask_values, "name": mask_tokens},
    RunUpdated: {"tags": _mask_values, "name": mask_tokens},
    CellStarted: {"source": mask_source},
    CellEnded: {"error_message": mask_text},
    CellCaptured: {"console": mask_text, "candidate_params": _mask_values},
    CellTraced: {"writes": _mask_writes},
    ParamsLogged: {"params": _mask_values},
    GitRecorded: {"remote": mask_text, "diff": mask_text},
}
