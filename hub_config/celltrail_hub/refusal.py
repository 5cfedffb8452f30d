"""How a start is refused or given up, so that its user reads why."""


def refusal(message: str, reason: str, status: int, log_message: str = "") -> Exception:
    """Return JupyterHub's `SpawnException`: no fault of the hub, which it does not stop for.

    `message` is for the user, `log_message` for the hub's log alone; `reason` is one of a few short
    words, for metrics.
    """
    from jupyterhub.spawner import SpawnException  # type: ignore[import-untyped]

    exception: Exception = SpawnException(
        message, reason=reason, status_code=status, log_message=log_message
    )
    # The page and the stream of a start that failed know only this; else the stream has the log's.
    exception.jupyterhub_message = message  # type: ignore[attr-defined]
    return exception
