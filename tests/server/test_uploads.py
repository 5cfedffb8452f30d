"""Uploads in parts: on the own API, by the client, and by MLflow's client."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from celltrail import client as client_module
from celltrail.client import Client
from celltrail.errors import UnavailableError
from celltrail_server.store.tables import uploads as uploads_table
from tests.conftest import TrackingServer
from tests.server.conftest import InProcess
from tests.server.recording import sha256_of

DATA = os.urandom(700_000)
SHA256 = sha256_of(DATA)
UPLOADS = "/api/v1/uploads"


async def begin(client: httpx.AsyncClient, data: bytes = DATA) -> str:
    answer = await client.post(UPLOADS, json={"sha256": sha256_of(data), "size_bytes": len(data)})
    assert answer.status_code == 200, answer.text
    upload_id: str = answer.json()["upload_id"]
    return f"{UPLOADS}/{upload_id}"


async def test_a_blob_is_made_of_parts_that_come_in_any_order(ada: httpx.AsyncClient) -> None:
    path = await begin(ada)
    for number, part in ((2, DATA[300_000:]), (1, b"first try"), (1, DATA[:300_000])):
        answer = await ada.put(f"{path}/parts/{number}", content=part)
        assert answer.headers["etag"] == f'"{sha256_of(part)}"'
    assert await begin(ada) == path
    parts = (await ada.get(path)).json()["parts"]
    assert parts == [
        {"number": 1, "size_bytes": 300_000}, {"number": 2, "size_bytes": 400_000}
    ]  # fmt: skip
    answer = await ada.post(f"{path}/complete")
    assert (answer.status_code, answer.json()) == (201, {"sha256": SHA256, "size_bytes": 700_000})
    assert (await ada.head(f"/api/v1/blobs/{SHA256}")).status_code == 200
    assert (await ada.get(path)).status_code == 404


async def test_an_incomplete_upload_waits_and_a_wrong_one_is_thrown_away(
    ada: httpx.AsyncClient,
) -> None:
    path = await begin(ada)
    await ada.put(f"{path}/parts/1", content=DATA[:300_000])
    answer = await ada.post(f"{path}/complete")
    assert answer.status_code == 400
    assert "has 300000 of 700000 bytes in 1 parts" in answer.json()["message"]
    await ada.put(f"{path}/parts/3", content=DATA[300_000:])
    assert "has no part 2" in (await ada.post(f"{path}/complete")).json()["message"]
    await ada.put(f"{path}/parts/1", content=b"x" * 300_000)
    await ada.put(f"{path}/parts/2", content=DATA[300_000:])
    assert (await ada.post(f"{path}/complete")).status_code == 400  # too many bytes
    assert (await ada.delete(path)).status_code == 204
    path = await begin(ada)
    await ada.put(f"{path}/parts/1", content=b"x" * 700_000)
    assert "the bytes have the sha256" in (await ada.post(f"{path}/complete")).json()["message"]
    assert (await ada.get(path)).status_code == 404
    assert (await ada.head(f"/api/v1/blobs/{SHA256}")).status_code == 404


async def test_an_upload_of_another_is_unknown(
    ada: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    path = await begin(ada)
    assert await begin(bob) != path
    for answer in (
        await bob.get(path),
        await bob.put(f"{path}/parts/1", content=b"x"),
        await bob.post(f"{path}/complete"),
        await bob.delete(path),
    ):
        assert answer.status_code == 404
    assert (await ada.get(path)).json()["parts"] == []


async def test_an_upload_expires(inside: InProcess, ada: httpx.AsyncClient) -> None:
    path = await begin(ada)
    sessions = inside.store._database._sessions  # type: ignore[attr-defined]
    with sessions.begun(writes=True) as connection:
        connection.execute(update(uploads_table).values(started_ms=1))
    assert (await ada.get(path)).status_code == 404
    assert await begin(ada) != path


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"sha256": "x", "size_bytes": 1}, 400), ({"sha256": SHA256, "size_bytes": 0}, 413),
     ({"sha256": SHA256, "size_bytes": 1 << 70}, 413), ({"sha256": SHA256, "size_bytes": -1}, 413),
     ({"sha256": SHA256, "size_bytes": 1 << 50}, 413), ([], 400)],
)  # fmt: skip
async def test_an_upload_that_cannot_be_is_refused(
    ada: httpx.AsyncClient, body: object, status: int
) -> None:
    assert (await ada.post(UPLOADS, json=body)).status_code == status


@pytest.mark.parametrize(
    ("number", "status"), [("0", 400), ("10001", 400), ("-1", 400), ("x", 404)]
)
async def test_a_part_has_a_number(ada: httpx.AsyncClient, number: str, status: int) -> None:
    path = await begin(ada)
    assert (await ada.put(f"{path}/parts/{number}", content=b"x")).status_code == status


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TrackingServer]:
    server = TrackingServer(tmp_path / "server").start()
    yield server
    server.end()


@pytest.mark.integration
def test_a_lost_connection_costs_only_the_part_that_was_under_way(
    server: TrackingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "WHOLE_BYTES", 1 << 20)
    data = os.urandom((40 << 20) + 5)
    file = tmp_path / "model.bin"
    file.write_bytes(data)
    sent: list[str] = []

    with Client(server.url, server.token) as client:
        send = client._send

        def recorded(method: str, path: str, **request: object) -> httpx.Response:
            sent.append(path.rpartition("/")[2])
            if len(sent) == 3:  # the second part
                server.kill()
            return send(method, path, **request)

        monkeypatch.setattr(client, "_send", recorded)
        with pytest.raises(UnavailableError):
            client.put_blob(sha256_of(data), file)
        server.start()
        client.put_blob(sha256_of(data), file)
        assert client.has_blob(sha256_of(data))
    assert sent[:7] == ["uploads", "1", "2", "uploads", "2", "3", "complete"]
    assert not list((server.data_dir / "blobs" / "parts").iterdir())


@pytest.mark.integration
def test_mlflows_client_sends_large_files_in_parts(
    server: TrackingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true")
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", str(1 << 20))
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", str(5 << 20))
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", server.token)
    from mlflow import MlflowClient
    from mlflow.store.artifact.http_artifact_repo import HttpArtifactRepository

    client = MlflowClient(server.url)
    run_id = client.create_run("0").info.run_id
    file = tmp_path / "weights.bin"
    file.write_bytes(os.urandom((11 << 20) + 1))
    upload_part, parts = HttpArtifactRepository._upload_part, []

    def counted(**fields: Any) -> Any:
        parts.append(fields["credential"].part_number)
        return upload_part(**fields)

    monkeypatch.setattr(HttpArtifactRepository, "_upload_part", staticmethod(counted))
    for folder in (None, "deep/er"):
        client.log_artifact(run_id, str(file), folder)
    assert sorted(parts) == [1, 1, 2, 2, 3, 3]
    for path in ("weights.bin", "deep/er/weights.bin"):
        found = client.download_artifacts(run_id, path, str(tmp_path))
        assert sha256_of(Path(found).read_bytes()) == sha256_of(file.read_bytes())
    assert not list((server.data_dir / "blobs" / "parts").iterdir())
    signed = httpx.get(
        f"{server.url}/api/2.0/mlflow-artifacts/presigned/0/{run_id}/artifacts/weights.bin",
        headers={"Authorization": f"Bearer {server.token}"},
    ).json()
    part = httpx.get(signed["url"], headers=signed["headers"] | {"Range": "bytes=0-99"})
    assert (part.status_code, part.content) == (206, file.read_bytes()[:100])
    assert signed["file_size"] == file.stat().st_size
