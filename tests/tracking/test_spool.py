import hashlib
import io
import os
from pathlib import Path

import pytest

from celltrail.spool import Position, Stream, advanced, list_streams


@pytest.fixture
def stream(tmp_path: Path) -> Stream:
    return Stream.create(tmp_path / "spool", url=None)


def read_all(stream: Stream) -> list[bytes]:
    return list(stream.payloads())


def test_events_come_back_in_order_and_in_portions(stream: Stream) -> None:
    events = [b"%d" % number for number in range(25)]
    for event in events:
        stream.append(event)
    position, seen = Position(), []
    while portion := stream.read(position, max_events=10, max_bytes=1 << 20):
        seen.append(portion)
        position = advanced(position, portion)
    assert [len(portion) for portion in seen] == [10, 10, 5]
    assert [event for portion in seen for event in portion] == events


def test_an_event_larger_than_a_portion_comes_whole(stream: Stream) -> None:
    large = os.urandom(100_000)
    stream.append(large)
    stream.append(b"next")
    assert stream.read(Position(), max_events=10, max_bytes=1000) == [large]
    assert read_all(stream) == [large, b"next"]


def test_a_stream_that_is_written_cannot_be_adopted_and_an_orphan_can(stream: Stream) -> None:
    stream.append(b"event")
    assert Stream.adopt(stream.path) is None
    stream.close()
    orphan = Stream.adopt(stream.path)
    assert orphan is not None
    assert read_all(orphan) == [b"event"]
    assert orphan.meta == stream.meta


def test_adopting_cuts_a_torn_tail_so_that_writing_can_go_on(stream: Stream) -> None:
    stream.append(b"first")
    stream.append(b"second")
    stream.close()
    log = stream.path / "events.log"
    log.write_bytes(log.read_bytes()[:-3])
    orphan = Stream.adopt(stream.path)
    assert orphan is not None
    orphan.append(b"third")
    assert read_all(orphan) == [b"first", b"third"]
    assert orphan.last_seq == 2


def test_what_is_acknowledged_is_remembered_by_the_next_process(stream: Stream) -> None:
    stream.append(b"first")
    stream.append(b"second")
    stream.acknowledge(stream.position_of(2))
    stream.close()
    orphan = Stream.adopt(stream.path)
    assert orphan is not None
    assert orphan.read(orphan.acked, 10, 1000) == [b"second"]
    assert not orphan.is_shipped
    orphan.acknowledge(orphan.position_of(3))
    assert orphan.is_shipped


def test_a_damaged_acknowledgement_means_sending_again(stream: Stream) -> None:
    stream.append(b"first")
    stream.close()
    (stream.path / "acked.json").write_bytes(b"\0\0")
    orphan = Stream.adopt(stream.path)
    assert orphan is not None
    assert orphan.acked == Position()


def test_a_file_is_kept_under_its_hash_and_once(stream: Stream) -> None:
    content = os.urandom(3_000_000)
    blobs = [stream.keep_blob(io.BytesIO(content)) for _ in range(2)]
    assert blobs[0] == blobs[1]
    assert blobs[0].sha256 == hashlib.sha256(content).hexdigest()
    assert blobs[0].size_bytes == len(content)
    assert [file.name for file in (stream.path / "blobs").iterdir()] == [blobs[0].sha256]
    assert stream.blob_path(blobs[0].sha256).read_bytes() == content


def test_a_full_disk_leaves_no_half_event(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    stream.append(b"first")
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:5]))
    with pytest.raises(OSError, match="No space left"):
        stream.append(b"second")
    monkeypatch.undo()
    stream.append(b"third")
    assert read_all(stream) == [b"first", b"third"]


def test_only_the_user_can_read_the_spool(stream: Stream) -> None:
    assert stream.path.stat().st_mode & 0o077 == 0


def test_a_deleted_stream_is_gone_from_the_list(stream: Stream) -> None:
    assert list_streams(stream.path.parent) == [stream.path]
    stream.delete()
    stream.close()
    assert list_streams(stream.path.parent) == []
    assert Stream.adopt(stream.path) is None
