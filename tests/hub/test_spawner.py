from pathlib import Path

import pytest

from celltrail_hub.homes import EXAMPLES, fill_home, prepare_home
from celltrail_hub.local.spawner import CelltrailLocalSpawner


def test_a_new_home_holds_the_examples(tmp_path: Path):
    prepare_home(tmp_path / "homes" / "ada")
    notebooks = {each.name for each in (tmp_path / "homes" / "ada").iterdir()}
    assert "digits.ipynb" in notebooks
    assert notebooks == {each.name for each in EXAMPLES.glob("*.ipynb")}


def test_what_a_user_deleted_does_not_come_back(tmp_path: Path):
    home = tmp_path / "ada"
    prepare_home(home)
    (home / "digits.ipynb").unlink()
    prepare_home(home)
    assert list(home.glob("digits.ipynb")) == []


def test_a_new_volume_gets_the_examples_once(tmp_path: Path):
    home = tmp_path / "volume"
    (home / "lost+found").mkdir(parents=True)
    fill_home(home)
    assert (home / "digits.ipynb").exists()
    (home / "digits.ipynb").rename(home / "mine.ipynb")
    fill_home(home)
    assert not (home / "digits.ipynb").exists()


@pytest.mark.parametrize("pid", [1, 4_000_000])
def test_a_process_of_an_earlier_hub_is_forgotten(pid: int):
    spawner = CelltrailLocalSpawner()
    spawner.load_state({"pid": pid})
    assert spawner.pid == 0
