import subprocess
import sys
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.integration


def in_a_process(code: str, cwd: Path) -> None:
    """Run `code`, which may change what the process is to its children, elsewhere than here."""
    names = "from celltrail_hub.local.processes import adopt_orphans, end_children, run_apart"
    subprocess.run(
        [sys.executable, "-c", f"import subprocess\n{names}\n{code}"], cwd=cwd, check=True
    )


def process_in(file: Path) -> psutil.Process | None:
    pid = int(file.read_text())
    return psutil.Process(pid) if psutil.pid_exists(pid) else None


def test_orphans_are_ended(tmp_path: Path):
    in_a_process(
        """
adopt_orphans()
subprocess.run(["sh", "-c", "setsid sleep 60 & echo $! > orphan"])
end_children(grace_seconds=10)
""",
        tmp_path,
    )
    assert process_in(tmp_path / "orphan") is None


def test_who_does_not_listen_is_killed(tmp_path: Path):
    in_a_process(
        """
script = "trap '' TERM; echo $$ | tee stubborn; sleep 60"
child = subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE)
child.stdout.readline()
adopt_orphans()
end_children(grace_seconds=0.1)
child.returncode = -9
""",
        tmp_path,
    )
    assert process_in(tmp_path / "stubborn") is None


def test_a_browser_that_was_opened_stays(tmp_path: Path):
    in_a_process(
        """
adopt_orphans()
run_apart(["sh", "-c", "sleep 60 & echo $! > browser"])
end_children(grace_seconds=0)
""",
        tmp_path,
    )
    browser = process_in(tmp_path / "browser")
    assert browser
    browser.kill()
