"""Metrics of logged models: points that a run logs and that count for a model, too."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from celltrail_server import limits
from celltrail_server.store.logged_models.lookup import find_logged_model
from celltrail_server.store.logged_models.records import ModelPoint
from celltrail_server.store.tables import logged_model_metrics
from celltrail_server.store.transaction import Transaction, upsert

MAX_DATASET_NAME = 500
MAX_DATASET_DIGEST = 36

_IDENTITY = ("model_pk", "key_id", "step", "time_ms", "dataset_name", "dataset_digest")


def log(transaction: Transaction, run_id: str, points: Sequence[ModelPoint]) -> None:
    """Log points of a run for models that the caller may read.

    A point that differs from an earlier one of the run in its value alone is left out. Raises
    `NotFoundError` for an unknown model.
    """
    if not points:
        return
    _check(points)
    run_pk = transaction.run(run_id).pk
    connection, caller = transaction.connection, transaction.caller
    model_pks = {
        model_id: find_logged_model(connection, caller, model_id).pk
        for model_id in {one.model_id for one in points}
    }
    key_ids = transaction.key_ids(one.key for one in points)
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in points:
        row = {
            "model_pk": model_pks[one.model_id],
            "run_pk": run_pk,
            "key_id": key_ids[one.key],
            "step": one.point.step,
            "time_ms": one.point.time_ms,
            "value": one.point.value,
            "dataset_name": one.dataset_name,
            "dataset_digest": one.dataset_digest,
        }
        rows.setdefault(tuple(row[name] for name in _IDENTITY), row)
    there = _identities(transaction, list(rows.values()))
    new = [row for identity, row in rows.items() if identity not in there]
    upsert(connection, logged_model_metrics, new)


def _identities(transaction: Transaction, rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Return which points the run has logged already, among those at the times of `rows`."""
    table = logged_model_metrics.c
    times = [row["time_ms"] for row in rows]
    found = transaction.connection.execute(
        select(*(table[name] for name in _IDENTITY)).where(
            table.model_pk.in_({row["model_pk"] for row in rows}),
            table.key_id.in_({row["key_id"] for row in rows}),
            table.time_ms.between(min(times), max(times)),
            table.run_pk == rows[0]["run_pk"],
        )
    )
    return {tuple(row) for row in found}


def _check(points: Sequence[ModelPoint]) -> None:
    for one in points:
        limits.check_text("dataset_name", one.dataset_name, MAX_DATASET_NAME)
        limits.check_text("dataset_digest", one.dataset_digest, MAX_DATASET_DIGEST)
