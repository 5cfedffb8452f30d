"""What cell runs read and wrote, and where runs came from."""

import pytest

from celltrail import events
from celltrail.errors import NotFoundError
from celltrail.events import Event, VariableRead, VariableVersion, new_id
from celltrail_server.store.contract import Store
from celltrail_server.store.records import CellTrace, Environment, GitState, NotebookVersion
from tests.server.contract.base import ADA, BOB
from tests.server.recording import T0, batch, run_started, sha256_of


async def record(store: Store, recorded: list[Event]) -> list[str]:
    answer = await store.append_events(ADA, new_id(), batch(1, recorded))
    return [rejection.message for rejection in answer.rejected]


class TrailContract:
    async def test_a_trace_says_what_each_cell_run_read_and_wrote(self, store: Store) -> None:
        run_id, first, second = new_id(), new_id(), new_id()
        frame = VariableVersion("df", "DataFrame", "100 rows × 3 columns", "ab12", is_sampled=True)
        seed = VariableVersion("@rng:numpy", fingerprint="cd34")
        gone = VariableVersion("tmp", is_deleted=True)
        doubt = VariableVersion("model", "Net", is_certain=False)
        reads = [
            VariableRead("df", first),
            VariableRead("lr"),
            VariableRead("x"),
            VariableRead("x", first, False, only_for="model"),
        ]
        rejected = await record(
            store,
            [
                run_started(run_id),
                events.CellStarted(first, run_id, 1, "df = load()", T0),
                events.CellTraced(first, [], [seed, frame]),
                events.CellStarted(second, run_id, 2, "fit(df)", T0 + 1),
                events.CellTraced(second, reads, [doubt, gone]),
                events.CellStarted(new_id(), run_id, 3, "1", T0 + 2),
            ],
        )
        assert rejected == []
        assert await store.list_traces(ADA, run_id) == [
            CellTrace(first, [], [seed, frame]),
            CellTrace(second, reads, [doubt, gone]),
        ]

    async def test_a_later_trace_replaces_the_first(self, store: Store) -> None:
        run_id, execution_id = new_id(), new_id()
        await record(
            store,
            [
                run_started(run_id),
                events.CellStarted(execution_id, run_id, 1, "x = y", T0),
                events.CellTraced(execution_id, [VariableRead("z")], [VariableVersion("x")]),
                events.CellTraced(execution_id, [VariableRead("y")], []),
            ],
        )
        [trace] = await store.list_traces(ADA, run_id)
        assert (trace.reads, trace.writes) == ([VariableRead("y")], [])

    async def test_a_trace_that_cannot_be_is_refused_and_says_why(self, store: Store) -> None:
        run_id, execution_id = new_id(), new_id()
        rejected = await record(
            store,
            [
                run_started(run_id),
                events.CellStarted(execution_id, run_id, 1, "x", T0),
                events.CellTraced(execution_id, [VariableRead("x"), VariableRead("x")]),
                events.CellTraced(execution_id, [VariableRead("x", "not an id")]),
                events.CellTraced(execution_id, [], [VariableVersion("")]),
                events.CellTraced("f" * 32, [], []),
            ],
        )
        reasons = ["'x' is read from one version twice", "written_by", "the key ''", "no cell exec"]
        for message, reason in zip(rejected, reasons, strict=True):
            assert reason in message
        assert await store.list_traces(ADA, run_id) == []

    async def test_an_origin_holds_notebooks_environment_and_git(self, store: Store) -> None:
        run_id = new_id()
        notebook = b"x" * 10_000_000
        await store.add_blob(ADA, sha256_of(notebook), len(notebook))
        rejected = await record(
            store,
            [
                run_started(run_id),
                events.NotebookRecorded(run_id, "work/digits.ipynb", sha256_of(notebook), T0),
                events.EnvironmentRecorded(run_id, "3.13.0", "linux", {"numpy": "2.3"}, T0 + 1),
                events.EnvironmentRecorded(run_id, "3.13.0", "linux", {"numpy": "2.4"}, T0 + 2),
                events.GitRecorded(run_id, "c0ffee", T0 + 3, "main", diff="+é\x00"),
            ],
        )
        assert rejected == []
        origin = await store.get_origin(ADA, run_id)
        version = NotebookVersion("work/digits.ipynb", sha256_of(notebook), len(notebook), T0)
        assert origin.notebooks == [version]
        assert origin.environment == Environment("3.13.0", "linux", {"numpy": "2.4"}, T0 + 2)
        assert origin.git == GitState("c0ffee", "main", None, "+é\N{REPLACEMENT CHARACTER}", T0 + 3)
        assert await store.get_notebook(ADA, run_id, version.sha256) == version

    async def test_a_notebook_needs_its_bytes_first(self, store: Store) -> None:
        run_id = new_id()
        await store.add_blob(BOB, sha256_of(b"his"), 3)
        [message] = await record(
            store,
            [
                run_started(run_id),
                events.NotebookRecorded(run_id, "a.ipynb", sha256_of(b"his"), T0),
            ],
        )
        assert "send its bytes before the notebook" in message

    async def test_the_trail_of_others_does_not_exist(self, store: Store) -> None:
        run_id, execution_id = new_id(), new_id()
        await store.add_blob(ADA, sha256_of(b"nb"), 2)
        await record(
            store,
            [
                run_started(run_id),
                events.CellStarted(execution_id, run_id, 1, "x", T0),
                events.NotebookRecorded(run_id, "a.ipynb", sha256_of(b"nb"), T0),
            ],
        )
        for call in (
            store.list_traces(BOB, run_id),
            store.get_origin(BOB, run_id),
            store.get_notebook(BOB, run_id, sha256_of(b"nb")),
        ):
            with pytest.raises(NotFoundError, match=run_id):
                await call
        refused = await store.append_events(
            BOB, new_id(), batch(1, [events.CellTraced(execution_id, [], [])])
        )
        assert "no cell execution" in refused.rejected[0].message
