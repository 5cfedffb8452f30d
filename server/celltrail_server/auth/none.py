"""No authentication: for one user on loopback."""

from celltrail.errors import DeniedError
from celltrail_server.auth.base import Headers, local_user
from celltrail_server.callers import Caller

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class NoAuth:
    """Everyone who reaches the port is the user; web pages of other sites are not.

    A page in the user's browser can reach loopback too, by its own name for 127.0.0.1 (DNS
    rebinding) or by a cross-site request, so both are refused.
    """

    def __init__(self) -> None:
        self._user = Caller(local_user(), is_admin=True)  # nobody else is there

    async def identify(self, headers: Headers) -> Caller:
        """Return the one user."""
        host = _host_name(headers.get(b"host", b"").decode("latin-1"))
        if host not in LOOPBACK:
            raise DeniedError(f"the Host header {host[:100]!r} is not a loopback address")
        if headers.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin"):
            raise DeniedError("a page of another site may not use a server without a token")
        return self._user

    async def close(self) -> None:
        """Nothing to let go of."""


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
