"""What was captured of cell runs: their console, what they took, literals that they assigned."""

import pytest

from celltrail import events
from celltrail.errors import NotFoundError
from celltrail.events import CellCaptured, new_id
from celltrail_server.store.contract import Store
from celltrail_server.store.records import Console
from tests.server.contract.base import ADA, BOB
from tests.server.recording import T0, batch, run_started


async def record_cell(store: Store, *captures: dict[str, object]) -> tuple[str, str, list[str]]:
    run_id, execution_id = new_id(), new_id()
    recorded: list[events.Event] = [
        run_started(run_id),
        events.CellStarted(execution_id, run_id, 1, "lr = 0.1", T0),
    ]
    recorded += [CellCaptured(execution_id, **one) for one in captures]  # type: ignore[arg-type]
    answer = await store.append_events(ADA, new_id(), batch(1, recorded))
    return run_id, execution_id, [rejection.message for rejection in answer.rejected]


class CaptureContract:
    async def test_a_cell_says_what_it_took_and_its_console_is_read_by_itself(
        self, store: Store
    ) -> None:
        took = {
            "cpu_ms": 12.5, "memory_start_bytes": 1 << 30, "memory_peak_bytes": 3 << 30,
            "gpu_percent": 97.0, "gpu_memory_bytes": 5 << 30, "candidate_params": {"lr": "0.1"},
        }  # fmt: skip
        printed = {"console": "epoch\x00 9\n", "is_console_cut": True}
        run_id, execution_id, rejected = await record_cell(store, took | printed)
        assert rejected == []
        [cell] = await store.list_cells(ADA, run_id)
        assert {name: getattr(cell, name) for name in took} == took
        assert cell.has_console
        console = await store.get_console(ADA, run_id, execution_id)
        assert console == Console("epoch\N{REPLACEMENT CHARACTER} 9\n", True)

    async def test_of_a_cell_nothing_need_be_captured(self, store: Store) -> None:
        run_id, execution_id, _ = await record_cell(store)
        [cell] = await store.list_cells(ADA, run_id)
        assert (cell.has_console, cell.cpu_ms, cell.candidate_params) == (False, None, {})
        with pytest.raises(NotFoundError, match=execution_id):
            await store.get_console(ADA, run_id, execution_id)

    async def test_a_later_capture_replaces_the_first(self, store: Store) -> None:
        first, second = {"console": "a", "cpu_ms": 1.0}, {"console": "b"}
        run_id, execution_id, _ = await record_cell(store, first, second)
        [cell] = await store.list_cells(ADA, run_id)
        assert cell.cpu_ms is None
        assert (await store.get_console(ADA, run_id, execution_id)).console == "b"

    @pytest.mark.parametrize(
        ("capture", "reason"),
        [
            ({"console": "x" * 1_000_001}, "console"),
            ({"cpu_ms": float("nan")}, "cpu_ms"),
            ({"memory_peak_bytes": 1 << 63}, "memory_peak_bytes"),
            ({"candidate_params": {"": "1"}}, "key"),
            ({"candidate_params": {"a": "1" * 6001}}, "'a' exceeds"),
        ],
    )
    async def test_what_cannot_be_is_refused_and_says_why(
        self, store: Store, capture: dict[str, object], reason: str
    ) -> None:
        run_id, _, [message] = await record_cell(store, capture)
        assert reason in message
        [cell] = await store.list_cells(ADA, run_id)
        assert not cell.has_console

    async def test_the_console_is_the_run_s_and_its_readers_only(self, store: Store) -> None:
        run_id, execution_id, _ = await record_cell(store, {"console": "secret"})
        other, _, _ = await record_cell(store)
        with pytest.raises(NotFoundError):
            await store.get_console(BOB, run_id, execution_id)
        with pytest.raises(NotFoundError):
            await store.get_console(ADA, other, execution_id)
