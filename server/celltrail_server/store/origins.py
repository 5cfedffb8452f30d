"""Where runs came from: the notebook as it was, what was installed, what git says of the code."""

import hashlib
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from celltrail.errors import InvalidError, NotFoundError
from celltrail.events import EnvironmentRecorded, GitRecorded, NotebookRecorded
from celltrail_server import limits
from celltrail_server.callers import Caller
from celltrail_server.store import artifacts
from celltrail_server.store.access import find_run
from celltrail_server.store.records import Environment, GitState, NotebookVersion, Origin
from celltrail_server.store.tables import (
    environments,
    git_states,
    notebook_versions,
    run_environments,
)
from celltrail_server.store.transaction import Transaction, upsert

_NOTEBOOK = tuple(notebook_versions.c[name] for name in NotebookVersion.__struct_fields__)
_GIT = tuple(git_states.c[name] for name in GitState.__struct_fields__)


def record_notebook(transaction: Transaction, event: NotebookRecorded) -> None:
    """Record a version of the run's notebook; the same bytes again change only path and time.

    Raises `InvalidError` if the caller has not sent the bytes.
    """
    ref = transaction.run(event.run_id)
    limits.check_text("path", event.path, limits.MAX_TAG_VALUE)
    limits.check_time("recorded_ms", event.recorded_ms)
    size_bytes = artifacts.blob_size(transaction.connection, transaction.caller, event.sha256)
    if size_bytes is None:
        raise InvalidError(
            f"no blob {event.sha256[:64]}: send its bytes before the notebook {event.path!r}"
        )
    row = {
        "run_pk": ref.pk,
        "sha256": event.sha256,
        "path": event.path,
        "size_bytes": size_bytes,
        "recorded_ms": event.recorded_ms,
    }
    upsert(transaction.connection, notebook_versions, [row])
    transaction.touch(event.run_id, "trail")


def record_environment(transaction: Transaction, event: EnvironmentRecorded) -> None:
    """Record what is installed; equal environments of many runs are kept once."""
    ref = transaction.run(event.run_id)
    limits.check_time("recorded_ms", event.recorded_ms)
    for name, version in event.packages.items():
        limits.check_key(name)
        limits.check_text(name, version, limits.MAX_KEY)
    content = {
        "python": _clean("python", event.python),
        "platform": _clean("platform", event.platform),
        "packages": msgspec.json.encode(dict(sorted(event.packages.items()))).decode(),
    }
    sha256 = hashlib.sha256(msgspec.json.encode(content)).hexdigest()
    upsert(transaction.connection, environments, [{"sha256": sha256, **content}])
    row = {"run_pk": ref.pk, "sha256": sha256, "recorded_ms": event.recorded_ms}
    upsert(transaction.connection, run_environments, [row])
    transaction.touch(event.run_id, "trail")


def record_git(transaction: Transaction, event: GitRecorded) -> None:
    """Record the state of the code, in place of the one there may be."""
    ref = transaction.run(event.run_id)
    limits.check_text("commit", event.commit, 64)
    limits.check_time("recorded_ms", event.recorded_ms)
    row = {
        "run_pk": ref.pk,
        "commit": event.commit,
        "branch": event.branch and _clean("branch", event.branch),
        "remote": event.remote and _clean("remote", event.remote),
        "diff": limits.without_nul(event.diff),
        "recorded_ms": event.recorded_ms,
    }
    upsert(transaction.connection, git_states, [row])
    transaction.touch(event.run_id, "trail")


def of_run(connection: Connection, caller: Caller, run_id: str) -> Origin:
    """Return what is known of where a run came from."""
    ref = find_run(connection, caller, run_id)
    notebooks = connection.execute(
        select(*_NOTEBOOK)
        .where(notebook_versions.c.run_pk == ref.pk)
        .order_by(notebook_versions.c.recorded_ms, notebook_versions.c.sha256)
    )
    environment = connection.execute(
        select(
            environments.c.python,
            environments.c.platform,
            environments.c.packages,
            run_environments.c.recorded_ms,
        )
        .join(run_environments)
        .where(run_environments.c.run_pk == ref.pk)
    ).first()
    git = connection.execute(select(*_GIT).where(git_states.c.run_pk == ref.pk)).first()
    return Origin(
        notebooks=[NotebookVersion(*row) for row in notebooks],
        environment=_environment(environment) if environment else None,
        git=GitState(*tuple(git)) if git else None,
    )


def get_notebook(
    connection: Connection, caller: Caller, run_id: str, sha256: str
) -> NotebookVersion:
    """Return one recorded version of a run's notebook; raises `NotFoundError`."""
    ref = find_run(connection, caller, run_id)
    row = connection.execute(
        select(*_NOTEBOOK).where(
            notebook_versions.c.run_pk == ref.pk, notebook_versions.c.sha256 == sha256
        )
    ).first()
    if row is None:
        raise NotFoundError(f"the run {run_id} has no notebook {sha256[:64]}")
    return NotebookVersion(*row)


def _environment(row: Row[Any, Any, Any, Any]) -> Environment:
    packages = msgspec.json.decode(row.packages)
    return Environment(row.python, row.platform, packages, row.recorded_ms)


def _clean(what: str, text: str) -> str:
    limits.check_text(what, text, limits.MAX_TAG_VALUE)
    return text
