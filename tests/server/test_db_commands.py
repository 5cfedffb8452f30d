"""`celltrail db` as an operator types it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from celltrail.cli import main
from celltrail_server.blobs.folder import BlobFolder
from celltrail_server.store.sql import SqlStore, open_store
from tests.server.contract.base import ADA, start


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """The data of a server with two runs, one of which is deleted, and a blob without a run."""
    folder = tmp_path / "trail"
    folder.mkdir()
    store = open_store(folder / "celltrail.sqlite")
    asyncio.run(_fill(store, BlobFolder(folder / "blobs", 1 << 20)))
    store.close()
    return folder


async def _fill(store: SqlStore, blobs: BlobFolder) -> None:
    await start(store)
    await store.set_run_lifecycle(ADA, await start(store), "deleted")

    async def chunks():  # type: ignore[no-untyped-def]
        yield b"unused"

    async with blobs.incoming(chunks()) as incoming:
        await blobs.keep(incoming)
    await store.add_blob(ADA, incoming.blob.sha256, incoming.blob.size_bytes)


def answer(capsys: pytest.CaptureFixture[str], *args: str | Path, code: int = 0) -> Any:
    assert main(["db", *map(str, args), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_backup_is_restored_into_a_new_folder_only(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = answer(capsys, "backup", tmp_path / "b", "--data-dir", data_dir)
    assert (made["rows"]["runs"], made["blobs"], made["blob_bytes"], made["missing"]) == (
        2,
        1,
        6,
        [],
    )
    done = answer(capsys, "restore", tmp_path / "b", "--data-dir", tmp_path / "new")
    assert done["rows"] == made["rows"]
    args = ("--data-dir", data_dir), ("--data-dir", tmp_path / "new")
    before, after = (answer(capsys, "stats", *where) for where in args)
    before.pop("database_bytes")
    after.pop("database_bytes")
    assert before == after
    assert main(["db", "restore", str(tmp_path / "b"), "--data-dir", str(data_dir)]) == 1
    assert "not empty" in capsys.readouterr().err


def test_a_restore_that_fails_leaves_nothing(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(capsys, "backup", tmp_path / "b", "--data-dir", data_dir)
    (tmp_path / "b" / "tables" / "runs").write_bytes(b"")
    for _ in range(2):
        assert main(["db", "restore", str(tmp_path / "b"), "--data-dir", str(tmp_path / "n")]) == 1
        assert "tables/runs" in capsys.readouterr().err
    assert not list((tmp_path / "n").glob("*.sqlite*"))


def test_gc_says_what_it_would_erase_and_then_erases_it(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--data-dir", data_dir)
    expected = {
        "runs": 1,
        "experiments": 0,
        "models": 0,
        "contents": 0,
        "uploads": 0,
        "blobs": 1,
        "blob_bytes": 6,
    }
    for flags in (("--dry-run",), ("--dry-run",), ()):
        found = answer(capsys, "gc", "--older-than", "0h", *flags, *where)
        assert found == {"dry_run": bool(flags), **expected}
    assert answer(capsys, "gc", *where)["blobs"] == 0
    assert answer(capsys, "stats", *where)["rows"]["runs"] == 1


@pytest.mark.parametrize("action", ["upgrade", "check", "backup", "restore", "gc", "stats"])
def test_every_action_has_an_example(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["db", action, "--help"])
    assert done.value.code == 0
    assert f"example:\n  celltrail db {action}" in capsys.readouterr().out


@pytest.mark.parametrize("age", ["30", "d", "-1d", "3y", "1.5d", "²d", "999999d"])
def test_an_age_that_is_none_is_refused(age: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["db", "gc", f"--older-than={age}"])
    assert "is no age such as 12h, 30d or 8w" in capsys.readouterr().err


def test_an_upgrade_makes_a_database_only_when_it_may(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["db", "upgrade", "--data-dir", str(tmp_path)]) == 1
    assert "there is no database" in capsys.readouterr().err
    made = answer(capsys, "upgrade", "--create", "--data-dir", tmp_path)
    again = answer(capsys, "upgrade", "--create", "--data-dir", tmp_path)
    assert made == again == answer(capsys, "check", "--data-dir", tmp_path)
