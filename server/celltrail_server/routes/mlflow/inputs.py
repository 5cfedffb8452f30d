"""MLflow's calls about what runs used and made: datasets and logged models."""

from typing import Any

import msgspec
from litestar.types import ControllerRouterHandler

from celltrail.errors import InvalidError
from celltrail_server.routes.mlflow import answers
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.requests import KeyValue, OfRun, mlflow_post, read
from celltrail_server.routes.services import Call, Parts, execution_of
from celltrail_server.store.records import Dataset, DatasetInput, Inputs, ModelUse

MAX_EXPERIMENTS = 20
NOTED = ("run_id", "artifact_path", "utc_time_created", "model_uuid")


class DatasetFields(msgspec.Struct):
    """MLflow's `Dataset`."""

    name: str
    digest: str
    source_type: str = ""
    source: str = ""
    schema: str | None = None
    profile: str | None = None


class DatasetInputFields(msgspec.Struct):
    """MLflow's `DatasetInput`."""

    dataset: DatasetFields
    tags: list[KeyValue] = []


class ModelFields(msgspec.Struct):
    """MLflow's `ModelInput` and `ModelOutput`."""

    model_id: str
    step: int = 0


class LogInputs(OfRun, kw_only=True):
    """Fields of `runs/log-inputs`."""

    datasets: list[DatasetInputFields] = msgspec.field(default_factory=list)
    models: list[ModelFields] = msgspec.field(default_factory=list)


class LogOutputs(OfRun, kw_only=True):
    """Fields of `runs/outputs`."""

    models: list[ModelFields]


class LogModel(OfRun, kw_only=True):
    """Fields of `runs/log-model`."""

    model_json: str


class SearchDatasets(msgspec.Struct):
    """Fields of `experiments/search-datasets`."""

    experiment_ids: list[str] = []


@mlflow_post("/runs/log-inputs")
async def log_inputs(request: Call, services: Parts) -> Json:
    """Note what a run used, booked on the cell execution that the request names."""
    body = await read(request, LogInputs)
    execution_id = execution_of(request)
    used = Inputs(
        [
            DatasetInput(
                Dataset(**msgspec.structs.asdict(one.dataset)),
                {tag.key: tag.value for tag in one.tags},
                execution_id,
            )
            for one in body.datasets
        ],
        [ModelUse(model.model_id, execution_id=execution_id) for model in body.models],
    )
    await services.store.log_inputs(request.user, body.run, used)
    return {}


@mlflow_post("/runs/outputs")
async def log_outputs(request: Call, services: Parts) -> Json:
    """Note which logged models a run made, booked on the cell execution that the request names."""
    body = await read(request, LogOutputs)
    execution_id = execution_of(request)
    made = [ModelUse(model.model_id, model.step, execution_id) for model in body.models]
    await services.store.log_outputs(request.user, body.run, made)
    return {}


@mlflow_post("/runs/log-model")
async def log_model(request: Call, services: Parts) -> Json:
    """Note a model whose files the run has, as clients of MLflow 2 do."""
    body = await read(request, LogModel)
    await services.store.note_model(request.user, body.run, parse_model(body.model_json))
    return {}


@mlflow_post("/experiments/search-datasets")
async def search_datasets(request: Call, services: Parts) -> Json:
    """Return the datasets that runs of some experiments used."""
    body = await read(request, SearchDatasets)
    if not body.experiment_ids:
        raise InvalidError("SearchDatasets request must specify at least one experiment_id.")
    if len(body.experiment_ids) > MAX_EXPERIMENTS:
        raise InvalidError(
            f"SearchDatasets request cannot specify more than {MAX_EXPERIMENTS} experiment_ids. "
            f"Received {len(body.experiment_ids)} experiment_ids."
        )
    found = await services.store.search_datasets(request.user, body.experiment_ids)
    summaries = [
        {name: value for name, value in msgspec.structs.asdict(one).items() if value is not None}
        for one in found
    ]
    return answers.listed("dataset_summaries", summaries)


def parse_model(text: str) -> Json:
    """Return what is noted of a model; raises `InvalidError` as MLflow words it."""
    try:
        model = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidError(
            f"Malformed model info. \n {text[:1000]} \n is not a valid JSON."
        ) from error
    absent = {*NOTED[:3], "flavors"} - model.keys()
    if absent:
        raise InvalidError(f"Model json is missing mandatory fields: {sorted(absent)}")
    flavors = model["flavors"] if isinstance(model["flavors"], dict) else {}
    noted = {name: model[name] for name in NOTED if name in model}
    return noted | {"flavors": {name: _without_config(one) for name, one in flavors.items()}}


def _without_config(flavor: Any) -> Any:
    if not isinstance(flavor, dict):
        return flavor
    return {name: value for name, value in flavor.items() if name != "config"}


handlers: list[ControllerRouterHandler] = [
    log_inputs,
    log_outputs,
    log_model,
    search_datasets,
]
