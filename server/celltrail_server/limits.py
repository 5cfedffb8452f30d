"""What names and values the store takes, whoever sends them. Pure checks; all raise `InvalidError`.

Lengths are those of MLflow, so that each side can read what the other wrote; the wording of the
errors is MLflow's too, because its users' tests match on it.
"""

import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from celltrail.errors import InvalidError

MAX_KEY = 250
MAX_PARAM_VALUE = 6000
MAX_TAG_VALUE = 8000
MAX_EXPERIMENT_NAME = 500
MAX_EXPERIMENT_TAG_VALUE = 20_000
MAX_NAME = 1000
INT64 = range(-(2**63), 2**63)

_ID = re.compile(r"[0-9a-f]{32}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MLFLOW_NAME = re.compile(r"[/\w.\- :]*")


def is_id(value: str) -> bool:
    """Whether `value` is an id made by `celltrail.events.new_id`."""
    return _ID.fullmatch(value) is not None


def check_id(what: str, value: str) -> None:
    """Refuse what is not 32 hexadecimal digits."""
    if not is_id(value):
        raise InvalidError(f"{what} {value[:64]!r} is not 32 lower-case hexadecimal digits")


def check_key(value: str) -> None:
    """Refuse a key that is empty, too long, or holds control characters."""
    if not value or len(value) > MAX_KEY or _CONTROL.search(value):
        raise InvalidError(
            f"the key {value[:64]!r} must have 1 to {MAX_KEY} characters and no control characters"
        )


def check_text(what: str, value: str, limit: int) -> None:
    """Refuse text that is longer than `limit` characters or holds a NUL."""
    if len(value) > limit:
        raise InvalidError(f"'{what}' exceeds the maximum length of {limit} characters")
    if "\x00" in value:
        raise InvalidError(f"'{what}' holds a NUL character, which no database keeps")


def check_distinct(what: str, names: Sequence[str]) -> None:
    """Refuse names of which one occurs twice."""
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidError(f"the name {twice[:64]!r} is {what} twice; each name may come once")


def without_nul(text: str) -> str:
    """Return text that every database keeps: PostgreSQL takes no NUL.

    For what is not worth losing for one, such as the source of a cell.
    """
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def check_int64(what: str, value: int) -> None:
    """Refuse an integer that does not fit into 64 bits."""
    if value not in INT64:
        raise InvalidError(f"{what} {value} does not fit into 64 bits")


def check_time(what: str, value: int) -> None:
    """Refuse a time before 1970 or beyond 64 bits."""
    check_int64(what, value)
    if value < 0:
        raise InvalidError(f"{what} {value} is negative; times are milliseconds since 1970")


def check_tags(tags: Mapping[str, str]) -> None:
    """Refuse tags whose key or value the store does not take."""
    for key, value in tags.items():
        check_key(key)
        check_text(key, value, MAX_TAG_VALUE)


def check_experiment_name(name: str) -> None:
    """Refuse an experiment's name that is empty or too long."""
    if not name:
        raise InvalidError(f"Invalid experiment name: '{name}'")
    check_text("name", name, MAX_EXPERIMENT_NAME)


def check_mlflow_name(path: str, name: str, what: str = "") -> None:
    """Refuse a key that MLflow's server would refuse.

    path: where it stood; what: what to call it if it is too long, if not that.
    """
    shown = json.dumps(name)
    if _MLFLOW_NAME.fullmatch(name) is None:
        raise InvalidError(
            f"Invalid value {shown} for parameter '{path}' supplied: Names may only contain "
            "alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and "
            "slashes (/)."
        )
    check_own_path(path, name)
    check_text(what or path, name, MAX_KEY)


@lru_cache(maxsize=10_000)  # the same few names come with every request
def is_mlflow_name(name: str) -> bool:
    """Whether `check_mlflow_name` lets a key pass."""
    try:
        check_mlflow_name("", name)
    except InvalidError:
        return False
    return True


def check_own_path(path: str, name: str) -> None:
    """Refuse a name that would be another one if it were a path; `path` says where it stood."""
    normal = posixpath.normpath(name)
    if normal != name or normal == "." or normal.startswith(("..", "/")):
        raise InvalidError(
            f"Invalid value {json.dumps(name[:300])} for parameter '{path}' supplied: Names may be "
            "treated as files in certain cases, and must not resolve to other names when treated "
            f"as such. This name would resolve to {normal[:300]!r}"
        )
