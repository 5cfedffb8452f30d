"""Logins by LDAP, with the groups of the directory."""

import asyncio
from typing import Any

from ldap3 import BASE, SUBTREE  # type: ignore[import-untyped]
from ldap3.utils.conv import escape_filter_chars  # type: ignore[import-untyped]
from ldapauthenticator import LDAPAuthenticator  # type: ignore[import-untyped]
from traitlets import Set, Unicode

_GROUP = "(|(member={dn})(uniqueMember={dn})(memberUid={name}))"


class CelltrailDirectory(LDAPAuthenticator):  # type: ignore[misc]
    """LDAPAuthenticator whose users are in the hub's groups as in the directory's.

    A group is called by its `cn`. The directory is asked in a thread: the hub goes on meanwhile,
    however long that takes.
    """

    group_search_base = Unicode(help="Where groups are; empty: none.").tag(config=True)
    allowed_groups = Set(
        Unicode(), help="Names of groups whose members may log in.", allow_none=True
    ).tag(config=True)

    async def authenticate(self, handler: Any, data: dict[str, str]) -> dict[str, Any] | None:
        """Return the user with their groups, or None for a wrong name or password."""
        found = await asyncio.to_thread(asyncio.run, super().authenticate(handler, data))
        if found is None:
            return None
        groups = found["auth_state"]["user_attributes"].pop("groups")
        return {"name": found["name"], "groups": groups}

    def get_user_attributes(self, conn: Any, userdn: str) -> dict[str, Any]:
        """Return the user's groups, asked with the rights of the user."""
        return {**super().get_user_attributes(conn, userdn), "groups": self._groups(conn, userdn)}

    async def check_allowed(self, username: str, auth_model: dict[str, Any] | None) -> bool:
        """Tell whether the user is let in, by name or as a member of a group."""
        if auth_model is None or self.allow_all or username in self.allowed_users:
            return True
        return bool(set(self.allowed_groups or ()) & set(auth_model["groups"]))

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
