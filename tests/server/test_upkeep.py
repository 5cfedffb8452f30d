"""Backup, restore, gc and stats, on SQLite and on PostgreSQL, over a folder of blobs."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from celltrail import events
from celltrail.errors import ConflictError, InvalidError, NotFoundError
from celltrail.events import new_id, now_ms
from celltrail_server import backups, collection
from celltrail_server.blobs.folder import BlobFolder
from celltrail_server.store import dumps, retention
from celltrail_server.store.engines import open_engine
from celltrail_server.store.logged_models.records import ModelPoint, NewLoggedModel
from celltrail_server.store.records import (
    Artifact,
    Dataset,
    DatasetInput,
    Holder,
    Inputs,
    ModelUse,
    OfModel,
    OfTrace,
    Point,
)
from celltrail_server.store.references import blob_columns, contents, dependents
from celltrail_server.store.sessions import Sessions
from celltrail_server.store.sql import SqlStore, open_store
from celltrail_server.store.tables import (
    blob_claims,
    experiments,
    metadata,
)
from celltrail_server.store.tracing.records import TraceInfo
from tests.server.contract.base import ADA, BOB, start
from tests.server.recording import T0, batch, full_run, sha256_of

if TYPE_CHECKING:
    from tests.server.postgres import Postgres

DAY = 24 * 3_600_000


class Server:
    """The store, its database and its blobs, as a server and an operator see them."""

    def __init__(self, store: SqlStore, database: Path | str, folder: Path) -> None:
        self.store, self.engine = store, open_engine(database)
        self.sessions = Sessions(self.engine)
        self.blobs = BlobFolder(folder, 1 << 20)

    async def upload(self, data: bytes) -> str:
        async with self.blobs.incoming(_stream(data)) as incoming:
            sha256 = incoming.blob.sha256
            await self.store.claim_blob(ADA, sha256)
            await self.blobs.keep(incoming)
        await self.store.add_blob(ADA, sha256, len(data))
        return sha256

    async def log_file(self, holder: Holder, path: str, data: bytes) -> str:
        sha256 = await self.upload(data)
        await self.store.log_artifact(
            ADA, holder, Artifact(path, sha256, len(data), "text/plain", T0)
        )
        return sha256

    async def record(self) -> str:
        await self.upload(b"figure")
        run_id = new_id()
        recorded = full_run(run_id, new_id())
        recorded.insert(1, events.NotebookRecorded(run_id, "a.ipynb", sha256_of(b"figure"), T0))
        answer = await self.store.append_events(ADA, new_id(), batch(1, recorded))
        assert answer.rejected == []
        return run_id

    def forget_claims(self) -> None:
        """Let two days go by."""
        with self.sessions.begun(writes=True) as connection:
            connection.execute(update(blob_claims).values(claimed_ms=now_ms() - 2 * DAY))

    async def gc(self, before_ms: int | None = None) -> collection.Collected:
        now = now_ms()
        before_ms = now + 1 if before_ms is None else before_ms
        seen = await collection.preview(self.sessions, self.blobs, now, before_ms)
        done = await collection.collect(self.sessions, self.blobs, now, before_ms)
        assert seen == done
        return done

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        with self.sessions.begun() as connection:
            return {
                table.name: [
                    tuple("NaN" if value != value else value for value in row)
                    for row in connection.execute(select(table).order_by(*table.primary_key))
                ]
                for table in metadata.sorted_tables
            }


async def _stream(data: bytes):  # type: ignore[no-untyped-def]
    yield data


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    database: Path | str = tmp_path / "test.sqlite"
    if request.param == "postgresql":
        store = request.getfixturevalue("postgresql_store")
        postgres: Postgres = request.getfixturevalue("postgres")
        database = postgres.url(request.getfixturevalue("shared_postgresql"))
    else:
        store = request.getfixturevalue("store")
    server = Server(store, database, tmp_path / "blobs")
    yield server
    server.engine.dispose()


async def test_what_is_restored_is_what_was_backed_up(server: Server, tmp_path: Path) -> None:
    await server.record()
    run_id = await start(server.store)
    values = [float("nan"), float("inf"), -0.0, 1e-320]
    points = [("odd", Point(step, T0, value)) for step, value in enumerate(values)]
    await server.store.log(ADA, run_id, metrics=points, tags={"é": "\N{PILE OF POO}"})
    made = await backups.backup(server.engine, server.blobs, tmp_path / "backup")
    assert (made.missing, made.blob_count) == ([], 1)
    target, copies = open_engine(tmp_path / "new.sqlite"), BlobFolder(tmp_path / "new", 1 << 20)
    await backups.restore(tmp_path / "backup", target, copies)
    assert await copies.size(sha256_of(b"figure")) == len(b"figure")
    path = tmp_path / "new.sqlite"
    restored = Server(open_store(path), path, tmp_path / "new")
    assert restored.rows() == server.rows()
    assert await restored.store.get_run(ADA, run_id) is not None
    target.dispose()
    restored.engine.dispose()
    restored.store.close()


async def test_a_backup_moves_from_sqlite_to_postgresql_and_goes_on(
    store: SqlStore, tmp_path: Path, postgres: "Postgres"
) -> None:
    sqlite = Server(store, tmp_path / "test.sqlite", tmp_path / "blobs")
    run_id = await sqlite.record()
    await backups.backup(sqlite.engine, sqlite.blobs, tmp_path / "backup")
    url = postgres.url(postgres.create())
    moved = open_engine(url)
    await backups.restore(tmp_path / "backup", moved, BlobFolder(tmp_path / "new", 1 << 20))
    target = Server(open_store(url), url, tmp_path / "new")
    assert target.rows() == sqlite.rows()
    assert (await target.store.get_run(ADA, run_id)).run_id == run_id
    await start(target.store)  # ids go on after those that were restored
    with pytest.raises(ConflictError, match="not empty"):
        await backups.restore(tmp_path / "backup", moved, BlobFolder(tmp_path / "x", 1))
    for engine in (sqlite.engine, moved, target.engine):
        engine.dispose()
    target.store.close()


async def test_a_backup_under_concurrent_writes_is_of_one_moment(
    server: Server, tmp_path: Path
) -> None:
    run_ids = [await start(server.store) for _ in range(3)]
    done = asyncio.Event()

    async def write(run_id: str) -> None:
        step = 0
        while not done.is_set():
            metrics = [("a", Point(step, T0, 1.0)), ("b", Point(step, T0, 1.0))]
            await server.store.log(ADA, run_id, metrics=metrics, tags={"step": str(step)})
            await server.log_file(run_id, "last.txt", f"{run_id} {step}".encode())
            step += 1

    def back_up() -> backups.Manifest:
        return asyncio.run(backups.backup(server.engine, server.blobs, tmp_path / "backup"))

    writers = [asyncio.create_task(write(run_id)) for run_id in run_ids]
    made = await asyncio.to_thread(back_up)
    done.set()
    await asyncio.gather(*writers)
    assert made.missing == []
    target, copies = open_engine(tmp_path / "new.sqlite"), BlobFolder(tmp_path / "new", 1 << 20)
    await backups.restore(tmp_path / "backup", target, copies)
    store = open_store(tmp_path / "new.sqlite")
    for run_id in run_ids:
        run = await store.get_run(ADA, run_id)
        counts = {summary.key: summary.count for summary in run.metrics}
        assert counts.get("a") == counts.get("b")
        for artifact in await store.list_artifacts(ADA, run_id):
            assert await copies.size(artifact.sha256) == artifact.size_bytes
    store.close()
    target.dispose()


@pytest.mark.parametrize("damaged", ["tables/runs", "blobs.txt", "blobs/", "manifest.json"])
async def test_a_damaged_backup_is_refused_before_anything_is_written(
    store: SqlStore, tmp_path: Path, damaged: str
) -> None:
    server = Server(store, tmp_path / "test.sqlite", tmp_path / "blobs")
    await server.record()
    await backups.backup(server.engine, server.blobs, tmp_path / "backup")
    path = tmp_path / "backup" / damaged
    if path.is_dir():
        [path] = path.glob("*/*")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x55
    path.write_bytes(content)
    target, copies = open_engine(tmp_path / "new.sqlite"), BlobFolder(tmp_path / "new", 1 << 20)
    with pytest.raises(InvalidError, match="damaged"):
        await backups.restore(tmp_path / "backup", target, copies)
    dumps.require_empty(target, "0001")
    assert not (tmp_path / "new").exists()
    target.dispose()
    server.engine.dispose()


async def test_a_blob_that_is_gone_is_named_by_the_backup(server: Server, tmp_path: Path) -> None:
    await server.record()
    sha256 = await server.upload(b"lost")
    await server.blobs.remove([sha256])
    made = await backups.backup(server.engine, server.blobs, tmp_path / "backup")
    assert (made.missing, made.blob_count) == ([sha256], 1)
    with pytest.raises(ConflictError, match="already"):
        await backups.backup(server.engine, server.blobs, tmp_path / "backup")


async def test_gc_erases_what_was_deleted_long_ago_and_nothing_else(server: Server) -> None:
    kept, gone = await server.record(), await server.record()
    alone = await server.log_file(gone, "b", b"alone")
    await server.store.set_run_lifecycle(ADA, gone, "deleted")
    server.forget_claims()
    assert await server.gc(before_ms=now_ms() - DAY) == collection.Collected()
    found = await server.gc()
    assert (found.runs, found.experiments, found.blobs) == (1, 0, 1)
    assert await server.blobs.size(alone) is None
    assert await server.store.blob_size(ADA, alone) is None
    with pytest.raises(NotFoundError):
        await server.store.get_run(ADA, gone)
    assert len(await server.store.list_artifacts(ADA, kept)) == 1
    assert await server.blobs.size(sha256_of(b"figure")) == len(b"figure")
    assert len(server.rows()["cell_sources"]) == 1


async def test_gc_erases_a_deleted_experiment_with_its_runs(server: Server) -> None:
    experiment_id = await server.store.create_experiment(ADA, "digits", {"a": "b"})
    run_id = await start(server.store, experiment_id=experiment_id)
    await server.store.log(ADA, run_id, metrics=[("a", Point(1, T0, 1.0))], tags={"a": "b"})
    await server.store.set_experiment_lifecycle(ADA, experiment_id, "deleted")
    found = await server.gc()
    assert (found.runs, found.experiments) == (1, 1)
    with pytest.raises(NotFoundError):
        await server.store.get_experiment(ADA, experiment_id)
    await server.store.create_experiment(ADA, "digits", {})


async def test_gc_erases_deleted_models_and_what_was_in_a_deleted_experiment(
    server: Server,
) -> None:
    store, experiments = server.store, ("0", await server.store.create_experiment(ADA, "old", {}))
    hashes, models = {}, {}
    for experiment_id in experiments:
        run_id = await start(store, experiment_id=experiment_id)
        used = Inputs([DatasetInput(Dataset("d", "1", "", ""), {"a": "b"})], [ModelUse("m-1")])
        await store.log_inputs(ADA, run_id, used)
        for name in ("kept", "gone"):
            model = await store.create_logged_model(ADA, experiment_id, NewLoggedModel(name))
            holder, data = OfModel(model.model_id), f"{experiment_id} {name}".encode()
            models[experiment_id, name] = model.model_id
            hashes[experiment_id, name] = await server.log_file(holder, "MLmodel", data)
            point = ModelPoint(model.model_id, "acc", Point(1, T0, 1.0))
            await store.log(ADA, run_id, model_metrics=[point])
        trace = TraceInfo(f"tr-{experiment_id}", experiment_id, T0, "OK", tags={"a": "b"})
        await store.start_trace(ADA, trace)
        await store.link_traces(ADA, [trace.trace_id], run_id)
        holder, data = OfTrace(trace.trace_id), experiment_id.encode()
        hashes[experiment_id, "trace"] = await server.log_file(holder, "traces.json", data)
    await store.delete_logged_model(ADA, models["0", "gone"])
    await store.set_experiment_lifecycle(ADA, experiments[1], "deleted")
    server.forget_claims()
    found = await server.gc()
    assert (found.runs, found.experiments, found.models, found.blobs) == (1, 1, 3, 4)
    left = {key for key, sha256 in hashes.items() if await server.blobs.size(sha256) is not None}
    assert left == {("0", "kept"), ("0", "trace")}
    assert len((await store.get_logged_model(ADA, models["0", "kept"])).metrics) == 1
    with pytest.raises(NotFoundError):
        await store.get_logged_model(ADA, models["0", "gone"], allow_deleted=True)
    assert [one.trace_id for one in await store.get_traces(ADA, ["tr-0", "tr-2"])] == ["tr-0"]


async def test_a_restored_run_is_not_erased(server: Server) -> None:
    run_id = await server.record()
    await server.store.set_run_lifecycle(ADA, run_id, "deleted")
    with server.sessions.begun() as connection:
        pks = retention.deleted_runs(connection, now_ms() + 1)
    await server.store.set_run_lifecycle(ADA, run_id, "active")
    with server.sessions.begun(writes=True) as connection:
        assert retention.erase_runs(connection, pks, now_ms() + 1) == 0
    assert (await server.gc()).runs == 0


async def test_gc_leaves_bytes_that_are_on_their_way(server: Server) -> None:
    async with server.blobs.incoming(_stream(b"new")) as incoming:
        await server.store.claim_blob(ADA, incoming.blob.sha256)
        await server.blobs.keep(incoming)
        assert (await server.gc()).blobs == 0
    sha256 = await server.upload(b"old")
    server.forget_claims()
    assert await server.store.hold_blob(ADA, sha256) == 3  # told that it need not be sent again
    assert await server.store.hold_blob(BOB, sha256) is None
    assert (await server.gc()).blobs == 1
    assert await server.blobs.size(sha256) == 3


@given(data=st.data())
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_that_is_referred_to_is_ever_collected(
    new_database: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("gc")
    (folder / "test.sqlite").write_bytes(new_database.read_bytes())
    store = open_store(folder / "test.sqlite")
    server = Server(store, folder / "test.sqlite", folder / "blobs")
    steps = st.lists(
        st.tuples(st.sampled_from(["log", "remove", "delete", "restore", "gc"]), st.integers(0, 5)),
        max_size=12,
    )

    async def play() -> None:
        run_ids = [await start(store) for _ in range(3)]
        alive = set(run_ids)
        for action, number in data.draw(steps):
            run_id = run_ids[number % 3]
            if run_id not in alive:
                continue
            if action == "log":
                await server.log_file(run_id, f"f{number}", f"content {number % 4}".encode())
            elif action == "remove":
                await store.remove_artifacts(ADA, run_id, f"f{number}")
            elif action in ("delete", "restore"):
                stage = "deleted" if action == "delete" else "active"
                await store.set_run_lifecycle(ADA, run_id, stage)
            else:
                server.forget_claims()
                await server.gc()
                await check(alive)
        server.forget_claims()
        await server.gc()
        await check(alive)
        stored = {blob.sha256 async for some in server.blobs.listed() for blob in some}
        assert stored == {
            one.sha256 for run_id in alive for one in await store.list_artifacts(ADA, run_id)
        }

    async def check(alive: set[str]) -> None:
        for run_id in list(alive):
            try:
                found = await store.list_artifacts(ADA, run_id)
            except NotFoundError:
                alive.discard(run_id)
                continue
            for artifact in found:
                assert await server.blobs.size(artifact.sha256) == artifact.size_bytes

    try:
        asyncio.run(play())
    finally:
        server.engine.dispose()
        store.close()


OF_EXPERIMENTS = dependents(experiments)
KEPT = {
    "audit_entries",  # outlives what it tells of
    "blob_claims",  # expire by themselves
    "blobs",  # go with the bytes
    "experiments",
    "keys",  # few, and shared by all runs
    "model_version_tags",  # the registry outlives the runs that its versions came from
    "model_versions",
    "registered_model_aliases",
    "registered_model_tags",
    "registered_models",
    "streams",  # an event that comes late must still be known as one that was applied
    "uploads",  # expire by themselves
    "webhook_deliveries",
    "webhook_events",
    "webhooks",
}


def test_gc_knows_what_to_do_with_every_table() -> None:
    erased = {table.name for table in (*OF_EXPERIMENTS, *contents())}
    assert erased.isdisjoint(KEPT)
    assert erased | KEPT == set(metadata.tables)


def test_no_column_that_may_name_a_blob_is_overlooked() -> None:
    named = {f"{column.table.name}.{column.name}" for column in blob_columns()}
    assert {"artifacts.sha256", "notebook_versions.sha256", "uploads.sha256"} <= named
    hashes = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if getattr(column.type, "length", None) == 64 and "sha" in column.name
    }
    assert hashes - named == {"blobs.sha256", "blob_claims.sha256"}
