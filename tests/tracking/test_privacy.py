"""Secrets of a session are neither in the spool nor on the server, and still work for the user."""

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from celltrail.settings import Settings
from celltrail.syncing import sync_orphans
from tests.conftest import TrackingServer
from tests.tracking.conftest import FLUSH, Kernel

SECRETS = [f"planted{number}-Zq8{letter}x" for number, letter in enumerate("KLMNPRSTVWXYZ")]
CELLS = """
%load_ext celltrail
password = "{0}"
import os; os.environ["API_TOKEN"] = "{1}"
%env DB_PASSWORD={2}
headers = {{"Authorization": "Bearer {3}"}}
print("login with password=" + password)
raise ValueError(f"cannot reach postgresql://ada:{4}@db/x")
import celltrail as ct; ct.log_params(api_key="{5}", lr=0.1)
ct.set_tags(token="{6}", team="vision")
%track start digits --tag secret={7}
!echo "TOKEN={8}"
import pandas as pd; display(pd.DataFrame({{"user": ["ada"], "password": ["{9}"]}}))
import settings_of_ada
x = 1  # secret: {10}
"""


def everything_below(folder: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.integration
def test_no_secret_of_a_session_leaves_the_kernel(
    tracked: TrackingServer, kernel: Callable[[], Kernel], tmp_path: Path, home: Path
) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "settings_of_ada.py").write_text(f'API_KEY = "{SECRETS[11]}"\nLR = 0.1\n')
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(tmp_path / "work")]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *words], check=True)
    with (tmp_path / "work" / "settings_of_ada.py").open("a") as module:
        module.write(f'PASSWORD = "{SECRETS[12]}"\n')
    running = kernel()
    running.run(f"import os; os.chdir({str(tmp_path / 'work')!r})")
    seen = b""
    for cell in CELLS.format(*SECRETS).strip().splitlines():
        running.run(cell)
        seen += b"".join(everything_below(home / "celltrail"))
    assert SECRETS[0] in running.output  # the user's own output is untouched
    running.run(FLUSH)
    running.shut_down()
    sync_orphans(Settings.from_env())
    [run] = tracked.get("/api/v1/runs")["runs"]
    assert (run["params"]["api_key"], run["params"]["lr"]) == ("***", "0.1")
    cells = tracked.get(f"/api/v1/runs/{run['run_id']}/cells")["cells"]
    assert 'password = "***"' in [cell["source"] for cell in cells]
    with closing(sqlite3.connect(tracked.data_dir / "celltrail.sqlite")) as database:
        seen += "\n".join(database.iterdump()).encode()
    seen += b"".join(everything_below(tracked.data_dir))
    assert b"settings_of_ada" in seen
    assert [secret for secret in SECRETS if secret.encode() in seen] == []
