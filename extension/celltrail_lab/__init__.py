"""The Jupyter Server extension behind the Lab panels.

It passes the panels' requests on to the tracking server with the user's token, which the browser
never sees; makes pipelines of notebooks; starts the embedded tracking server; and ships what ended
kernels have left in the spool. It keeps no records of its own.
"""

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": "celltrail_lab"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:
    from celltrail_lab.extension import load

    load(serverapp)


async def _start_jupyter_server_extension(serverapp: Any) -> None:
    from celltrail_lab.extension import start

    start(serverapp)
