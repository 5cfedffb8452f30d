"""What an authenticator is, and how tokens travel."""

import getpass
from collections.abc import Mapping
from typing import Protocol

from celltrail.errors import DeniedError
from celltrail_server.callers import Caller

type Headers = Mapping[bytes, bytes]
"""Headers of a request by lower-case name."""


class Authenticator(Protocol):
    """Turns the headers of a request into its caller."""

    async def identify(self, headers: Headers) -> Caller:
        """Return the caller; raises `DeniedError`, or `UnavailableError` if nobody can tell."""

    async def close(self) -> None:
        """Let go of connections."""


def bearer_token(headers: Headers) -> str:
    """Return the token of `Authorization: Bearer …` or `token …`; raises `DeniedError`."""
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() not in (b"bearer", b"token") or not token.strip():
        raise DeniedError("the request carries no token: send `Authorization: Bearer TOKEN`")
    return token.strip().decode("latin-1")


def local_user() -> str:
    """Return the name of the system's user, who owns everything on a server without a hub."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose uid has no name
        return "local"
