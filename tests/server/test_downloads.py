"""Downloads: ranges, entity tags, and what a client that has the bytes is spared."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from celltrail_server.routes.ranges import parse_range
from tests.server.recording import record, sha256_of

DATA = bytes(range(256)) * 4000
TAG = f'"{sha256_of(DATA)}"'


async def address(client: httpx.AsyncClient) -> str:
    run_id, _ = await record(client, DATA)
    return f"/api/v1/runs/{run_id}/artifacts/plots/a.png"


async def test_a_whole_file_says_its_tag_and_that_ranges_are_served(ada: httpx.AsyncClient) -> None:
    answer = await ada.get(await address(ada))
    assert (answer.status_code, answer.content) == (200, DATA)
    assert (answer.headers["etag"], answer.headers["accept-ranges"]) == (TAG, "bytes")


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [("bytes=0-9", 0, 10), ("bytes=1000000-", 1_000_000, len(DATA)),
     ("bytes=-5", len(DATA) - 5, len(DATA)), ("bytes=7-99999999", 7, len(DATA))],
)  # fmt: skip
async def test_a_range_is_answered_with_these_bytes(
    ada: httpx.AsyncClient, wanted: str, start: int, stop: int
) -> None:
    answer = await ada.get(await address(ada), headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (206, DATA[start:stop])
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(DATA)}"
    assert answer.headers["content-length"] == str(stop - start)


async def test_a_range_beyond_the_end_is_416(ada: httpx.AsyncClient) -> None:
    answer = await ada.get(await address(ada), headers={"Range": f"bytes={len(DATA)}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(DATA)}"
    assert "no bytes" in answer.json()["message"]


@pytest.mark.parametrize(
    "wanted", ["lines=0-1", "bytes=0-1,5-6", "bytes=9-3", "bytes=-", "bytes=x"]
)
async def test_what_is_no_single_range_gets_the_whole_file(
    ada: httpx.AsyncClient, wanted: str
) -> None:
    answer = await ada.get(await address(ada), headers={"Range": wanted})
    assert (answer.status_code, len(answer.content)) == (200, len(DATA))


async def test_who_has_the_bytes_is_not_sent_them_again(ada: httpx.AsyncClient) -> None:
    url = await address(ada)
    for known in (TAG, f'"x", W/{TAG}', "*"):
        answer = await ada.get(url, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == TAG
    assert (await ada.get(url, headers={"If-None-Match": '"x"'})).status_code == 200


async def test_a_range_of_another_version_gets_the_whole_file(ada: httpx.AsyncClient) -> None:
    url = await address(ada)
    for tag, status in ((TAG, 206), ('"x"', 200)):
        answer = await ada.get(url, headers={"Range": "bytes=0-1", "If-Range": tag})
        assert answer.status_code == status


async def test_mlflows_proxy_serves_ranges_too(ada: httpx.AsyncClient) -> None:
    run_id, _ = await record(ada, DATA)
    url = f"/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/plots/a.png"
    answer = await ada.get(url, headers={"Range": "bytes=256-257"})
    assert (answer.status_code, answer.content) == (206, b"\x00\x01")


@given(st.text(max_size=30), st.integers(0, 100))
def test_no_header_is_more_than_a_range_of_the_file(header: str, size_bytes: int) -> None:
    for text in (header, f"bytes={header}"):
        try:
            part = parse_range(text, size_bytes)
        except ValueError:
            continue
        assert part is None or 0 <= part[0] < part[1] <= size_bytes
