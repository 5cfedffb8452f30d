"""What all handlers of the extension share."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from jupyter_server.base.handlers import APIHandler

from celltrail.errors import CelltrailError, InvalidError
from celltrail_lab.culling import Culling
from celltrail_lab.orphans import OrphanShipper
from celltrail_lab.previewer import Previewer
from celltrail_lab.runs import PipelineRuns
from celltrail_lab.tracking import Tracking

SHARED = "celltrail"


@dataclass(frozen=True)
class Shared:
    """What the handlers of one Jupyter server have in common, kept in its settings."""

    tracking: Tracking
    previewer: Previewer
    runs: PipelineRuns
    orphans: OrphanShipper
    culling: Culling


class CelltrailHandler(APIHandler):
    """A handler whose `CelltrailError`s reach the browser as one line of JSON."""

    # For Jupyter's authorizers, which decide who may use it.
    auth_resource = "celltrail"

    @property
    def shared(self) -> Shared:
        """What the handlers of this Jupyter server share."""
        return cast(Shared, self.settings[SHARED])

    def json_object(self) -> dict[str, Any]:
        """Return the request's body; raises InvalidError if it is not a JSON object."""
        try:
            body = json.loads(self.request.body)
        except ValueError as error:
            raise InvalidError("the body of the request is not JSON") from error
        if not isinstance(body, dict):
            raise InvalidError("the body of the request is not a JSON object")
        return body

    def json_text(self, body: dict[str, Any], key: str) -> str:
        """Return the text at `key` of a body; raises InvalidError if there is none."""
        value = body.get(key)
        if not isinstance(value, str) or not value:
            raise InvalidError(f"the request needs {key!r}, a text that is not empty")
        return value

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with the error's own status and text; never with a traceback."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        if not isinstance(error, CelltrailError):
            super().write_error(status_code, **kwargs)
            return
        self.set_status(error.status)
        self.finish({"error_code": error.code, "message": str(error)})

    def log_exception(self, *exc_info: Any) -> None:
        """Write a failure that a person can act on as one line."""
        if isinstance(exc_info[1], CelltrailError):
            self.log.warning("celltrail: %s: %s", self.request.path, exc_info[1])
        else:
            super().log_exception(*exc_info)

    def answer(self, body: dict[str, Any], status: int = HTTPStatus.OK) -> None:
        """Answer with JSON."""
        self.set_status(status)
        self.finish(body)
