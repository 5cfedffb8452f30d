"""Models as MLflow 2 notes them: entries in a tag of the run that has their files."""

from typing import Any

import msgspec
from sqlalchemy import select

from celltrail.errors import InvalidError
from celltrail_server import limits
from celltrail_server.store import runs
from celltrail_server.store.tables import keys, tags
from celltrail_server.store.transaction import Transaction

HISTORY_TAG = "mlflow.log-model.history"


def note(transaction: Transaction, run_id: str, model: dict[str, Any]) -> None:
    """Add a model to those that a run has; the oldest fall out of a tag that would be too long.

    Raises `InvalidError` if one alone is too long, or if somebody has put something else there.
    """
    ref = transaction.run(run_id)
    runs.require_active(ref)
    known = transaction.connection.scalar(
        select(tags.c.value).join(keys).where(tags.c.run_pk == ref.pk, keys.c.key == HISTORY_TAG)
    )
    try:
        models = msgspec.json.decode(known or "[]", type=list[dict[str, Any]])
    except msgspec.DecodeError as error:
        raise InvalidError(f"the tag {HISTORY_TAG} of the run is no list of models") from error
    models.append(model)
    while len(models) > 1 and len(_encoded(models)) > limits.MAX_TAG_VALUE:
        models.pop(0)
    value = _encoded(models)
    limits.check_text("model_json", value, limits.MAX_TAG_VALUE)
    runs.set_tags(transaction, run_id, {HISTORY_TAG: value})


def _encoded(models: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(models).decode()
