"""Where a kernel or script keeps its spool and which server it ships to.

Environment variables only: a kernel is configured by whoever starts it (the hub, Lab, a pipeline
step), and reading files would slow every import down.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Settings of the client side; see `from_env` for the variables."""

    home: Path
    """Holds the spool and, without a server to talk to, the embedded server's data."""

    url: str | None = None
    """Base address of the tracking server, without a trailing slash; None: the embedded one."""

    token: str | None = None
    """Sent as `Authorization: Bearer …`."""

    run_id: str | None = None
    """Record into this run, which somebody else started, instead of starting one."""

    parent_run_id: str | None = None
    """Parent of the runs that this process starts."""

    experiment: str | None = None
    """Experiment of runs that name none."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read `CELLTRAIL_HOME`, `_URL`, `_TOKEN`, `_RUN_ID`, `_PARENT_RUN_ID`, `_EXPERIMENT`.

        On a hub the server's own token, `JUPYTERHUB_API_TOKEN`, stands in for a missing
        `CELLTRAIL_TOKEN`, but only for a `CELLTRAIL_URL` that was set together with it.
        """
        url = env.get("CELLTRAIL_URL")
        token = env.get("CELLTRAIL_TOKEN")
        if url and not token:
            token = env.get("JUPYTERHUB_API_TOKEN")
        return cls(
            home=_home(env),
            url=url.rstrip("/") if url else None,
            token=token or None,
            run_id=env.get("CELLTRAIL_RUN_ID") or None,
            parent_run_id=env.get("CELLTRAIL_PARENT_RUN_ID") or None,
            experiment=env.get("CELLTRAIL_EXPERIMENT") or None,
        )


def _home(env: Mapping[str, str]) -> Path:
    if explicit := env.get("CELLTRAIL_HOME"):
        return Path(explicit).expanduser()
    data = env.get("XDG_DATA_HOME")
    return (Path(data) if data else Path("~/.local/share").expanduser()) / "celltrail"
