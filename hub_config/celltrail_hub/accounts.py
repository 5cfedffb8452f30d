"""Accounts in the hub's own database, which an admin approves."""

from typing import Any

import bcrypt
from nativeauthenticator import NativeAuthenticator  # type: ignore[import-untyped]
from nativeauthenticator.orm import UserInfo  # type: ignore[import-untyped]
from traitlets import Unicode


class CelltrailAccounts(NativeAuthenticator):  # type: ignore[misc]
    """NativeAuthenticator in which no name opens the door to who signs up with it first.

    Its own lets in at once who signs up under the name of an admin or of an allowed user. Here
    admins have accounts from the start, with a first password from the settings, and everybody
    else waits for one of them.
    """

    first_password = Unicode(help="Of admins who have no account yet.").tag(config=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in sorted(self.admin_users):
            if not self.user_exists(name):
                self._open_account(name)

    def get_authed_users(self) -> set[str]:
        """Return who has been approved."""
        return {info.username for info in UserInfo.all_users(self.db) if info.is_authorized}

    def _open_account(self, name: str) -> None:
        password = bcrypt.hashpw(self.first_password.encode(), bcrypt.gensalt())
        self.db.add(
            UserInfo(username=self.normalize_username(name), password=password, is_authorized=True)
        )
        self.db.commit()
