"""From exceptions to answers: the text that a user sees, and the log that only operators see."""

import logging
import secrets
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi import ResponseSpec
from litestar.types import ControllerRouterHandler

from celltrail.errors import CelltrailError, InvalidError
from celltrail_server.errors import MethodError, NoEndpointError, StreamGapError, TooLargeError

_STATUSES = {
    400: "The request can never be accepted.",
    401: "There is no token, or a wrong one.",
    403: "The caller may not do this.",
    404: "There is nothing of this name that the caller may read.",
    409: "It contradicts what is there.",
    413: "It is too large.",
    503: "The database does not answer.",
}

logger = logging.getLogger("celltrail.server")


class Problem(msgspec.Struct):
    """What every error answers, in MLflow's form; a gap in a stream says where to go on, too."""

    error_code: str
    message: str
    next_seq: int | None = None


def documented(handlers: list[ControllerRouterHandler]) -> list[ControllerRouterHandler]:
    """Say in the schema of these routes how their errors look."""
    for handler in handlers:
        handler.responses = {  # type: ignore[union-attr]
            status: ResponseSpec(Problem, description=text, generate_examples=False)
            for status, text in _STATUSES.items()
        }
    return handlers


def body_of(error: CelltrailError) -> bytes:
    """Return the JSON body of an error, in MLflow's form."""
    body: dict[str, Any] = {"error_code": error.code, "message": str(error)}
    if isinstance(error, StreamGapError):
        body["next_seq"] = error.next_seq
    return msgspec.json.encode(body)


def report(error: Exception) -> CelltrailError:
    """Log an unexpected exception and return what a user may know of it: an id in the log."""
    number = secrets.token_hex(6)
    logger.error("internal error %s", number, exc_info=error)
    return CelltrailError(f"internal error; the server's log has it under {number}")


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Return the answer to a request that ended in `error` (a Litestar exception handler)."""
    if isinstance(error, HTTPException):
        error = _translate(request, error)
    elif isinstance(error, RecursionError):
        logger.warning("%s %s recurs without end", request.method, request.url.path)
        error = InvalidError("the body of the request is nested too deeply")
    elif not isinstance(error, CelltrailError):
        error = report(error)
    return Response(body_of(error), status_code=error.status, media_type="application/json")


def _translate(request: Request[Any, Any, Any], error: HTTPException) -> CelltrailError:
    if error.status_code == 404:
        return NoEndpointError(f"there is no {request.method} {request.url.path}")
    if error.status_code == 405:
        return MethodError(f"{request.url.path} does not take {request.method}")
    if error.status_code == 413:
        return TooLargeError("the body of the request is larger than this server takes")
    if "disconnected" in error.detail:  # Litestar has no class of its own for it
        return InvalidError("the connection was cut before the end of the request")
    if error.status_code < 500:
        extra = error.extra if isinstance(error.extra, list) else []
        faults = [f"{one.get('key')}: {one.get('message')}" for one in extra]
        return InvalidError("; ".join(faults) or error.detail)
    return report(error)
