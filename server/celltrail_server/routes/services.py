"""What every route works with."""

from dataclasses import dataclass, field
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency

from celltrail_server.blobs.base import Blobs
from celltrail_server.callers import Caller
from celltrail_server.limits import is_id
from celltrail_server.live import Live
from celltrail_server.observing import Observations
from celltrail_server.store.contract import Store
from celltrail_server.webhooks.sending import Sender

Call = Request[Caller, Any, State]
"""A request that has passed the gate, and so has a user."""

EXECUTION_HEADER = "x-celltrail-execution"


@dataclass(slots=True)
class Services:
    """The parts behind the routes, handed to each by Litestar."""

    store: Store
    blobs: Blobs
    live: Live
    sender: Sender = field(default_factory=Sender)
    observations: Observations = field(default_factory=Observations)


Parts = NamedDependency[Services]
"""The type of the `services` argument of a route."""


def execution_of(request: Call) -> str | None:
    """Return the cell execution that the request was sent from, if it names one.

    Something else in the header is no reason to refuse what the user's code wants to record.
    """
    value = request.headers.get(EXECUTION_HEADER, "")
    return value if is_id(value) else None


def sent_path(request: Call, prefix: str) -> str:
    """Return what follows `prefix` in the path, as it was sent and decoded once."""
    path: str = request.scope["sent_path"]  # type: ignore[typeddict-item]  # set by the gate
    return path.removeprefix(prefix)
