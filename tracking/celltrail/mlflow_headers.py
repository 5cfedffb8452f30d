"""Tells a server of MLflow's API which cell run logs, and shows our own server our token.

MLflow's client finds the class by its entry point `mlflow.request_header_provider` and only asks
for the two methods, so that MLflow need not be installed.
"""

import os
import sys

from celltrail.embedded import Server, known_server
from celltrail.session import current_session

USER_CREDENTIALS = ("MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_AUTH")


class CelltrailHeaderProvider:
    """The headers that each request of MLflow's client gets from this process."""

    def in_context(self) -> bool:
        """Return True: what there is to send is decided request by request."""
        return True

    def request_headers(self) -> dict[str, str]:
        """Return the running cell's id, and the token if MLflow talks to our server."""
        headers = {}
        if execution_id := current_session().execution_id:
            headers["X-Celltrail-Execution"] = execution_id
        if token := _our_token():
            headers["Authorization"] = f"Bearer {token}"
        return headers


def reports_to_us() -> bool:
    """Whether MLflow, if it is imported, talks to the tracking server of this process."""
    return _our_server() is not None


def _our_token() -> str | None:
    if any(os.environ.get(name) for name in USER_CREDENTIALS):
        return None
    server = _our_server()
    return server.token if server else None


def _our_server() -> Server | None:
    server = known_server(current_session().settings)
    return server if server and _is_at(_tracking_uri(), server.url) else None


def _tracking_uri() -> str:
    mlflow = sys.modules.get("mlflow")  # there, since MLflow's client is asking
    return str(mlflow.get_tracking_uri()) if mlflow else ""


def _is_at(uri: str, url: str) -> bool:
    # Not only the same host: behind a hub's proxy other services share it.
    return uri.rstrip("/") == url or uri.startswith(f"{url}/")
