"""Who acts in the contract's tests, and on what."""

from typing import Any

from celltrail.events import new_id
from celltrail_server.callers import Caller
from celltrail_server.store.contract import Store
from celltrail_server.store.records import NewRun
from tests.server.recording import T0

ADA, BOB = Caller("ada"), Caller("bob")

BIG = 2**63 - 1


async def start(store: Store, caller: Caller = ADA, **fields: Any) -> str:
    experiment_id = fields.pop("experiment_id", "0")
    new = NewRun(**({"run_id": new_id(), "name": "run", "started_ms": T0} | fields))
    await store.create_run(caller, experiment_id, new)
    return new.run_id
