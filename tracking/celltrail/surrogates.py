"""Text that holds half of a surrogate pair, as names of files may, and cannot be written down."""

from typing import Any

import msgspec

from celltrail.events import Event


def readable(event: Event) -> Event:
    """Return `event` with a question mark for each half of a surrogate pair."""
    data = msgspec.to_builtins(event, builtin_types=(bytes,))
    made: Event = msgspec.convert(_readable(data), Event)
    return made


def _readable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_readable(key): _readable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_readable(one) for one in value]
    return value
