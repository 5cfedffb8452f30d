"""What a newcomer's machine may lack: the set-up says it in one line, or does without."""

import os
import stat
import subprocess
from pathlib import Path

SCRIPTS = Path(__file__).parent.parent / "scripts"


def program(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def find_python(path: Path, pyenv_root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPTS / "find-python"],
        env={"PATH": f"{path}:/usr/bin:/bin", "PYENV_ROOT": str(pyenv_root), "HOME": str(path)},
        capture_output=True,
        text=True,
    )


def test_a_python_that_is_too_old_is_named_with_what_to_do(tmp_path: Path) -> None:
    for name in ("python3", "python3.12", "python3.13"):
        program(tmp_path, name, 'case "$1" in --version) echo Python 3.11.2;; *) exit 1;; esac')
    done = find_python(tmp_path, tmp_path / "none")
    assert done.returncode == 1
    assert "needs Python 3.12 or newer" in done.stderr
    assert "Python 3.11.2" in done.stderr


def test_a_python_under_pyenv_is_found_without_switching_it_on(tmp_path: Path) -> None:
    for name in ("python3", "python3.12", "python3.13"):
        program(tmp_path, name, "exit 127")
    versions = tmp_path / "pyenv/versions"
    for version in ("3.12.4", "3.13.1"):
        (versions / version / "bin").mkdir(parents=True)
        program(versions / version / "bin", "python", f"echo {version}")
    done = find_python(tmp_path, tmp_path / "pyenv")
    assert (done.returncode, done.stdout) == (0, "3.13.1\n"), done.stderr


def test_chromium_can_be_named_by_a_variable(tmp_path: Path) -> None:
    program(tmp_path, "my-chromium", "exit 0")
    chromium = tmp_path / "my-chromium"
    found = subprocess.check_output(
        [SCRIPTS / "chromium"], env={**os.environ, "CHROMIUM": str(chromium)}, text=True
    )
    assert found.strip() == str(chromium)
