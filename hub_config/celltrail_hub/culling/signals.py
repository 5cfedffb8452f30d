"""What a user's server says of its use, and what the hub tells it, over HTTP.

The hub asks, so that a server needs no right at the hub. What it says is its user's word: it moves
when the server is stopped, within what the policy allows, and nothing else.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from celltrail_hub.culling.decision import Cause, Known

_TIMEOUT_SECONDS = 5
_LARGEST_ANSWER = 4096

type Seconds = Annotated[float, Meta(ge=0)]


class Signals(msgspec.Struct, frozen=True):
    """How long ago a server was used; 0: it is in use."""

    kernel_idle_seconds: Seconds
    connection_idle_seconds: Seconds
    gpu_idle_seconds: Seconds | None = None
    keep_seconds: Seconds = 0
    """For how long its user wants it to be spared."""


class Warned(msgspec.Struct, frozen=True):
    """That the server will be stopped, said to its user in Lab."""

    stop_in_seconds: float
    cause: Cause
    reason: str


class Notice(msgspec.Struct, frozen=True):
    """What a server is told about itself. Times are from now: its clock may be another."""

    warning: Warned | None
    keep_at_most_seconds: float
    """For how long its user may ask to be spared; 0: not at all."""

    gpu_idle_below: float
    """Percent of use."""

    look_seconds: float
    """How often the hub looks."""


async def exchange(url: str, token: str, notice: Notice) -> Signals | None:
    """Tell the server at `url` the notice; return what it says, None if it does not answer.

    token: the server's own, which it knows the hub by.
    """
    import aiohttp
    from jupyterhub.httpclient import fetch  # type: ignore[import-untyped]

    try:
        answer = await fetch(
            f"{url}celltrail/culling/look",
            method="POST",
            json=msgspec.to_builtins(notice),
            headers={"Authorization": f"token {token}"},
            timeout=aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS),
            allow_redirects=False,
        )
        async with answer:
            body = b""
            async for chunk in answer.content.iter_chunked(_LARGEST_ANSWER):
                body += chunk
                if len(body) > _LARGEST_ANSWER:
                    return None
        return msgspec.json.decode(body, type=Signals)
    except (aiohttp.ClientError, OSError, TimeoutError, msgspec.DecodeError):
        return None


def known_of(
    signals: Signals | None,
    before: Known | None,
    *,
    started: float,
    last_activity: float,
    keep_at_most_seconds: float,
    now: float,
) -> Known:
    """Return what is known of a server after it was asked.

    Args:
        signals: what it said, or None.
        before: what was known before.
        started: when it was started.
        last_activity: as JupyterHub knows it; what counts for a server that does not answer.
        keep_at_most_seconds: for how long its user may ask to be spared.
        now: when it was asked.
    """
    if signals is not None:
        gpu = signals.gpu_idle_seconds
        return Known(
            started,
            kernel=max(started, now - signals.kernel_idle_seconds),
            connection=max(started, now - signals.connection_idle_seconds),
            gpu=None if gpu is None else max(started, now - gpu),
            keep_until=now + min(signals.keep_seconds, keep_at_most_seconds),
        )
    known = before or Known(started, started, started, started)
    return msgspec.structs.replace(
        known,
        kernel=max(known.kernel, last_activity),
        connection=max(known.connection, last_activity),
        gpu=None if known.gpu is None else max(known.gpu, last_activity),
        answers=False,
    )
