"""Logins by LDAP, with the groups of the directory."""

import asyncio
from typing import Any

from ldap3 import BASE, SUBTREE  # type: ignore[import-untyped]
from ldap3.core.exceptions import LDAPExceptionError  # type: ignore[import-untyped]
from ldap3.utils.conv import escape_filter_chars  # type: ignore[import-untyped]
from ldapauthenticator import LDAPAuthenticator  # type: ignore[import-untyped]
from tornado.web import HTTPError
from traitlets import Set, Unicode

_TROUBLE = "The directory that knows the users does not answer. Try again in a while."
_GROUP = "(|(member={dn})(uniqueMember={dn})(memberUid={name}))"


class CelltrailDirectory(LDAPAuthenticator):  # type: ignore[misc]
    """LDAPAuthenticator whose users are in the hub's groups as in the directory's.

    A group is called by its `cn`. The directory is asked in a thread: the hub goes on meanwhile,
    however long that takes.
    """

    group_search_base = Unicode(help="Where groups are; empty: none.").tag(config=True)
    # `allowed_groups` of the base class are distinguished names, each asked for at each login.
    allowed_names = Set(Unicode(), help="Groups whose members may log in.").tag(config=True)
    admin_groups = Set(Unicode(), help="Groups whose members are administrators.").tag(config=True)

    async def authenticate(self, handler: Any, data: dict[str, str]) -> dict[str, Any] | None:
        """Return the user with their groups, or None for a wrong name or password.

        Raises HTTPError 503 if the directory does not answer, or its certificate is not trusted.
        """
        try:
            found = await asyncio.to_thread(asyncio.run, super().authenticate(handler, data))
        except LDAPExceptionError as error:
            self.log.error("The directory at %s: %s", self.server_address, error)
            raise HTTPError(503, _TROUBLE) from None
        if found is None:
            return None
        return self._user(found["name"], found["auth_state"]["user_attributes"]["groups"])

    async def refresh_user(self, user: Any, handler: Any = None) -> dict[str, Any] | bool:
        """Return the user with the groups of now, False for who may not log in any more.

        Asked every five minutes and before a start. Whom nobody but themselves may look up, and
        everybody while the directory is away, stays as they are.
        """
        if not (self.lookup_dn and self.lookup_dn_search_user):
            return True
        try:
            found = await asyncio.to_thread(self._look_up, user.name)
        except LDAPExceptionError as error:
            self.log.error("The directory at %s: %s", self.server_address, error)
            return True
        if found is None or not await self.check_allowed(user.name, found):
            return False
        return found

    def get_user_attributes(self, conn: Any, userdn: str) -> dict[str, Any]:
        """Return the user's groups, asked with the rights of the user."""
        return {**super().get_user_attributes(conn, userdn), "groups": self._groups(conn, userdn)}

    async def check_allowed(self, username: str, auth_model: dict[str, Any] | None) -> bool:
        """Tell whether the user is let in, by name or as a member of a group."""
        if auth_model is None or self.allow_all or auth_model.get("admin"):
            return True
        if username in self.allowed_users | self.admin_users:
            return True
        return bool(self.allowed_names & set(auth_model["groups"]))

    def _user(self, name: str, groups: list[str]) -> dict[str, Any]:
        user: dict[str, Any] = {"name": self.normalize_username(name), "groups": groups}
        if self.admin_groups:
            user["admin"] = user["name"] in self.admin_users or bool(
                self.admin_groups & set(groups)
            )
        return user

    def _look_up(self, name: str) -> dict[str, Any] | None:
        conn = self.get_connection(self.lookup_dn_search_user, self.lookup_dn_search_password)
        if conn is None:
            raise LDAPExceptionError(f"{self.lookup_dn_search_user} may not log in")
        condition = f"({self.user_attribute}={escape_filter_chars(name)})"
        conn.search(self.user_search_base, condition, SUBTREE, attributes=[self.user_attribute])
        if len(conn.entries) != 1:
            return None
        return self._user(name, self._groups(conn, conn.entries[0].entry_dn))

    def _groups(self, conn: Any, userdn: str) -> list[str]:
        if not self.group_search_base:
            return []
        conn.search(userdn, "(objectClass=*)", BASE, attributes=[self.user_attribute])
        names = [str(name) for entry in conn.entries for name in entry[self.user_attribute]]
        condition = _GROUP.format(
            dn=escape_filter_chars(userdn), name=escape_filter_chars(names[0] if names else "")
        )
        conn.search(self.group_search_base, condition, SUBTREE, attributes=["cn"])
        return sorted({str(name) for entry in conn.entries for name in entry["cn"]})
