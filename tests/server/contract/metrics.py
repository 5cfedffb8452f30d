"""The points of metrics: none is lost, doubled or changed, however they arrive."""

import math
import random
import struct

import pytest

from celltrail.errors import NotFoundError
from celltrail.events import Event, MetricsLogged, SeriesLogged, new_id
from celltrail_server.store.contract import Store
from celltrail_server.store.records import MetricSummary, Point
from tests.server.contract.base import ADA, start
from tests.server.recording import T0, batch


def series(run_id: str, points: list[Point], execution_id: str | None = None) -> SeriesLogged:
    columns = zip(*((point.step, point.time_ms, point.value) for point in points), strict=True)
    return SeriesLogged.of(run_id, "a", *columns, execution_id)


def bits(points: list[Point]) -> list[tuple[int, int, bytes, str | None]]:
    return [(p.step, p.time_ms, struct.pack("<d", p.value), p.execution_id) for p in points]


def rank(point: Point) -> tuple[int, int, float]:
    return (point.step, point.time_ms, 0.0 if math.isnan(point.value) else point.value)


def wild_points(chance: random.Random, number: int) -> list[Point]:
    """Points that repeat steps and times, go back, and hold values that are no numbers."""
    values = [math.nan, math.inf, -math.inf, 0.1, 5e-324, 1.5]
    return [
        Point(
            chance.randrange(number),
            T0 + chance.randrange(3 * number),
            chance.choice(values) if chance.random() < 0.1 else chance.gauss(0, 1),
            chance.choice([None, "a" * 32, "b" * 32]),
        )
        for _ in range(number)
    ]


async def summary_of(store: Store, run_id: str) -> MetricSummary:
    [summary] = (await store.get_run(ADA, run_id)).metrics
    return summary


class MetricContract:
    @pytest.mark.parametrize("seed", [1, 2, 3])
    async def test_points_come_back_as_they_arrived_in_whatever_portions(
        self, store: Store, seed: int
    ) -> None:
        chance = random.Random(seed)
        run_id, stream = await start(store), new_id()
        arrived: list[Point] = []
        seq = 1
        for _ in range(40):
            points = wild_points(chance, chance.choice([1, 2, 30, 70, 600]))
            points = [Point(p.step, p.time_ms, p.value, "c" * 32) for p in points]
            recorded: list[Event] = [series(run_id, points, "c" * 32)]
            if chance.random() < 0.5:
                recorded = [
                    MetricsLogged(run_id, {"a": p.value}, p.step, p.time_ms, p.execution_id)
                    for p in points
                ]
            await store.append_events(ADA, stream, batch(seq, recorded))
            seq += len(recorded)
            arrived += points
        found = await store.points_after(ADA, run_id, "a", 0, len(arrived) + 1)
        assert bits(found.points()) == bits(arrived)
        middle = await store.points_after(ADA, run_id, "a", 1000, 2500)
        assert bits(middle.points()) == bits(arrived[1000:3500])
        summary = await summary_of(store, run_id)
        numbers = [point.value for point in arrived if not math.isnan(point.value)]
        assert (summary.min, summary.max) == (min(numbers), max(numbers))
        assert summary.count == len(arrived)
        last = max(arrived, key=rank)
        assert (summary.last_step, summary.last_time_ms) == (last.step, last.time_ms)

    async def test_what_is_logged_one_by_one_is_all_there(self, store: Store) -> None:
        run_id, chance = await start(store), random.Random(4)
        points = wild_points(chance, 1200)
        for place in range(0, len(points), 9):
            portion = [("a", point) for point in points[place : place + 9]]
            await store.log(ADA, run_id, metrics=portion)
        distinct = {(p.step, p.time_ms, repr(p.value)): p for p in points}
        found = (await store.points_after(ADA, run_id, "a", 0, 2000)).points()
        assert {(p.step, p.time_ms, repr(p.value)) for p in found} == distinct.keys()
        assert len(found) == len(distinct) == (await summary_of(store, run_id)).count

    async def test_points_sent_again_much_later_are_left_out(self, store: Store) -> None:
        run_id = await start(store)
        points = [("a", Point(step, T0 + step, step / 7)) for step in range(6000)]
        for place in range(0, len(points), 1000):
            await store.log(ADA, run_id, metrics=points[place : place + 1000])
        await store.log(ADA, run_id, metrics=points[2990:3010])
        await store.log(ADA, run_id, metrics=[("a", Point(3000, T0 + 3000, 0.5))])
        assert (await summary_of(store, run_id)).count == 6001

    async def test_history_is_ordered_as_mlflow_orders_it(self, store: Store) -> None:
        run_id = await start(store)
        points = wild_points(random.Random(5), 300)
        await store.append_events(ADA, new_id(), batch(1, [series(run_id, points)]))
        page = await store.metric_history(ADA, run_id, "a", None, None)
        order = [(p.time_ms, p.step, rank(p)[2]) for p in page.items]
        assert order == sorted((p.time_ms, p.step, rank(p)[2]) for p in points)

    async def test_buckets_keep_every_extreme(self, store: Store) -> None:
        run_id = await start(store)
        points = wild_points(random.Random(6), 1003)
        await store.append_events(ADA, new_id(), batch(1, [series(run_id, points)]))
        found = await store.metric_buckets(ADA, run_id, "a", 50)
        assert len(found.counts) == 50
        assert {20, 21} == set(found.counts)
        ordered, place = sorted(points, key=rank), 0
        for index, count in enumerate(found.counts):
            part = ordered[place : place + count]
            numbers = [point.value for point in part if not math.isnan(point.value)]
            assert (found.mins[index], found.maxs[index]) == (min(numbers), max(numbers))
            assert (found.first_steps[index], found.last_steps[index]) == (
                part[0].step,
                part[-1].step,
            )
            place += count
        assert place == len(points)

    async def test_fewer_points_than_buckets_have_a_bucket_each(self, store: Store) -> None:
        run_id = await start(store)
        await store.log(ADA, run_id, metrics=[("a", Point(1, T0, math.nan))])
        found = await store.metric_buckets(ADA, run_id, "a", 50)
        assert (found.counts, found.first_steps, found.last_steps) == ([1], [1], [1])
        assert math.isnan(found.mins[0])
        assert (await store.metric_buckets(ADA, run_id, "none", 50)).counts == []

    async def test_a_sample_keeps_ends_and_spikes(self, store: Store) -> None:
        run_id = await start(store)
        points = [Point(step, T0 + step, 0.5) for step in range(5000)]
        points[1234] = Point(1234, T0 + 1234, 99.0)
        points[4321] = Point(4321, T0 + 4321, -99.0)
        await store.append_events(ADA, new_id(), batch(1, [series(run_id, points)]))
        found = (await store.metric_sample(ADA, run_id, "a", 320)).steps.tolist()
        assert len(found) <= 320
        assert {0, 1234, 4321, 4999} <= set(found)
        part = (await store.metric_sample(ADA, run_id, "a", 320, (1200, 1300))).steps.tolist()
        assert part == list(range(1200, 1301))

    async def test_many_metrics_of_one_request_are_all_there(self, store: Store) -> None:
        run_id = await start(store)
        values = {f"m{index}": (math.nan if index % 7 == 0 else index / 3) for index in range(100)}
        for step in range(2):
            points = [(key, Point(step, T0 + step, value)) for key, value in values.items()]
            await store.log(ADA, run_id, metrics=points)
        found = {one.key: one for one in (await store.get_run(ADA, run_id)).metrics}
        assert {key: repr(one.last) for key, one in found.items()} == {
            key: repr(value) for key, value in values.items()
        }
        assert {one.count for one in found.values()} == {2}

    async def test_a_name_whose_first_use_fails_is_free_for_the_next(self, store: Store) -> None:
        run_id = await start(store)
        point = Point(1, T0, 0.5)
        with pytest.raises(NotFoundError):
            await store.log(ADA, new_id(), metrics=[("a", point)])
        await store.log(ADA, run_id, metrics=[("a", point)])
        assert (await summary_of(store, run_id)).key == "a"
