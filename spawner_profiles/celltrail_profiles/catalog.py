"""The profiles that come with Celltrail, each file a documented example to copy and adapt."""

from importlib.resources import files

from celltrail_profiles.errors import ProfileError

_FOLDER = files("celltrail_profiles") / "catalog"


def names() -> list[str]:
    """Return the names of the files, without their ending."""
    return sorted(each.name[:-5] for each in _FOLDER.iterdir() if each.name.endswith(".yaml"))


def text(name: str) -> str:
    """Return one file, comments included. Raises ProfileError if there is none of the name."""
    if name not in names():
        raise ProfileError(f"the catalog has no {name}; it has {', '.join(names())}")
    return (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
