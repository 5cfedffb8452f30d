"""One token for one user: the embedded server and small set-ups."""

import hmac
import os
import secrets
from pathlib import Path

from celltrail.errors import DeniedError, UnavailableError
from celltrail_server.auth.base import Headers, bearer_token, local_user
from celltrail_server.callers import Caller


class TokenAuth:
    """Accepts exactly one token."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()
        self._user = Caller(local_user(), is_admin=True)  # nobody else is there

    async def identify(self, headers: Headers) -> Caller:
        """Return the user, if the token is the right one."""
        if not hmac.compare_digest(bearer_token(headers).encode("latin-1"), self._token):
            raise DeniedError("the token is not the one of this server")
        return self._user

    async def close(self) -> None:
        """Nothing to let go of."""


def load_token(path: Path) -> str:
    """Return the token kept in `path`, made (readable by the user only) if there is none.

    Raises `UnavailableError` if the file cannot be read or written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    except OSError as error:
        raise UnavailableError(f"cannot keep a token in {path}: {error.strerror}") from error
    token = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "w") as file:
        file.write(token)
    return token


def _read(path: Path) -> str:
    try:
        token = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UnavailableError(f"cannot read the token in {path}: {error}") from error
    if not token:
        raise UnavailableError(f"the token file {path} is empty: remove it to get a new token")
    return token
