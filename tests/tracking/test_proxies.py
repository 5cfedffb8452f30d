"""What stands between a process and its server may answer in its place, and settles nothing."""

import http.server
import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from celltrail.client import Client
from celltrail.errors import InvalidError, UnavailableError
from celltrail.events import ArtifactLogged, encode_event
from celltrail.shipper import ship_batch
from celltrail.spool import Stream


class Page(http.server.BaseHTTPRequestHandler):
    """A web page for every request, with a status of choice."""

    status = 200

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        page = b"<html>Please log in</html>"
        self.send_response(self.status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page)

    do_GET = do_HEAD = do_POST = do_PUT = _answer

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def client() -> Iterator[Client]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        with Client(f"http://127.0.0.1:{server.server_port}", None) as client:
            yield client
        server.shutdown()
        thread.join()


def test_a_login_page_takes_no_file_and_no_event(client: Client, tmp_path: Path) -> None:
    stream = Stream.create(tmp_path, url=None)
    blob = stream.blobs.keep(io.BytesIO(b"plot"))
    stream.append(encode_event(ArtifactLogged("a" * 32, "plot", blob.sha256, 4, 1)))
    with pytest.raises(UnavailableError, match="web page"):
        ship_batch(stream, client)
    with pytest.raises(UnavailableError, match="web page"):
        client.put_blob(blob.sha256, stream.blobs.path_of(blob.sha256))
    assert stream.blobs.path_of(blob.sha256).exists()
    assert not stream.is_shipped


@pytest.mark.parametrize(
    ("status", "error"), [(404, UnavailableError), (422, UnavailableError), (413, InvalidError)]
)
def test_only_a_limit_of_a_proxy_is_final(
    status: int,
    error: type[Exception],
    client: Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Page, "status", status)
    file = tmp_path / "file"
    file.write_bytes(b"plot")
    with pytest.raises(error):
        client.put_blob("a" * 64, file)
