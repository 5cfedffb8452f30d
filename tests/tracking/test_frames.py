from hypothesis import given
from hypothesis import strategies as st

from celltrail.frames import frame, read_frames

payloads = st.lists(st.binary(min_size=1, max_size=40), max_size=8)


@given(payloads)
def test_what_is_framed_comes_back(payloads: list[bytes]) -> None:
    assert list(read_frames(b"".join(map(frame, payloads)))) == payloads


@given(payloads, st.data())
def test_a_file_cut_anywhere_keeps_its_whole_frames(
    payloads: list[bytes], data: st.DataObject
) -> None:
    whole = b"".join(map(frame, payloads))
    kept = list(read_frames(whole[: data.draw(st.integers(0, len(whole)))]))
    assert kept == payloads[: len(kept)]


@given(payloads.filter(bool), st.data())
def test_a_damaged_byte_is_never_read_as_an_event(
    payloads: list[bytes], data: st.DataObject
) -> None:
    whole = bytearray(b"".join(map(frame, payloads)))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    kept = list(read_frames(bytes(whole)))
    assert len(kept) < len(payloads)
    assert kept == payloads[: len(kept)]


def test_zeros_at_the_end_of_a_file_are_no_frame() -> None:
    assert list(read_frames(frame(b"event") + bytes(64))) == [b"event"]
