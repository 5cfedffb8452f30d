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


MAKE = """
case "$*" in *cluster-test*) echo "on $KUBECONFIG" >> "$LOG";; *) echo "$*" >> "$LOG";; esac
"""


def all_tests(folder: Path, up: str | None) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run scripts/test with a `make` that only notes what it is to make."""
    program(folder, "make", MAKE)
    log = folder / "log"
    env = {"PATH": f"{folder}:/usr/bin:/bin", "LOG": str(log)}
    if up is not None:
        program(folder, "up", up)
        env["CLUSTER_UP"] = str(folder / "up")
    done = subprocess.run([SCRIPTS / "test"], env=env, capture_output=True, text=True)
    return done, log.read_text()


def test_the_tests_on_a_cluster_come_last_and_know_it(tmp_path: Path) -> None:
    done, made = all_tests(tmp_path, "echo starting >&2; echo building; echo /its/kubeconfig")
    assert done.returncode == 0, done.stdout
    assert made.endswith("browser\non /its/kubeconfig\n")


def test_a_cluster_that_does_not_come_up_fails_them_with_its_words(tmp_path: Path) -> None:
    done, made = all_tests(tmp_path, "echo no route to go >&2; exit 1")
    assert done.returncode == 1
    assert "no cluster: FAILED" in done.stdout
    assert "no route to go" in done.stderr
    assert "on " not in made.replace("--jobs=2 --output-sync=target", "")


def test_without_a_cluster_one_line_says_what_does_not_run() -> None:
    env = {key: value for key, value in os.environ.items() if key != "KUBECONFIG"}
    checkout = SCRIPTS.parent
    done = subprocess.run(
        ["make", "--no-print-directory", "cluster-test"],
        cwd=checkout, env=env, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (
        0, "no KUBECONFIG: the tests on a cluster do not run\n",
    ), done.stderr  # fmt: skip


def builder(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    path = f"{folder}:/usr/bin:/bin"
    return subprocess.run(
        [SCRIPTS / "image-builder"], env={"PATH": path, **env}, capture_output=True, text=True
    )


def test_images_are_built_by_the_first_builder_that_works(tmp_path: Path) -> None:
    for name in ("buildah", "podman", "docker"):
        program(tmp_path, name, "exit 1")
    done = builder(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "name a builder by IMAGE_BUILD" in done.stderr
    program(tmp_path, "docker", "exit 0")
    assert builder(tmp_path).stdout == "docker build\n"
    program(tmp_path, "buildah", "exit 0")
    assert builder(tmp_path).stdout == "buildah bud --layers\n"
    assert builder(tmp_path, IMAGE_BUILD="kaniko").stdout == "kaniko\n"
