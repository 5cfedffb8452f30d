"""What runs used and made: datasets, and logged models. Values of params are elsewhere."""

from collections.abc import Collection, Sequence

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    and_,
    bindparam,
    insert,
    literal,
    select,
    union_all,
)

from celltrail.errors import InvalidError
from celltrail_server import limits
from celltrail_server.callers import Caller
from celltrail_server.store import runs
from celltrail_server.store.access import readable, shown_id
from celltrail_server.store.records import (
    Dataset,
    DatasetInput,
    DatasetSummary,
    Inputs,
    ModelUse,
)
from celltrail_server.store.tables import (
    dataset_input_tags,
    dataset_inputs,
    datasets,
    experiments,
    model_inputs,
    model_outputs,
)
from celltrail_server.store.transaction import Transaction, upsert

MAX_DATASETS = 1000
MAX_SUMMARIES = 1000
CONTEXT_TAG = "mlflow.data.context"

_LIMITS = {
    "name": 500,
    "digest": 36,
    "source_type": 36,
    "source": 65_535,
    "schema": 1_048_575,
    "profile": 16_777_215,
}
# Every page of runs asks these, and building them takes longer than running them.
_RUNS: BindParameter[Sequence[int]] = bindparam("run_pks", expanding=True)
_INPUTS = (
    select(dataset_inputs, dataset_input_tags.c.key, dataset_input_tags.c.value)
    .outerjoin(dataset_input_tags)
    .where(dataset_inputs.c.run_pk.in_(_RUNS))
    .order_by(dataset_inputs.c.id, dataset_input_tags.c.key)
)
_DATASETS = select(datasets.c.id, *(datasets.c[name] for name in _LIMITS)).where(
    datasets.c.id.in_(select(dataset_inputs.c.dataset_pk).where(dataset_inputs.c.run_pk.in_(_RUNS)))
)
_MODELS = union_all(
    *(
        select(
            literal(is_made).label("is_made"),
            table.c.run_pk,
            table.c.model_id,
            step.label("step"),
            table.c.execution_id,
        ).where(table.c.run_pk.in_(_RUNS))
        for is_made, table, step in (
            (0, model_inputs, literal(0, BigInteger)),
            (1, model_outputs, model_outputs.c.step),
        )
    )
).order_by("run_pk", "model_id")

_MAX_TAG_KEY = 255
_MAX_TAG_VALUE = 500
_MAX_MODEL_ID = 255


def log_inputs(transaction: Transaction, run_id: str, used: Inputs) -> None:
    """Note what an active run used.

    A dataset is known by name and digest: of one that comes again, what was said first counts.
    """
    _check_inputs(used)
    ref = transaction.run(run_id)
    runs.require_active(ref)
    for one in used.datasets:
        dataset_pk = _ensure_dataset(transaction.connection, ref.experiment_pk, one.dataset)
        _add_input(transaction.connection, ref.pk, dataset_pk, one)
    rows = [
        {"run_pk": ref.pk, "model_id": model.model_id, "execution_id": model.execution_id}
        for model in _distinct(used.models)
    ]
    upsert(transaction.connection, model_inputs, rows)
    transaction.touch(run_id, "inputs")


def log_outputs(transaction: Transaction, run_id: str, made: Sequence[ModelUse]) -> None:
    """Note which logged models an active run made, and at which of its steps."""
    _check_models(made)
    ref = transaction.run(run_id)
    runs.require_active(ref)
    rows = [
        {
            "run_pk": ref.pk,
            "model_id": model.model_id,
            "step": model.step,
            "execution_id": model.execution_id,
        }
        for model in _distinct(made)
    ]
    upsert(transaction.connection, model_outputs, rows)
    transaction.touch(run_id, "inputs")


def of_runs(
    connection: Connection, run_pks: Collection[int]
) -> tuple[dict[int, Inputs], dict[int, list[ModelUse]]]:
    """Return what each of the runs used and made; those that did neither are left out."""
    asked = {"run_pks": list(run_pks)}
    with_data = _datasets_of(connection, asked)
    with_models: dict[bool, dict[int, list[ModelUse]]] = {False: {}, True: {}}
    for row in connection.execute(_MODELS, asked):
        of_run = with_models[bool(row.is_made)].setdefault(row.run_pk, [])
        of_run.append(ModelUse(row.model_id, row.step, row.execution_id))
    used = {
        run_pk: Inputs(with_data.get(run_pk, []), with_models[False].get(run_pk, []))
        for run_pk in with_data.keys() | with_models[False].keys()
    }
    return used, with_models[True]


def search_datasets(
    connection: Connection, caller: Caller, experiment_ids: Collection[str]
) -> list[DatasetSummary]:
    """Return the datasets of some experiments, once for each context, at most `MAX_SUMMARIES`."""
    tag = dataset_input_tags
    statement = (
        select(
            experiments.c.id,
            experiments.c.owner,
            experiments.c.is_default,
            datasets.c.name,
            datasets.c.digest,
            tag.c.value.label("context"),
        )
        .distinct()
        .join(datasets, datasets.c.experiment_pk == experiments.c.id)
        .join(dataset_inputs, dataset_inputs.c.dataset_pk == datasets.c.id)
        .outerjoin(tag, and_(tag.c.input_pk == dataset_inputs.c.id, tag.c.key == CONTEXT_TAG))
        .where(experiments.c.id.in_(readable(caller, experiment_ids)))
        .order_by(experiments.c.id, datasets.c.name, datasets.c.digest, tag.c.value)
        .limit(MAX_SUMMARIES)
    )
    return [
        DatasetSummary(
            shown_id(caller, row.id, row.owner, row.is_default), row.name, row.digest, row.context
        )
        for row in connection.execute(statement)
    ]


def _ensure_dataset(connection: Connection, experiment_pk: int, dataset: Dataset) -> int:
    table = datasets.c
    found = connection.scalar(
        select(table.id).where(
            table.experiment_pk == experiment_pk,
            table.name == dataset.name,
            table.digest == dataset.digest,
        )
    )
    if found is not None:
        return int(found)
    values = {name: getattr(dataset, name) for name in _LIMITS}
    new = insert(datasets).values(experiment_pk=experiment_pk, **values).returning(table.id)
    pk: int = connection.execute(new).scalar_one()
    return pk


def _add_input(connection: Connection, run_pk: int, dataset_pk: int, one: DatasetInput) -> None:
    table = dataset_inputs.c
    found = select(table.id).where(table.run_pk == run_pk, table.dataset_pk == dataset_pk)
    if connection.scalar(found) is not None:
        return
    new = insert(dataset_inputs).values(
        run_pk=run_pk, dataset_pk=dataset_pk, execution_id=one.execution_id
    )
    input_pk = connection.execute(new.returning(table.id)).scalar_one()
    rows = [{"input_pk": input_pk, "key": key, "value": value} for key, value in one.tags.items()]
    upsert(connection, dataset_input_tags, rows)


def _datasets_of(
    connection: Connection, asked: dict[str, list[int]]
) -> dict[int, list[DatasetInput]]:
    rows = connection.execute(_INPUTS, asked).all()
    if not rows:
        return {}
    known = {row.id: Dataset(*row[1:]) for row in connection.execute(_DATASETS, asked)}
    tags: dict[int, dict[str, str]] = {}
    for row in rows:
        if row.key is not None:
            tags.setdefault(row.id, {})[row.key] = row.value
    found: dict[int, list[DatasetInput]] = {}
    for row in {row.id: row for row in rows}.values():
        one = DatasetInput(known[row.dataset_pk], tags.get(row.id, {}), row.execution_id)
        found.setdefault(row.run_pk, []).append(one)
    return found


def _distinct(models: Sequence[ModelUse]) -> Collection[ModelUse]:
    return {model.model_id: model for model in models}.values()


def _check_inputs(used: Inputs) -> None:
    if len(used.datasets) > MAX_DATASETS:
        raise InvalidError(
            f"{len(used.datasets)} datasets: log at most {MAX_DATASETS} at once, the others later"
        )
    for one in used.datasets:
        for name, limit in _LIMITS.items():
            limits.check_text(name, getattr(one.dataset, name) or "", limit)
        for key, value in one.tags.items():
            limits.check_text("key", key, _MAX_TAG_KEY)
            limits.check_text("value", value, _MAX_TAG_VALUE)
    _check_models(used.models)


def _check_models(models: Sequence[ModelUse]) -> None:
    for model in models:
        limits.check_text("model_id", model.model_id, _MAX_MODEL_ID)
        limits.check_int64("step", model.step)
