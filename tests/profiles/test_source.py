"""Profiles follow their file; a bad file changes nothing and is told."""

import os
from pathlib import Path

import pytest

from celltrail_profiles.errors import InvalidFileError
from celltrail_profiles.source import ProfileSource
from tests.profiles.helping import HEAD


def names(source: ProfileSource) -> list[str]:
    return [profile.display_name for profile in source.current().profiles]


def write(path: Path, text: str) -> None:
    """Replace a file as editors and Kubernetes do: another inode each time."""
    new = path.with_suffix(".new")
    new.write_text(text)
    os.replace(new, path)


def test_a_new_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    write(path, HEAD)
    source = ProfileSource(path)
    before = source.version
    write(path, HEAD.replace("display_name: A", "display_name: B"))
    assert names(source) == ["B"]
    assert source.version != before


def test_nothing_is_read_while_nothing_changes(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    write(path, HEAD)
    source = ProfileSource(path)
    assert source.current() is source.current()


@pytest.mark.parametrize("bad", ["profiles: [", HEAD + "  mem_limt: 1\n", "", "\xff"])
def test_a_bad_file_leaves_the_last_good_one_in_force(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "p.yaml"
    write(path, HEAD)
    source = ProfileSource(path)
    version = source.version
    write(path, bad)
    assert names(source) == ["A"]
    assert source.version == version
    assert source.problem is not None
    assert f"{path}:" in str(source.problem)
    write(path, HEAD.replace("display_name: A", "display_name: B"))
    assert names(source) == ["B"]
    assert source.problem is None


def test_a_file_that_vanishes_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    write(path, HEAD)
    source = ProfileSource(path)
    path.unlink()
    assert names(source) == ["A"]
    assert "cannot be read" in str(source.problem)
    write(path, HEAD)
    assert names(source) == ["A"]
    assert source.problem is None


def test_a_config_map_that_is_swapped_by_links_is_seen(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "p.yaml", HEAD.replace("display_name: A", f"display_name: {name}"))
    data, path = tmp_path / "..data", tmp_path / "p.yaml"
    data.symlink_to("one")
    path.symlink_to("..data/p.yaml")
    source = ProfileSource(path)
    assert names(source) == ["one"]
    swapped = tmp_path / "..new"
    swapped.symlink_to("two")
    os.replace(swapped, data)
    assert names(source) == ["two"]


def test_the_first_file_must_be_good(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    with pytest.raises(InvalidFileError, match="cannot be read"):
        ProfileSource(path)
    write(path, HEAD + "  mem_limt: 1\n  cpu: 1\n")
    with pytest.raises(InvalidFileError, match=r"p.yaml:5:3: error: .*and 1 more") as caught:
        ProfileSource(path)
    assert len(caught.value.problems) == 2
