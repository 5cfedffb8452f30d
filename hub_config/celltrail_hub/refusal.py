"""How a start is refused or given up, so that its user reads why."""

import html


def refusal(
    message: str, reason: str, status: int, log_message: str = "", again_url: str = ""
) -> Exception:
    """Return JupyterHub's `SpawnException`: no fault of the hub, which it does not stop for.

    `message` is for the user, `log_message` for the hub's log alone; `reason` is one of a few short
    words, for metrics; `again_url` is where the user may choose again, if not here.
    """
    from jupyterhub.spawner import SpawnException  # type: ignore[import-untyped]

    exception: Exception = SpawnException(
        message, reason=reason, status_code=status, log_message=_line(log_message)
    )
    # The page and the stream of a start that failed know only this; else the stream has the log's.
    exception.jupyterhub_message = message  # type: ignore[attr-defined]
    if again_url:
        link = f'<a href="{html.escape(again_url)}">Choose again</a>'
        exception.jupyterhub_html_message = (  # type: ignore[attr-defined]
            f"Not started. {html.escape(message)} {link}"
        )
    return exception


def _line(text: str) -> str:
    """Return a text as one line: what a server said last is not to look like others' lines."""
    words = " ".join(text.split())
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in words)
