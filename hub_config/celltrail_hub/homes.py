"""Users' homes, which get the example notebooks at first."""

import shutil
from pathlib import Path

EXAMPLES = Path(__file__).with_name("examples")
_OF_VOLUMES = {"lost+found"}


def prepare_home(home: Path) -> None:
    """Make a user's home with the example notebooks, unless it is there."""
    if not home.exists():
        home.mkdir(mode=0o700, parents=True)
        _copy_examples(home)


def fill_home(home: Path) -> None:
    """Put the example notebooks into a home on a new volume, which is there and empty."""
    if {each.name for each in home.iterdir()} <= _OF_VOLUMES:
        _copy_examples(home)


def _copy_examples(home: Path) -> None:
    for notebook in EXAMPLES.glob("*.ipynb"):
        shutil.copyfile(notebook, home / notebook.name)
