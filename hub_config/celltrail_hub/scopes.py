"""Who may do what at the tracking server, in the hub's scopes: the same on a laptop and in pods."""

from typing import Any

SERVICE = "celltrail"

ACCESS_SCOPE = f"access:services!service={SERVICE}"
READ_SCOPE = "custom:celltrail:read"
WRITE_SCOPE = "custom:celltrail:write"
SCOPES = {
    READ_SCOPE: {"description": "Read one's own runs in Celltrail"},
    WRITE_SCOPE: {"description": "Record runs in Celltrail", "subscopes": [READ_SCOPE]},
}
SERVER_SCOPES = ["users:activity!user", "access:servers!server", ACCESS_SCOPE, WRITE_SCOPE]
"""Of a server's own token."""


def configure_scopes(c: Any) -> None:
    """Let users and their servers in to the tracking server, and a server's token do no more."""
    c.JupyterHub.custom_scopes = SCOPES
    c.JupyterHub.extra_user_scopes = {ACCESS_SCOPE, READ_SCOPE, WRITE_SCOPE}
    c.Spawner.server_token_scopes = list(SERVER_SCOPES)
