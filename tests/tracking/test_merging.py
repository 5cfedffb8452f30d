"""Points that lie side by side travel in columns, and nothing of them changes."""

from array import array

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from celltrail.events import (
    Event,
    MetricsLogged,
    ParamsLogged,
    SeriesLogged,
    decode_event,
    encode_event,
)
from celltrail.merging import merged

points = st.builds(
    MetricsLogged,
    run_id=st.sampled_from(["a" * 32, "b" * 32]),
    metrics=st.dictionaries(
        st.sampled_from(["loss", "acc"]), st.floats(allow_nan=False), min_size=1
    ),
    step=st.integers(-(2**63), 2**63 - 1),
    time_ms=st.integers(0, 2**63 - 1),
    execution_id=st.sampled_from([None, "c" * 32]),
)
events = st.lists(points | st.builds(ParamsLogged, st.just("a" * 32), st.just({"lr": "1"})))

type Told = list[tuple[object, ...]]


def told(events: list[Event]) -> dict[object, Told]:
    """Return what is said of each metric, in order, with how many other events came before."""
    others = 0
    said: dict[object, Told] = {}
    for event in events:
        match event:
            case MetricsLogged(run, metrics, step, time, execution):
                for key, value in metrics.items():
                    point = (others, step, time, value)
                    said.setdefault((run, key, execution), []).append(point)
            case SeriesLogged(run, key, steps, times, values, execution):
                columns = array("q", steps), array("q", times), array("d", values)
                said.setdefault((run, key, execution), []).extend(
                    (others, *point) for point in zip(*columns, strict=True)
                )
            case _:
                others += 1
                said.setdefault("others", []).append((event,))
    return said


@given(events)
def test_merging_changes_no_point_and_no_order(events: list[Event]) -> None:
    sent = [decode_event(one) for one in merged(map(encode_event, events))]
    assert told(sent) == told(events)


def test_a_thousand_calls_are_one_event_of_24_bytes_a_point() -> None:
    run = "a" * 32
    calls = [encode_event(MetricsLogged(run, {"loss": 0.5}, n, n)) for n in range(1000)]
    [event] = merged(calls)
    assert isinstance(decode_event(event), SeriesLogged)
    assert len(event) < 24_200


def test_few_points_of_many_metrics_travel_as_they_are() -> None:
    calls = [
        encode_event(MetricsLogged("a" * 32, {f"m{n}": 1.0 for n in range(500)}, step, 0))
        for step in range(2)
    ]
    assert merged(calls) == calls


def test_what_only_looks_like_a_point_is_left_for_the_server_to_refuse() -> None:
    odd = msgspec.msgpack.encode({"type": "metrics_logged", "run_id": 3})
    assert merged([odd]) == [odd]
