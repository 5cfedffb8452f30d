"""One password for everybody, and a word to those whose user name cannot be one."""

from typing import Any

from jupyterhub.authenticators.shared import (  # type: ignore[import-untyped] # noqa: TID253
    SharedPasswordAuthenticator,
)
from tornado.web import HTTPError

# A user name is the name of a home directory and part of addresses.
USERNAME_PATTERN = r"[a-z0-9][a-z0-9._@+-]{0,63}\Z"


class CelltrailAuthenticator(SharedPasswordAuthenticator):  # type: ignore[misc]
    """JupyterHub's shared password, which says what is wrong with a user name."""

    async def authenticate(self, handler: Any, data: dict[str, str]) -> dict[str, Any] | None:
        """Return the user, or None for a wrong password; HTTPError 403 for an unusable name."""
        user: dict[str, Any] | None = await super().authenticate(handler, data)
        if user and not self.validate_username(user["name"]):
            raise HTTPError(
                403,
                "This cannot be a user name: use up to 64 letters (a-z), digits and . _ @ + - "
                "with a letter or digit first.",
            )
        return user
