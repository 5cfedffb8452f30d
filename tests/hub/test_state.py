import re
import stat
from pathlib import Path

import pytest

from celltrail.errors import ConflictError, UnavailableError
from celltrail_hub.local.state import announce, load_password, lock, open_log, prepare


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    prepare(tmp_path / "deep" / "state")
    return tmp_path / "deep" / "state"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_directory_is_for_the_owner_alone(state_dir: Path):
    assert {mode(each) for each in [state_dir, *state_dir.iterdir()]} == {0o700}


def test_the_password_is_generated_once_and_kept_private(state_dir: Path):
    password = load_password(state_dir)
    assert re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", password)
    assert load_password(state_dir) == password
    assert mode(state_dir / "password") == 0o600


def test_two_directories_have_different_passwords(state_dir: Path, tmp_path: Path):
    assert load_password(state_dir) != load_password(tmp_path)


def test_a_second_start_is_told_where_the_first_one_runs(state_dir: Path):
    with lock(state_dir) as file:
        announce(file, pid=1, url="http://127.0.0.1:8000")
        with pytest.raises(ConflictError, match=r"running already at http://127.0.0.1:8000"):
            lock(state_dir).__enter__()


def test_the_lock_is_free_again_after_a_stop(state_dir: Path):
    for _ in range(2):
        with lock(state_dir) as file:
            assert file.read() == ""
            announce(file, url="http://127.0.0.1:8000")


def test_the_log_of_the_start_before_is_kept(state_dir: Path):
    for text in ("first", "second", "third"):
        with open_log(state_dir) as log:
            log.write(text)
    assert (state_dir / "hub.log").read_text() == "third"
    assert (state_dir / "hub.log.1").read_text() == "second"


def test_a_directory_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(UnavailableError, match=r"file/state \(Not a directory\).*--state-dir"):
        prepare(tmp_path / "file" / "state")
