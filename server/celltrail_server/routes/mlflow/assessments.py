"""MLflow's calls about assessments of traces."""

import msgspec
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from celltrail_server.routes.mlflow import trace_shapes
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.requests import (
    mlflow_delete,
    mlflow_get,
    mlflow_patch,
    mlflow_post,
    read,
)
from celltrail_server.routes.mlflow.trace_shapes import AssessmentFields
from celltrail_server.routes.services import Call, Parts
from celltrail_server.store.tracing.records import Assessment

OF_TRACE = "/traces/{trace_id:str}/assessments"
ONE = f"{OF_TRACE}/{{assessment_id:str}}"


class Create(msgspec.Struct):
    """Fields of `POST traces/ID/assessments`."""

    assessment: AssessmentFields


class Update(msgspec.Struct):
    """Fields of `PATCH traces/ID/assessments/ID`; which fields of the assessment are to change."""

    assessment: AssessmentFields
    update_mask: str


@mlflow_post(OF_TRACE)
async def create(request: Call, services: Parts, trace_id: FromPath[str]) -> Json:
    """Add an assessment."""
    body = await read(request, Create)
    new = trace_shapes.parse_assessment(body.assessment)
    made = await services.store.create_assessment(request.user, trace_id, new)
    return _answer(trace_id, made)


@mlflow_get(ONE)
async def get_one(
    request: Call, services: Parts, trace_id: FromPath[str], assessment_id: FromPath[str]
) -> Json:
    """Return an assessment."""
    found = await services.store.get_assessment(request.user, trace_id, assessment_id)
    return _answer(trace_id, found)


@mlflow_patch(ONE)
async def update(
    request: Call, services: Parts, trace_id: FromPath[str], assessment_id: FromPath[str]
) -> Json:
    """Change an assessment."""
    body = await read(request, Update)
    wanted = trace_shapes.parse_change(body.assessment, body.update_mask)
    changed = await services.store.change_assessment(request.user, trace_id, assessment_id, wanted)
    return _answer(trace_id, changed)


@mlflow_delete(ONE)
async def delete(
    request: Call, services: Parts, trace_id: FromPath[str], assessment_id: FromPath[str]
) -> Json:
    """Delete an assessment."""
    await services.store.delete_assessment(request.user, trace_id, assessment_id)
    return {}


def _answer(trace_id: str, one: Assessment) -> Json:
    return {"assessment": trace_shapes.assessment(trace_id, one)}


handlers: list[ControllerRouterHandler] = [create, get_one, update, delete]
