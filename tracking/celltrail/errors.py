"""What can go wrong, for everyone who imports `celltrail`.

    CelltrailError            the root: its text is one line for a person, never a traceback
    ├── InvalidError   400    the caller gave something that cannot be used
    ├── DeniedError    401    no token, or one that the server does not accept
    ├── NotFoundError  404    no such thing, or nothing that this user may know of
    ├── ConflictError  409    the thing exists already, or in another state
    └── UnavailableError 503  the server, the disk or another program does not answer

A message names the thing, its value and what to do. Other packages add their own errors as
subclasses of these, so that the command line and the HTTP server need to know only this tree.
"""


class CelltrailError(Exception):
    """Any failure that a person can act on; `status` is its HTTP status code."""

    status = 500
    code = "INTERNAL_ERROR"


class InvalidError(CelltrailError):
    """An argument, file or request that cannot be used as it is."""

    status = 400
    code = "INVALID_PARAMETER_VALUE"


class DeniedError(CelltrailError):
    """The request carries no token, or one that is not accepted."""

    status = 401
    code = "UNAUTHENTICATED"


class NotFoundError(CelltrailError):
    """The thing does not exist, or the caller may not know that it does."""

    status = 404
    code = "RESOURCE_DOES_NOT_EXIST"


class ConflictError(CelltrailError):
    """The thing exists already, or its state does not allow the request."""

    status = 409
    code = "RESOURCE_CONFLICT"


class UnavailableError(CelltrailError):
    """The server, the disk or another program does not answer."""

    status = 503
    code = "TEMPORARILY_UNAVAILABLE"
