import subprocess
from pathlib import Path

import pytest

from celltrail_magics.capturing.git import (
    DIFF_CHARACTERS,
    git_state,
    shortened,
    without_credentials,
)


def git(repository: Path, *words: str) -> str:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    done = subprocess.run(
        ["git", *identity, *words], cwd=repository, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "train.py").write_text("lr = 0.1\n")
    (folder / "work.ipynb").write_text("{}")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "First")
    return folder


def test_a_clean_folder_is_its_commit(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "https://ada:secret@example.org/a/b.git?token=c")
    state = git_state(repository, "run")
    assert state is not None
    assert state.commit == git(repository, "rev-parse", "HEAD")
    assert (state.branch, state.diff) == ("main", "")
    assert state.remote == "https://example.org/a/b.git"


def test_what_is_not_committed_is_the_diff_without_notebooks(repository: Path) -> None:
    (repository / "train.py").write_text("lr = 0.2\n")
    (repository / "work.ipynb").write_text('{"cells": []}')
    git(repository, "checkout", "-q", "--detach")
    state = git_state(repository, "run")
    assert state is not None
    assert "+lr = 0.2" in state.diff
    assert "ipynb" not in state.diff
    assert (state.branch, state.remote) == (None, None)


def test_of_a_huge_diff_only_the_beginning_is_read(repository: Path) -> None:
    (repository / "train.py").write_text("lr = 0.2\n" * 1_000_000)
    state = git_state(repository, "run")
    assert state is not None
    assert len(state.diff) < DIFF_CHARACTERS + 100
    assert state.diff.endswith("… and more, which is not recorded\n")


def test_looking_leaves_the_repository_as_it_was(repository: Path) -> None:
    index = repository / ".git/index"
    (repository / "train.py").touch()
    before = index.read_bytes()
    assert git_state(repository, "run") is not None
    assert index.read_bytes() == before


def test_without_a_repository_a_commit_or_git_there_is_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert git_state(tmp_path, "run") is None
    git(tmp_path, "init", "-q")
    assert git_state(tmp_path, "run") is None
    monkeypatch.setenv("PATH", "")
    assert git_state(tmp_path, "run") is None


@pytest.mark.parametrize(
    ("remote", "kept"),
    [
        ("git@example.org:a/b.git", "git@example.org:a/b.git"),
        ("ssh://git:pw@example.org:22/a/b.git", "ssh://example.org:22/a/b.git"),
        ("https://token@example.org/a/b", "https://example.org/a/b"),
        ("/srv/git/a.git", "/srv/git/a.git"),
    ],
)
def test_a_remote_is_kept_without_credentials(remote: str, kept: str) -> None:
    assert without_credentials(remote) == kept


def test_a_long_diff_is_cut_and_says_so() -> None:
    diff = "+line\n" * DIFF_CHARACTERS
    kept = shortened(diff)
    assert len(kept) < DIFF_CHARACTERS + 100
    assert kept.endswith("+line\n… and more, which is not recorded\n")
    assert shortened("+line\n") == "+line\n"
