"""Whatever is wrong on the command line, a person gets one clear line and an exit code."""

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import TrackingServer

pytestmark = pytest.mark.integration


def complaint(*args: object) -> str:
    """Run `celltrail ARGS`, which must fail with one line; return that line."""
    done = subprocess.run(
        [sys.executable, "-m", "celltrail", *map(str, args)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("celltrail: ")
    return lines[0]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def notebook(path: Path, *sources: str) -> Path:
    cells = [
        {
            "cell_type": "code", "id": f"c{index}", "metadata": {}, "outputs": [],
            "execution_count": None, "source": source,
        }
        for index, source in enumerate(sources)
    ]  # fmt: skip
    path.write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    return path


def test_a_taken_port_is_named(taken_port: int, tmp_path: Path) -> None:
    said = complaint("server", "--port", taken_port, "--data-dir", tmp_path / "data")
    assert str(taken_port) in said


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = complaint("server", "--port", 0, "--data-dir", tmp_path / "file/data")
    assert str(tmp_path / "file/data") in said


def test_a_database_of_a_newer_version_is_refused(server: TrackingServer) -> None:
    server.end()
    (database,) = server.data_dir.glob("*.sqlite")
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_future'")
    connection.close()
    said = complaint("server", "--port", 0, "--data-dir", server.data_dir)
    assert str(database) in said
    assert "newer" in said


@pytest.mark.parametrize("command", [["export", "--to", "kfp", "-o", "out.yaml"], ["run"]])
def test_a_file_that_does_not_exist_is_named(command: list[str], tmp_path: Path) -> None:
    assert "nothing.here" in complaint(*command, tmp_path / "nothing.here")


def test_a_notebook_that_is_not_json_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{not json")
    said = complaint("export", broken, "--to", "kfp", "-o", tmp_path / "out.yaml")
    assert str(broken) in said


def test_a_syntax_error_is_told_with_its_cell(tmp_path: Path) -> None:
    file = notebook(tmp_path / "typo.ipynb", "x = 1", "y = = 2")
    said = complaint("export", file, "--to", "kfp", "-o", tmp_path / "out.yaml")
    assert "cell 2" in said
    assert not (tmp_path / "out.yaml").exists()


def test_a_pipeline_that_is_none_is_named(tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text("just: yaml")
    assert str(file) in complaint("run", file)


def test_an_exporter_that_does_not_exist_is_told_with_those_that_do(tmp_path: Path) -> None:
    file = notebook(tmp_path / "ok.ipynb", "x = 1", "print(x)")
    done = subprocess.run(
        [sys.executable, "-m", "celltrail", "export", file, "--to", "kpf", "-o", "out.yaml"],
        capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode != 0
    assert "kfp" in done.stderr
    assert "Traceback" not in done.stderr
