"""The IPython surface of Celltrail: cell hooks, `%track` and `%%track`.

It turns what IPython reports into calls of `celltrail.session`; it stores and sends nothing
itself. IPython is imported only when the extension is loaded.
"""

from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """Begin to record the cells of `shell` and add `%track`; a second call changes nothing."""
    # The thread that ships needs it; imported there, it would hold up the first cells.
    import httpx  # noqa: F401

    from celltrail_magics.magics import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Stop recording the cells of `shell`."""
    from celltrail_magics.magics import unload

    unload(shell)


def stale_cells() -> Any:
    """Return which cells are stale, as JSON: JupyterLab asks for it by this name."""
    from celltrail_magics.marks import stale_cells as found

    return found()
