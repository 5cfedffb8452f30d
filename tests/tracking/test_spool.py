import hashlib
import io
import os
import signal
import threading
from contextlib import suppress
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
    log = stream.path / "events-1.log"
    log.write_bytes(log.read_bytes()[:-3])
    orphan = Stream.adopt(stream.path)
    assert orphan is not None
    orphan.append(b"third")
    assert read_all(orphan) == [b"first", b"third"]
    assert orphan.waiting_events == 2


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
    blobs = [stream.blobs.keep(io.BytesIO(content)) for _ in range(2)]
    assert blobs[0] == blobs[1]
    assert blobs[0].sha256 == hashlib.sha256(content).hexdigest()
    assert blobs[0].size_bytes == len(content)
    assert [file.name for file in (stream.path / "blobs").iterdir()] == [blobs[0].sha256]
    assert stream.blobs.path_of(blobs[0].sha256).read_bytes() == content


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


def test_a_restart_gives_back_what_is_acknowledged_and_keeps_the_rest(stream: Stream) -> None:
    for number in range(1, 1001):
        stream.append(b"event %d" % number)
    size_bytes = stream.size_bytes
    stream.acknowledge(stream.position_of(991))
    stream.restart([b"event 1"])
    stream.append(b"event 1001")
    assert stream.size_bytes < size_bytes / 50
    assert (stream.waiting_events, stream.acked) == (11, Position(991))
    stream.close()
    orphan = Stream.adopt(stream.path)
    assert orphan is not None
    assert orphan.acked == Position(991)
    assert read_all(orphan) == [b"event %d" % number for number in range(991, 1002)]
    assert orphan.opened == [b"event 1"]


def test_threads_lose_nothing_in_restarts(stream: Stream) -> None:
    def write(thread: int) -> None:
        for number in range(2000):
            stream.append(b"%d %d" % (thread, number))

    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    seen: list[bytes] = []
    while any(thread.is_alive() for thread in threads) or stream.waiting_events:
        portion = stream.read(stream.acked, max_events=100, max_bytes=4096)
        seen += portion
        stream.acknowledge(advanced(stream.acked, portion))
        stream.restart([])
    assert sorted(seen) == sorted(b"%d %d" % (t, n) for t in range(4) for n in range(2000))
    assert stream.acked.next_seq == 8001


def test_a_restart_that_was_killed_at_its_end_leaves_one_log(stream: Stream) -> None:
    old = stream.path / "events-1.log"
    stream.append(b"first")
    stream.append(b"second")
    before = old.read_bytes()
    stream.acknowledge(stream.position_of(2))
    stream.restart([])
    stream.close()
    old.write_bytes(before)
    orphan = Stream.adopt(stream.path)
    assert orphan is not None
    assert read_all(orphan) == [b"second"]
    assert not old.exists()


def test_a_server_that_lost_what_is_gone_is_told_what_is_open(stream: Stream) -> None:
    for event in (b"run", b"metric", b"later"):
        stream.append(event)
    stream.acknowledge(stream.position_of(3))
    stream.restart([b"run"])
    stream.renumber(1)
    assert read_all(stream) == [b"run", b"later"]
    assert (stream.acked, stream.waiting_events) == (Position(1), 2)
    stream.close()
    orphan = Stream.adopt(stream.path)
    assert orphan is not None
    assert orphan.waiting_events == 2


def test_interrupts_at_any_moment_leave_every_event_whole_and_waiting(stream: Stream) -> None:
    interrupts, returned = 0, 0

    def interrupt(*_: object) -> None:
        nonlocal interrupts
        interrupts += 1
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        while interrupts < 1000:
            with suppress(KeyboardInterrupt):
                signal.setitimer(signal.ITIMER_REAL, 0.0005)
                while True:
                    stream.append(b"%d" % returned)
                    returned += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    written = read_all(stream)
    # An event may be written by a call that an interrupt keeps from returning.
    assert sorted(set(map(int, written))) == list(range(max(map(int, written)) + 1))
    assert returned <= len(written) <= returned + interrupts
    assert stream.waiting_events == len(written)
    stream.acknowledge(advanced(Position(), written[:-1]))
    assert not stream.is_shipped
