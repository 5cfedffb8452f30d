"""Accounts in the hub's own database, which an admin approves."""

from typing import Any

import bcrypt
from jupyterhub.handlers.login import (  # type: ignore[import-untyped] # noqa: TID253
    LoginHandler as HubLoginHandler,
)
from jupyterhub.scopes import needs_scope  # type: ignore[import-untyped] # noqa: TID253
from nativeauthenticator import NativeAuthenticator  # type: ignore[import-untyped]
from nativeauthenticator.handlers import (  # type: ignore[import-untyped]
    DiscardHandler,
    LoginHandler,
    ToggleAuthorizationHandler,
)
from nativeauthenticator.orm import UserInfo  # type: ignore[import-untyped]
from tornado.web import HTTPError
from traitlets import Unicode


class CelltrailAccounts(NativeAuthenticator):  # type: ignore[misc]
    """NativeAuthenticator in which only an admin's own click lets anybody in.

    Its own lets in at once who signs up under the name of an admin or of an allowed user, and
    approves by a GET, which any page can make an admin's browser send. Here admins have accounts
    from the start, with a first password from the settings, and approvals are forms.
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

    async def refresh_user(self, user: Any, handler: Any = None) -> bool:
        """Tell whether a user who is logged in may stay so; asked every five minutes."""
        info = UserInfo.find(self.db, user.name)
        return info is not None and info.is_authorized

    def get_handlers(self, app: Any) -> list[tuple[str, Any]]:
        """Return its own handlers, but for two that change something by a GET, and its login.

        The login page of nativeauthenticator 1.3 fails on JupyterHub 6, and JupyterHub's will do.
        """
        ours = {
            LoginHandler: HubLoginHandler,
            ToggleAuthorizationHandler: _Approve,
            DiscardHandler: _Discard,
        }
        return [(path, ours.get(each, each)) for path, each in super().get_handlers(app)]

    def _open_account(self, name: str) -> None:
        password = bcrypt.hashpw(self.first_password.encode(), bcrypt.gensalt())
        self.db.add(
            UserInfo(username=self.normalize_username(name), password=password, is_authorized=True)
        )
        self.db.commit()


class _Approve(ToggleAuthorizationHandler):  # type: ignore[misc]
    async def get(self, name: str) -> None:
        raise HTTPError(405)

    @needs_scope("admin:users")  # type: ignore[untyped-decorator]
    async def post(self, name: str) -> None:
        if UserInfo.find(self.db, name) is None:
            raise HTTPError(404, "There is no such account.")
        UserInfo.change_authorization(self.db, name)
        self.redirect(f"{self.hub.base_url}authorize#{name}")


class _Discard(DiscardHandler):  # type: ignore[misc]
    async def get(self, name: str) -> None:
        raise HTTPError(405)

    async def post(self, name: str) -> None:
        await DiscardHandler.get(self, name)  # which asks for the scope
