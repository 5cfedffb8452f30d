"""The application: routes, services and errors, put together."""

from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import ControllerRouterHandler

from celltrail import __version__
from celltrail.errors import CelltrailError
from celltrail_server import problems
from celltrail_server.routes import (
    health,
    live,
    models,
    reading,
    searching,
    sharing,
    streams,
    trail,
    uploads,
)
from celltrail_server.routes.mlflow import (
    artifacts,
    assessments,
    experiments,
    histories,
    inputs,
    logged_models,
    logging,
    model_versions,
    registered_models,
    runs,
    server,
    spans,
    traces,
    transfers,
    webhooks,
    workspaces,
)
from celltrail_server.routes.services import Services

MAX_BODY_BYTES = 16 << 20
"""Limit of a request's body, where its route has no other."""


OWN: list[ControllerRouterHandler] = [
    health.health,
    health.ready,
    health.prometheus,
    health.version,
    reading.me,
    reading.experiments,
    reading.runs,
    *searching.handlers,
    reading.run,
    reading.cells,
    reading.console,
    reading.metrics,
    reading.metric_buckets,
    reading.artifact,
    *trail.handlers,
    *models.handlers,
    *sharing.handlers,
    live.live,
    streams.append_events,
    streams.put_blob,
    streams.has_blob,
    *uploads.handlers,
]
"""The routes of the own API, which has a schema."""


def create_app(services: Services) -> Litestar:
    """Return the ASGI application; it must stand behind a `Gate`, which knows the caller."""
    return _App(
        route_handlers=[
            *problems.documented(OWN),
            *experiments.handlers,
            *runs.handlers,
            *histories.handlers,
            *logging.handlers,
            *inputs.handlers,
            *logged_models.handlers,
            *artifacts.handlers,
            *transfers.handlers,
            *registered_models.handlers,
            *model_versions.handlers,
            *webhooks.handlers,
            *workspaces.handlers,
            *traces.handlers,
            *spans.handlers,
            *assessments.handlers,
            *server.handlers,
        ],
        dependencies={"services": Provide(lambda: services, sync_to_thread=False)},
        exception_handlers={
            CelltrailError: problems.answer,
            HTTPException: problems.answer,
            Exception: problems.answer,
        },
        openapi_config=OpenAPIConfig(
            title="Celltrail tracking server",
            version=__version__,
            path="/api/v1/schema",
            render_plugins=[JsonRenderPlugin()],
        ),
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
    )


class _App(Litestar):
    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        # Litestar would import pydantic and attrs, wherever they are installed, for 0.4 s.
        return [*plugins, MsgspecDIPlugin()]
