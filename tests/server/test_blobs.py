"""Places for blobs keep their contract: a folder, and buckets that speak S3."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from celltrail.cli import main
from celltrail.errors import InvalidError, UnavailableError
from celltrail_server.blobs.base import Blobs
from celltrail_server.blobs.folder import BlobFolder
from celltrail_server.blobs.opening import open_blobs
from tests.conftest import TrackingServer
from tests.server.contract.blobs import MAX_BYTES, BlobContract, put
from tests.server.object_stores import (
    AZURE_ACCOUNT,
    AZURE_KEY,
    KEYS,
    azurite,
    create_container,
    s3_client,
    s3_server,
)
from tests.server.recording import sha256_of


class TestFolder(BlobContract):
    @pytest.fixture
    def blobs(self, tmp_path: Path) -> BlobFolder:
        return BlobFolder(tmp_path / "blobs", MAX_BYTES)


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    with s3_server() as endpoint:
        yield endpoint


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of a new bucket's folder, with what is needed to get there in the environment."""
    name = f"test-{uuid.uuid4().hex}"
    s3_client(s3).create_bucket(Bucket=name)
    for key, value in KEYS.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3)
    return f"s3://{name}/some/trail"


class TestS3(BlobContract):
    @pytest.fixture
    def blobs(self, bucket: str, tmp_path: Path) -> Blobs:
        return open_blobs(bucket, tmp_path, MAX_BYTES)


@pytest.fixture(scope="session")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with azurite(tmp_path_factory.mktemp("azurite")) as address:
        yield address


@pytest.mark.integration
class TestAzure(BlobContract):
    @pytest.fixture
    def blobs(self, azure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blobs:
        name = f"test-{uuid.uuid4().hex}"
        create_container(azure, name)
        monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", AZURE_ACCOUNT)
        monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", AZURE_KEY)
        monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", azure)
        return open_blobs(f"az://{name}/some/trail", tmp_path, MAX_BYTES)


async def test_objects_lie_below_the_prefix_like_files_in_the_folder(
    bucket: str, s3: str, tmp_path: Path
) -> None:
    await put(open_blobs(bucket, tmp_path, MAX_BYTES), b"x")
    await put(open_blobs(f"file://{tmp_path}/store", tmp_path, MAX_BYTES), b"x")
    name = sha256_of(b"x")
    listed = s3_client(s3).list_objects_v2(Bucket=bucket.split("/")[2])["Contents"]
    assert [one["Key"] for one in listed] == [f"some/trail/{name[:2]}/{name}"]
    assert (tmp_path / "store" / name[:2] / name).read_bytes() == b"x"


async def test_a_signed_address_gives_the_blob_to_who_has_no_key(
    bucket: str, tmp_path: Path
) -> None:
    blobs = open_blobs(bucket, tmp_path, MAX_BYTES)
    await put(blobs, b"shown")
    url = await blobs.sign(sha256_of(b"shown"), 60)
    assert url is not None
    assert httpx.get(url).content == b"shown"
    assert await BlobFolder(tmp_path / "blobs", 1).sign(sha256_of(b"shown"), 60) is None


async def test_a_bucket_that_is_not_there_is_unavailable(bucket: str, tmp_path: Path) -> None:
    blobs = open_blobs("s3://no-such-bucket/x", tmp_path, MAX_BYTES)
    with pytest.raises(UnavailableError, match="s3://no-such-bucket/x does not answer"):
        await put(blobs, b"x")


@pytest.mark.parametrize(
    "url",
    ["blobs", "/srv/blobs", "s3://", "http://host/x", "file://host/x", "file:///", "s3://a:b@c/d",
     "s3://bucket?region=x", "gs:/bucket"],
)  # fmt: skip
def test_a_place_that_cannot_be_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match="must be s3://BUCKET/PREFIX"):
        open_blobs(url, tmp_path, MAX_BYTES)


@pytest.mark.integration
def test_a_server_keeps_its_artifacts_in_a_bucket_and_a_backup_brings_them_home(
    bucket: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = TrackingServer(tmp_path / "d", "--artifacts", bucket).start()
    data = bytes(range(256)) * 80_000
    with server.client() as client:
        run = client.post("/api/2.0/mlflow/runs/create", json={}).json()["run"]["info"]["run_id"]
        path = f"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/model.bin"
        assert client.put(path, content=data).status_code == 200
        assert client.get(path).content == data
        assert client.get(path, headers={"Range": "bytes=9000000-9000003"}).content == bytes(
            (9_000_000 + i) % 256 for i in range(4)
        )
        url = f"/api/v1/blobs/{sha256_of(data)}"
        assert client.head(url).status_code == 200
        for signed in (
            client.get(f"/api/v1/runs/{run}/artifacts/model.bin?presigned=1").json(),
            client.get(path.replace("/artifacts/0", "/presigned/0")).json(),
        ):
            assert httpx.get(signed["url"], headers={"Range": "bytes=1-2"}).content == b"\x01\x02"
    server.end()
    place = ("--data-dir", str(tmp_path / "d"), "--artifacts", bucket)
    assert main(["db", "backup", str(tmp_path / "b"), *place]) == 0
    assert main(["db", "restore", str(tmp_path / "b"), "--data-dir", str(tmp_path / "home")]) == 0
    name = sha256_of(data)
    assert (tmp_path / "home" / "blobs" / name[:2] / name).read_bytes() == data
    assert not (tmp_path / "d" / "blobs").exists()
