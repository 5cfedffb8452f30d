"""One request to a receiver: signed, to a checked address, and without waiting forever.

Headers and signature are those of MLflow (`mlflow.webhooks.delivery`), which follow the convention
of standardwebhooks.com.
"""

import asyncio
import base64
import hashlib
import hmac
import time
from typing import TYPE_CHECKING, NamedTuple

from celltrail import __version__
from celltrail.errors import UnavailableError
from celltrail_server.webhooks.addresses import Allowed

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 10
MAX_ANSWER_BYTES = 16_384


class Answer(NamedTuple):
    """What a receiver said: the first part of it, as text."""

    status: int
    text: str


def signature(secret: str, delivery_id: str, timestamp: str, body: str) -> str:
    """Return `v1,` and the base64 of HMAC-SHA256 over `ID.TIMESTAMP.BODY`."""
    signed = f"{delivery_id}.{timestamp}.{body}".encode()
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


class Sender:
    """Sends requests to where `allowed` lets it. Redirects and proxies are not followed."""

    def __init__(
        self, allowed: Allowed | None = None, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self._allowed = allowed or Allowed()
        self._timeout_seconds = timeout_seconds
        self._transport: httpx.AsyncHTTPTransport | None = None

    async def check(self, url: str) -> None:
        """Raise `InvalidError` for a URL to which nothing would be sent."""
        await self._allowed.addresses(url)

    async def send(self, url: str, delivery_id: str, body: str, secret: str | None) -> Answer:
        """Return the receiver's answer, whatever its status.

        Raises `InvalidError` for a URL that may not be asked, `UnavailableError` without an answer.
        """
        addresses = await self._allowed.addresses(url)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._post(url, addresses, _headers(delivery_id, body, secret), body)
        except TimeoutError as error:
            raise UnavailableError(
                f"the receiver did not answer within {self._timeout_seconds:g} s"
            ) from error

    async def close(self) -> None:
        """Close the connections."""
        if self._transport is not None:
            await self._transport.aclose()

    async def _post(
        self, url: str, addresses: list[str], headers: dict[str, str], body: str
    ) -> Answer:
        import httpx  # 0.1 s that only those who have webhooks pay

        if self._transport is None:
            # No connection is used twice: one to an address must not serve another name there.
            limits = httpx.Limits(max_keepalive_connections=0)
            self._transport = httpx.AsyncHTTPTransport(limits=limits)
        target = httpx.URL(url)
        failure: httpx.TransportError | None = None
        for address in addresses:
            request = httpx.Request(
                "POST",
                target.copy_with(host=address),
                headers=headers | {"Host": target.netloc.decode()},
                content=body.encode(),
                extensions={"sni_hostname": target.raw_host.decode()},
            )
            try:
                return await _read(await self._transport.handle_async_request(request))
            except httpx.ConnectError as error:
                failure = error
            except httpx.TransportError as error:
                raise _unavailable(error) from error
        raise _unavailable(failure) from failure


async def _read(response: "httpx.Response") -> Answer:
    text = bytearray()
    try:
        async for chunk in response.aiter_raw():
            text += chunk
            if len(text) >= MAX_ANSWER_BYTES:
                break
    finally:
        await response.aclose()
    return Answer(response.status_code, text[:MAX_ANSWER_BYTES].decode(errors="replace"))


def _headers(delivery_id: str, body: str, secret: str | None) -> dict[str, str]:
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": f"celltrail/{__version__}",
        "X-MLflow-Delivery-Id": delivery_id,
        "X-MLflow-Timestamp": timestamp,
    }
    if secret:
        headers["X-MLflow-Signature"] = signature(secret, delivery_id, timestamp, body)
    return headers


def _unavailable(error: Exception | None) -> UnavailableError:
    return UnavailableError(f"the receiver cannot be reached: {error or type(error).__name__}")
