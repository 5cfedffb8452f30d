import sys
from importlib.metadata import version
from pathlib import Path

from celltrail_magics.capturing.packages import installed


def test_the_packages_of_this_environment_are_found_with_their_versions() -> None:
    found = installed(sys.path)
    for name in ("ipython", "msgspec", "scikit-learn"):
        assert found[name] == version(name)


def test_the_first_folder_that_holds_a_package_counts(tmp_path: Path) -> None:
    for folder, number in (("first", "2.0"), ("second", "1.0")):
        (tmp_path / folder / f"My_Package.core-{number}.dist-info").mkdir(parents=True)
    (tmp_path / "second/old-0.1-py3.12.egg-info").touch()
    (tmp_path / "second/my_package").mkdir()
    folders = [str(tmp_path / name) for name in ("missing", "first", "second")]
    assert installed(folders) == {"my-package-core": "2.0", "old": "0.1"}
