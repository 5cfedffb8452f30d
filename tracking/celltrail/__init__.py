"""Celltrail: every cell leaves a trail.

    import celltrail as ct

    with ct.start_run("mlp", experiment="digits"):
        ct.log_params(lr=0.1)
        ct.log(loss=0.3, acc=0.9)

In a notebook, `%load_ext celltrail` records every cell as well.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from celltrail.api import (
        active_run,
        end_run,
        log,
        log_artifact,
        log_figure,
        log_params,
        log_series,
        set_tags,
        start_run,
    )
    from celltrail.queries import get_runs
    from celltrail.run import Run
    from celltrail_magics.explaining import explain
    from celltrail_magics.replaying import replay

__version__ = "0.1.0"

__all__ = [
    "Run",
    "active_run",
    "end_run",
    "explain",
    "get_runs",
    "log",
    "log_artifact",
    "log_figure",
    "log_params",
    "log_series",
    "replay",
    "set_tags",
    "start_run",
]

_ELSEWHERE = {
    "Run": "celltrail.session",
    "get_runs": "celltrail.queries",
    "explain": "celltrail_magics.explaining",
    "replay": "celltrail_magics.replaying",
}


def __getattr__(name: str) -> Any:
    # Everything that reads `celltrail.settings` or `celltrail.errors` passes here too: the hub,
    # the server, each `celltrail --help`. They need not wait for the recording.
    if name not in __all__:
        raise AttributeError(f"module 'celltrail' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_ELSEWHERE.get(name, "celltrail.api")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: Any) -> None:
    """Begin to record the cells of an IPython shell (`%load_ext celltrail`)."""
    from celltrail_magics import load_ipython_extension as load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Stop recording cells (`%unload_ext celltrail`); the run stays open."""
    from celltrail_magics import unload_ipython_extension as unload

    unload(shell)
