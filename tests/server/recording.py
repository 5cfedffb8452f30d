"""What tests record with: batches of events, and a run that has a bit of everything."""

import hashlib
from collections.abc import Sequence

import httpx
import msgspec

from celltrail import events
from celltrail.events import Event, EventBatch, encode_event, new_id

T0 = 1_760_000_000_000


def batch(first_seq: int, recorded: Sequence[Event]) -> EventBatch:
    return EventBatch(first_seq, [msgspec.Raw(encode_event(event)) for event in recorded])


def body(first_seq: int, recorded: Sequence[Event]) -> bytes:
    return msgspec.msgpack.encode(batch(first_seq, recorded))


def run_started(run_id: str, **fields: object) -> events.RunStarted:
    values = {
        "name": "first", "experiment": "digits", "kind": "notebook", "started_ms": T0,
    } | fields  # fmt: skip
    return events.RunStarted(run_id=run_id, **values)  # type: ignore[arg-type]


def metrics(run_id: str, step: int, **values: float) -> events.MetricsLogged:
    return events.MetricsLogged(run_id, values, step, T0 + step)


def full_run(run_id: str, execution_id: str, data: bytes = b"figure") -> list[Event]:
    """A run with a cell, params, metrics and an artifact whose bytes are `data`."""
    return [
        run_started(run_id, tags={"team": "vision"}, notebook="digits.ipynb"),
        events.CellStarted(execution_id, run_id, 1, "acc = 0.9", T0 + 1, "cell-a", 7),
        events.ParamsLogged(run_id, {"lr": "0.1"}, execution_id),
        events.MetricsLogged(run_id, {"loss": 0.5}, 1, T0 + 2, execution_id),
        events.MetricsLogged(run_id, {"loss": 0.25}, 2, T0 + 3, execution_id),
        events.ArtifactLogged(
            run_id, "plots/a.png", sha256_of(data), len(data), T0 + 4, "image/png", execution_id
        ),
        events.CellCaptured(
            execution_id,
            "epoch 1\n",
            cpu_ms=11.5,
            memory_start_bytes=1 << 20,
            memory_peak_bytes=2 << 20,
            candidate_params={"acc": "0.9"},
        ),
        events.CellEnded(execution_id, "ok", 12.5),
        events.RunEnded(run_id, "FINISHED", T0 + 9),
    ]


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def record(client: httpx.AsyncClient, data: bytes = b"figure") -> tuple[str, str]:
    """Record `full_run` over HTTP and return the ids of run and cell execution."""
    run_id, execution_id = new_id(), new_id()
    answer = await client.put(f"/api/v1/blobs/{sha256_of(data)}", content=data)
    assert answer.status_code in (200, 201), answer.text
    answer = await client.post(
        f"/api/v1/streams/{new_id()}/events", content=body(1, full_run(run_id, execution_id, data))
    )
    assert answer.json()["rejected"] == [], answer.text
    return run_id, execution_id
