"""Which run a process belongs to, since another process has begun it.

Nothing is put into the environment of child processes: it would reach every program that is started
from a notebook's shell. A child looks for the stream of a process that it descends from instead.
"""

import hashlib
import os
import sys
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from celltrail.events import RunStarted, decode_event
from celltrail.processes import ancestors, identity
from celltrail.spool import announced_run

_WORKER_GENERATIONS = 2
"""A worker is a child of who records, or of the server that `multiprocessing` forks them from."""


def run_of_parent(spool: Path) -> RunStarted | None:
    """Return the beginning of the run that the parent of this worker records, if it is one."""
    return _run_of(islice(ancestors(), _WORKER_GENERATIONS), spool) if is_worker() else None


def run_of_starter(spool: Path) -> RunStarted | None:
    """Return the beginning of the run of the notebook or script that started this process."""
    return _run_of(ancestors(), spool)


def _run_of(processes: Iterable[int], spool: Path) -> RunStarted | None:
    announced = announced_run(spool, [identity(pid) for pid in processes])
    if announced is None:
        return None
    try:
        event = decode_event(announced)
    except msgspec.DecodeError:
        return None
    return event if isinstance(event, RunStarted) else None


def is_worker() -> bool:
    """Whether `multiprocessing`, or what builds on it such as joblib, started this process."""
    module = _multiprocessing()
    return module is not None and (module.parent_process() is not None or is_preparing())


def is_preparing() -> bool:
    """Whether a worker runs the main module of its parent once more, to have its functions."""
    module = _multiprocessing()
    return module is not None and getattr(module.current_process(), "_inheriting", False)


def torchrun_group(env: Mapping[str, str] = os.environ) -> str | None:
    """Return what the ranks that one `torchrun` started have in common; None for other processes.

    On one machine also the process that started them, since most users name no job.
    """
    job = env.get("TORCHELASTIC_RUN_ID")
    if job is None or "RANK" not in env:
        return None
    parts = [job, env.get("MASTER_ADDR", ""), env.get("MASTER_PORT", "")]
    if env.get("GROUP_WORLD_SIZE", "1") == "1":
        parts.append(identity(os.getppid()))
    return "\n".join(parts)


def id_within(group: str, number: int) -> str:
    """Return the id of the run `number` of a group: the same one in each of its processes."""
    return hashlib.sha256(f"{group}\n{number}".encode()).hexdigest()[:32]


def _multiprocessing() -> Any:
    # Not imported: a process that has not done so is no worker.
    return sys.modules.get("multiprocessing.process")
