"""MLflow's calls about versions of registered models, and the files of a version."""

import msgspec
from litestar import get as route_get
from litestar.types import ControllerRouterHandler

from celltrail.errors import InvalidError
from celltrail_server.paths import artifact_path
from celltrail_server.registry.names import parse_version
from celltrail_server.registry.sources import artifact_address
from celltrail_server.routes.downloads import Download
from celltrail_server.routes.mlflow import answers, registry_answers
from celltrail_server.routes.mlflow.answers import Json
from celltrail_server.routes.mlflow.artifacts import send_file
from celltrail_server.routes.mlflow.registered_models import OfModel, check_at_most
from celltrail_server.routes.mlflow.requests import (
    KeyValue,
    mlflow_delete,
    mlflow_get,
    mlflow_patch,
    mlflow_post,
    read,
    read_query,
)
from celltrail_server.routes.services import Call, Parts, Services, execution_of
from celltrail_server.store.contract import Search
from celltrail_server.store.registry.records import ModelVersion, NewVersion

MAX_VERSIONS = 200_000


class CreateVersion(msgspec.Struct):
    """Fields of `model-versions/create`."""

    name: str
    source: str
    run_id: str | None = None
    model_id: str | None = None
    run_link: str = ""
    description: str = ""
    tags: list[KeyValue] = []


class OfVersion(OfModel):
    """A version of a model."""

    version: str

    @property
    def number(self) -> int:
        """The version as a number."""
        return parse_version(self.version)


class DescribeVersion(OfVersion):
    """Fields of `model-versions/update`."""

    description: str | None = None


class MoveVersion(OfVersion):
    """Fields of `model-versions/transition-stage`."""

    stage: str
    archive_existing_versions: bool = False


class SearchVersions(msgspec.Struct):
    """Fields of `model-versions/search`."""

    filter: str = ""
    max_results: int = 10_000
    order_by: list[str] = []
    page_token: str = ""


class DeleteVersionTag(OfVersion):
    """Fields of `model-versions/delete-tag`."""

    key: str


class SetVersionTag(DeleteVersionTag):
    """Fields of `model-versions/set-tag`."""

    value: str = ""


class FileOfVersion(msgspec.Struct):
    """Fields of `model-versions/get-artifact`."""

    name: str = ""
    version: str = ""
    path: str = ""


@mlflow_post("/model-versions/create")
async def create(request: Call, services: Parts) -> Json:
    """Create a version, booked on the cell execution that the request names."""
    body = await read(request, CreateVersion)
    new = NewVersion(
        source=body.source,
        run_id=body.run_id,
        model_id=body.model_id,
        run_link=body.run_link,
        description=body.description,
        tags={tag.key: tag.value for tag in body.tags},
        execution_id=execution_of(request),
    )
    return _answer(await services.store.create_version(request.user, body.name, new))


@mlflow_get("/model-versions/get")
async def get(request: Call, services: Parts) -> Json:
    """Return a version."""
    query = read_query(request, OfVersion)
    return _answer(await services.store.get_version(request.user, query.name, query.number))


@mlflow_patch("/model-versions/update")
async def describe(request: Call, services: Parts) -> Json:
    """Replace the description."""
    body = await read(request, DescribeVersion)
    changed = await services.store.describe_version(
        request.user, body.name, body.number, body.description
    )
    return _answer(changed)


@mlflow_post("/model-versions/transition-stage")
async def move(request: Call, services: Parts) -> Json:
    """Move a version to another stage."""
    body = await read(request, MoveVersion)
    moved = await services.store.move_version(
        request.user,
        body.name,
        body.number,
        body.stage,
        archive_others=body.archive_existing_versions,
    )
    return _answer(moved)


@mlflow_delete("/model-versions/delete")
async def delete(request: Call, services: Parts) -> Json:
    """Delete a version."""
    body = await read(request, OfVersion)
    await services.store.delete_version(request.user, body.name, body.number)
    return {}


@mlflow_get("/model-versions/get-download-uri")
async def get_download_uri(request: Call, services: Parts) -> Json:
    """Return where the version's files are."""
    query = read_query(request, FileOfVersion)
    return {"artifact_uri": (await _named(request, services, query)).storage_location}


@mlflow_get("/model-versions/search")
async def search(request: Call, services: Parts) -> Json:
    """Search versions of all models."""
    query = read_query(request, SearchVersions)
    check_at_most(query.max_results, MAX_VERSIONS)
    page = await services.store.search_versions(
        request.user,
        Search(
            filter=query.filter,
            order_by=tuple(query.order_by),
            max_results=query.max_results,
            page_token=query.page_token,
        ),
    )
    found = [registry_answers.model_version(version) for version in page.items]
    return answers.page("model_versions", found, page.next)


@mlflow_post("/model-versions/set-tag")
async def set_tag(request: Call, services: Parts) -> Json:
    """Set one tag."""
    body = await read(request, SetVersionTag)
    await services.store.set_version_tag(request.user, body.name, body.number, body.key, body.value)
    return {}


@mlflow_delete("/model-versions/delete-tag")
async def delete_tag(request: Call, services: Parts) -> Json:
    """Remove one tag."""
    body = await read(request, DeleteVersionTag)
    await services.store.delete_version_tag(request.user, body.name, body.number, body.key)
    return {}


@route_get("/model-versions/get-artifact", include_in_schema=False)
async def get_artifact(request: Call, services: Parts) -> Download:
    """Download a file of a version, if it lies in this server and the caller may read it there."""
    query = read_query(request, FileOfVersion)
    path = artifact_path(query.path)
    version = await _named(request, services, query)
    address = artifact_address(version.storage_location)
    if address is None:
        raise InvalidError(
            f"the files of version {version.version} of {version.name!r} are not in this server, "
            f"but at {version.storage_location!r}: fetch them there"
        )
    return await send_file(request, services, f"{address}/{path}")


async def _named(request: Call, services: Services, query: FileOfVersion) -> ModelVersion:
    if not query.name:
        raise InvalidError("Missing value for required parameter 'name'.")
    return await services.store.get_version(request.user, query.name, parse_version(query.version))


def _answer(version: ModelVersion) -> Json:
    return {"model_version": registry_answers.model_version(version)}


handlers: list[ControllerRouterHandler] = [
    create,
    get,
    describe,
    move,
    delete,
    get_download_uri,
    search,
    set_tag,
    delete_tag,
    get_artifact,
]
