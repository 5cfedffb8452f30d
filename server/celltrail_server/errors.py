"""What only the tracking server can say, in the codes and statuses of MLflow.

CelltrailError
├── InvalidError 400
│   ├── AlreadyExistsError 400   MLflow answers 400, not 409, for a name that is taken
│   ├── MethodError        405
│   └── TooLargeError      413
├── NotFoundError 404
│   └── NoEndpointError    404   no such route: clients fall back to an older API on it
├── ConflictError 409
│   └── StreamGapError     409
├── StateError        500        MLflow's INVALID_STATE
└── NotBuiltError     501        a part of MLflow's API that is not there
"""

from celltrail.errors import CelltrailError, ConflictError, DeniedError, InvalidError, NotFoundError


class AlreadyExistsError(InvalidError):
    """A name that must be unique is taken."""

    code = "RESOURCE_ALREADY_EXISTS"


class TooLargeError(InvalidError):
    """The body of a request is larger than the server takes."""

    status = 413


class ForbiddenError(DeniedError):
    """Who calls is known, but may not do this, by the token's scopes or the record's sharing."""

    status = 403
    code = "PERMISSION_DENIED"


class NoEndpointError(NotFoundError):
    """The server has no such route."""

    code = "ENDPOINT_NOT_FOUND"


class MethodError(InvalidError):
    """The route exists, but not with this method."""

    status = 405


class StreamGapError(ConflictError):
    """A batch does not begin where the stream goes on, and cannot be cut so that it does."""

    code = "STREAM_GAP"

    def __init__(self, stream: str, first_seq: int, next_seq: int) -> None:
        super().__init__(
            f"stream {stream} goes on with event {next_seq}, but the batch begins with "
            f"{first_seq}: send the events from {next_seq} on"
        )
        self.next_seq = next_seq


class StateError(CelltrailError):
    """MLflow's INVALID_STATE: the record is in another life-cycle stage."""

    code = "INVALID_STATE"


class NotBuiltError(CelltrailError):
    """A part of MLflow's API that this server does not have."""

    status = 501
    code = "NOT_IMPLEMENTED"
