from typing import get_args

import pytest

from celltrail.events import ArtifactLogged, CellEnded, Event, RunEnded, encode_event, kind_of

EVENTS = [
    RunEnded("1" * 32, "FINISHED", 0),
    CellEnded("1" * 32, "ok", 1.5),
    ArtifactLogged("1" * 32, "a", "0" * 64, 1, 0, execution_id="2" * 32),
]


@pytest.mark.parametrize("event", EVENTS)
def test_the_kind_of_an_event_is_known_without_decoding_it(event: Event) -> None:
    assert kind_of(encode_event(event)) == type(event).__struct_config__.tag.encode()


def test_no_event_has_a_name_or_fields_that_the_short_look_misses() -> None:
    for kind in get_args(Event):
        assert len(kind.__struct_config__.tag) < 32
        assert len(kind.__struct_fields__) < 15


@pytest.mark.parametrize("data", [b"", b"\x81", b"\x81\xa4type", b"run_ended", b"\x93\x01\x02\x03"])
def test_what_is_no_event_has_no_kind(data: bytes) -> None:
    assert kind_of(data) == b""
