"""The HTTP client of the tracking server, as `docs/wire.md` describes it.

One place knows how the server's answers become errors: everything here raises only
`CelltrailError`s. The client neither retries nor keeps anything.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

import msgspec

from celltrail.errors import (
    CelltrailError,
    ConflictError,
    DeniedError,
    InvalidError,
    NotFoundError,
    UnavailableError,
)
from celltrail.events import BatchAnswer, EventBatch

if TYPE_CHECKING:
    import httpx

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_ERRORS: Mapping[int, type[CelltrailError]] = {
    400: InvalidError,
    401: DeniedError,
    403: DeniedError,
    404: NotFoundError,
    409: ConflictError,
    413: InvalidError,
    422: InvalidError,
}
_BY_PROXIES = frozenset({401, 403, 413})
"""What means the same whoever answers it."""


WHOLE_BYTES = 64 << 20
"""Larger files are sent in parts."""

PIECE_BYTES = 1 << 18
COMPLETE_SECONDS = 1800


class Part(msgspec.Struct):
    """A part of an upload that the server has."""

    number: int
    size_bytes: int


class Upload(msgspec.Struct):
    """How far an upload in parts has come, and how large the server wants each part to be."""

    upload_id: str
    part_bytes: int
    parts: list[Part]


class StreamGapError(ConflictError):
    """The server misses events of a stream; it wants them from `next_seq` on."""

    code = "STREAM_GAP"

    def __init__(self, message: str, next_seq: int) -> None:
        super().__init__(message)
        self.next_seq = next_seq


class Client:
    """Talks to the server at `url` with `token`; may be used from several threads."""

    def __init__(self, url: str, token: str | None, timeout_seconds: float = 30) -> None:
        # A quarter of a second to import: kernels and scripts get here in the background.
        import httpx

        self.url = url.rstrip("/")
        try:
            self._http = httpx.Client(
                base_url=self.url,
                headers={"Authorization": f"Bearer {token}"} if token else {},
                timeout=timeout_seconds,
                # A proxy of the environment cannot reach a server on this machine.
                trust_env=urlsplit(self.url).hostname not in _LOOPBACK,
                # Reading all certificates takes a tenth of a second of a kernel's time.
                verify=urlsplit(self.url).scheme == "https",
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise _no_address(url) from error

    def get_json(self, path: str, **params: str | int | list[str]) -> dict[str, Any]:
        """Return the decoded answer to `GET path`."""
        return self._decode(self._send("GET", path, params=params), dict)

    def post_events(self, stream: str, batch: EventBatch) -> BatchAnswer:
        """Send events; raises `StreamGapError` if the server misses earlier ones."""
        answer = self._send(
            "POST",
            f"/api/v1/streams/{stream}/events",
            content=msgspec.msgpack.encode(batch),
            headers={"Content-Type": "application/msgpack"},
        )
        return self._decode(answer, BatchAnswer)

    def has_blob(self, sha256: str) -> bool:
        """Return whether the server holds the bytes with this hash."""
        try:
            self._send("HEAD", f"/api/v1/blobs/{sha256}")
        except NotFoundError:
            return False
        return True

    def put_blob(self, sha256: str, file: Path) -> None:
        """Upload `file`, whose hash is `sha256`, without reading it into memory.

        A large one goes in parts: those that arrived before a connection was lost are not sent
        again by the next call.
        """
        size_bytes = file.stat().st_size
        with file.open("rb") as content:
            if size_bytes <= WHOLE_BYTES:
                self._send("PUT", f"/api/v1/blobs/{sha256}", content=content)
            else:
                self._put_parts(sha256, size_bytes, content)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _put_parts(self, sha256: str, size_bytes: int, content: BinaryIO) -> None:
        wanted = {"sha256": sha256, "size_bytes": size_bytes}
        upload = self._decode(self._send("POST", "/api/v1/uploads", json=wanted), Upload)
        path = f"/api/v1/uploads/{upload.upload_id}"
        there = {part.number: part.size_bytes for part in upload.parts}
        for index, start in enumerate(range(0, size_bytes, upload.part_bytes)):
            length = min(upload.part_bytes, size_bytes - start)
            if there.get(index + 1) != length:
                self._send(
                    "PUT",
                    f"{path}/parts/{index + 1}",
                    # In pieces: a whole part would stay in memory until Python looks for cycles.
                    content=_pieces(content, start, length),
                    headers={"Content-Length": str(length)},
                )
        # The server reads all of it once more before it answers.
        self._send("POST", f"{path}/complete", timeout=COMPLETE_SECONDS)

    def _send(self, method: str, path: str, **request: Any) -> "httpx.Response":
        with _network_errors(self.url):
            answer = self._http.request(method, path, **request)
        if not answer.is_success:
            raise _error_of(answer, self.url)
        if _is_page(answer):
            raise UnavailableError(f"{self.url} answers with a web page, as of a proxy's login")
        return answer

    def _decode[T](self, answer: "httpx.Response", kind: type[T]) -> T:
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except msgspec.DecodeError as error:
            raise UnavailableError(
                f"{self.url} does not answer like a Celltrail server ({error})"
            ) from error


def _pieces(content: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    content.seek(start)
    for position in range(0, length, PIECE_BYTES):
        yield content.read(min(PIECE_BYTES, length - position))


@contextmanager
def _network_errors(url: str) -> Iterator[None]:
    import httpx

    try:
        yield
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise _no_address(url) from error
    except httpx.TransportError as error:
        reason = str(error) or type(error).__name__
        raise UnavailableError(f"no tracking server answers at {url} ({reason})") from error


def _no_address(url: str) -> UnavailableError:
    return UnavailableError(
        f"CELLTRAIL_URL is {url!r}, which is no address such as http://localhost:8000"
    )


def _is_page(answer: "httpx.Response") -> bool:
    """Whether not a Celltrail server has answered, but something on the way to it."""
    return "text/html" in answer.headers.get("Content-Type", "")


def _error_of(answer: "httpx.Response", url: str) -> CelltrailError:
    try:
        body = msgspec.json.decode(answer.content)
    except msgspec.DecodeError:
        body = None
    if not isinstance(body, dict):
        body = {"message": f"{url} answered {answer.status_code} {answer.reason_phrase}"}
    message = str(body.get("message"))
    if body.get("error_code") == StreamGapError.code:
        return StreamGapError(message, int(body["next_seq"]))
    # What a server says of an event or a file is final; what a proxy says may be over soon.
    is_final = answer.status_code in _BY_PROXIES or not _is_page(answer)
    kind = _ERRORS.get(answer.status_code) if is_final else None
    return (kind or UnavailableError)(message)
