"""What the extension adds to a Jupyter server: the handlers, and work in the background."""

import asyncio
import os
from typing import Any

from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join

from celltrail.errors import CelltrailError
from celltrail.settings import Settings
from celltrail_lab.culling import Culling
from celltrail_lab.culling_handlers import KeepHandler, LookHandler, StateHandler
from celltrail_lab.handlers import SHARED, Shared
from celltrail_lab.orphans import OrphanShipper, watch_kernels
from celltrail_lab.pipelines import PreviewHandler, RunHandler, SaveHandler
from celltrail_lab.previewer import Previewer
from celltrail_lab.proxy import ProxyHandler
from celltrail_lab.runs import PipelineRuns
from celltrail_lab.tracking import Tracking
from celltrail_lab.usage import Usage

# Well within the time after which an embedded server that nobody uses stops.
CHECK_SECONDS = 60

# The event loop keeps only weak references to its tasks.
_background: set[asyncio.Task[None]] = set()


def load(serverapp: ServerApp) -> None:
    """Add the handlers; nothing is started and nothing waits."""
    settings = Settings.from_env()
    runs = PipelineRuns()
    serverapp.web_app.settings[SHARED] = Shared(
        tracking=Tracking(settings),
        previewer=Previewer(),
        runs=runs,
        orphans=OrphanShipper(settings, serverapp.log),
        culling=Culling(Usage(serverapp.web_app.settings, runs)),
    )
    routes = {
        r"api/(.+)": ProxyHandler,
        r"pipelines/preview": PreviewHandler,
        r"pipelines/save": SaveHandler,
        r"pipelines/run": RunHandler,
        r"culling": StateHandler,
        r"culling/keep": KeepHandler,
        r"culling/look": LookHandler,
    }
    web_app: Any = serverapp.web_app  # a tornado.web.Application, but untyped
    base_url = web_app.settings["base_url"]
    web_app.add_handlers(
        ".*$",
        [(url_path_join(base_url, "celltrail", path), handler) for path, handler in routes.items()],
    )


def start(serverapp: ServerApp) -> None:
    """Begin to find or start the tracking server and to ship orphans; returns at once."""
    shared: Shared = serverapp.web_app.settings[SHARED]
    if serverapp.event_logger:
        watch_kernels(serverapp.event_logger, shared.orphans)
    gpus = shared.culling.usage.watch_gpus()
    for work in (_keep_tracking(serverapp, shared), shared.orphans.run(), gpus):
        task = asyncio.ensure_future(work)
        _background.add(task)
        task.add_done_callback(_background.discard)


async def _keep_tracking(serverapp: ServerApp, shared: Shared) -> None:
    """Tell the kernels' MLflow client where the server is, and keep it there while Jupyter runs.

    Only the address is put into the environment, never a token.
    """
    complaint = ""
    while True:
        try:
            server = await shared.tracking.check()
        except CelltrailError as error:
            if str(error) != complaint:
                complaint = str(error)
                serverapp.log.warning("celltrail: %s", complaint)
        else:
            complaint = ""
            os.environ.setdefault("MLFLOW_TRACKING_URI", server.url)
        await asyncio.sleep(CHECK_SECONDS)
