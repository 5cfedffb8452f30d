"""Takes values out of a shell's namespace and records them as params and metrics."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import celltrail
from celltrail.notices import notice
from celltrail_magics.grammar import Record

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def record_values(shell: "InteractiveShell", record: Record) -> None:
    """Record what `record` names; what cannot be had is said in one line each."""
    if params := _values(shell, record.params):
        celltrail.log_params(params)
    if metrics := _values(shell, record.metrics):
        celltrail.log(**metrics)


def _values(shell: "InteractiveShell", expressions: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for key, expression in expressions.items():
        try:
            values[key] = shell.ev(expression)  # type: ignore[no-untyped-call]
        except Exception as error:
            notice(f"{key} is not recorded: {type(error).__name__}: {error}")
    return values
