"""What the cluster has free, for the spawn page, which hardly waits for it."""

import asyncio
import logging
import time

import msgspec
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from celltrail_profiles.capacity import Capacity, from_json

log = logging.getLogger(__name__)

TOKEN_VARIABLE = "CELLTRAIL_CAPACITY_TOKEN"

_PATIENCE_SECONDS = 0.25  # of a page; what comes later is for the next one
_REQUEST_SECONDS = 5.0
_FRESH_SECONDS = 3.0
_RETRY_SECONDS = 15.0
_FORGOTTEN_SECONDS = 600.0


class Seen(msgspec.Struct, frozen=True):
    """What was free, and for how many seconds nothing newer is known; 0 means now."""

    capacity: Capacity
    age: float


class CapacityClient:
    """Asks one address, at most every few seconds and never twice at a time.

    Args:
        url: where `celltrail capacity` serves, such as `http://capacity:8090/capacity`.
        token: what it wants to be shown.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token
        self._etag = ""
        self._capacity: Capacity | None = None
        self._true_at = 0.0
        self._due = 0.0
        self._asking: asyncio.Task[None] | None = None
        self._trouble = ""

    async def latest(self) -> Seen | None:
        """Return what was free last, after a quarter of a second at most; None if nobody knows."""
        if self._asking is None and time.monotonic() >= self._due:
            self._asking = asyncio.create_task(self._ask())
        if self._asking is not None:
            await asyncio.wait([self._asking], timeout=_PATIENCE_SECONDS)
        age = time.monotonic() - self._true_at
        if self._capacity is None or age > _FORGOTTEN_SECONDS:
            return None
        return Seen(self._capacity, age if self._is_old(age) else 0.0)

    def _is_old(self, age: float) -> bool:
        return age > _FRESH_SECONDS + _REQUEST_SECONDS

    async def _ask(self) -> None:
        wait = _RETRY_SECONDS
        try:
            await self._take()
        except Exception as error:  # of sockets, TLS, HTTP and JSON: the page does without
            self._say(str(error) or type(error).__name__)
        else:
            self._say("")
            wait = _FRESH_SECONDS
        finally:
            self._due = time.monotonic() + wait
            self._asking = None

    async def _take(self) -> None:
        headers = {"Authorization": f"Bearer {self._token}", "If-None-Match": self._etag}
        request = HTTPRequest(
            self._url,
            headers=headers,
            connect_timeout=_REQUEST_SECONDS,
            request_timeout=_REQUEST_SECONDS,
            follow_redirects=False,  # the token is for one address
        )
        answer = await AsyncHTTPClient().fetch(request, raise_error=False)
        if answer.code == 200:
            self._capacity = from_json(answer.body)
            self._etag = answer.headers.get("ETag", "")
        elif answer.code != 304:
            raise ValueError(f"{answer.code} {answer.reason}")
        self._true_at = time.monotonic() - int(answer.headers.get("Age", "0"))

    def _say(self, trouble: str) -> None:
        """Tell the log of a trouble when it comes, not each time that it is there."""
        if trouble and trouble != self._trouble:
            log.warning("What is free is not known: %s: %s", self._url, trouble)
        self._trouble = trouble
