"""What changes from one file of profiles to another: whose servers, and how."""

from typing import Any, Literal

import msgspec

from celltrail_profiles import access
from celltrail_profiles.kubespawner import overrides
from celltrail_profiles.resolving import merged
from celltrail_profiles.schema import Access, Profile, ProfileFile, Who


class Change(msgspec.Struct, frozen=True):
    """What happens to one profile or quota.

    `pods` tells whether servers that are started from now on differ; running ones never change.
    `whose` is for a person. `details` has one line for each value that differs.
    """

    kind: Literal["added", "removed", "changed"]
    what: Literal["profile", "quota"]
    name: str
    whose: str
    pods: bool
    gains: tuple[str, ...]
    loses: tuple[str, ...]
    details: tuple[str, ...]


def diff(old: ProfileFile, new: ProfileFile) -> tuple[Change, ...]:
    """Return the changes in the order of the new file; what was removed comes last."""
    before = {profile.slug: profile for profile in old.profiles}
    after = {profile.slug: profile for profile in new.profiles}
    changes = [_profile(before.get(slug), profile) for slug, profile in after.items()]
    changes += [_profile(profile, None) for slug, profile in before.items() if slug not in after]
    quotas = {quota.name: quota for quota in old.quotas}
    limits = {quota.name: quota for quota in new.quotas}
    changes += [_quota(name, quotas.get(name), limits.get(name)) for name in {**limits, **quotas}]
    return tuple(change for change in changes if change is not None)


def _profile(old: Profile | None, new: Profile | None) -> Change | None:
    before, after = old.who if old else None, new.who if new else None
    gains, loses = _moved(before, after)
    if old is None or new is None:
        kind: Literal["added", "removed"] = "added" if old is None else "removed"
        some = new or old
        assert some is not None
        return Change(kind, "profile", some.slug, access.describe(some.who), True, gains, loses, ())
    details = tuple(_details(old, new))
    if not details:
        return None
    return Change(
        "changed",
        "profile",
        new.slug,
        access.describe(new.who),
        _pods(old) != _pods(new),
        gains,
        loses,
        details,
    )


def _quota(name: str, old: Any, new: Any) -> Change | None:
    details = tuple(_details(old, new)) if old is not None and new is not None else ()
    if old is not None and new is not None and not details:
        return None
    some = old if new is None else new
    kind: Any = "added" if old is None else "removed" if new is None else "changed"
    return Change(kind, "quota", name, access.describe(some.who), False, (), (), details)


def _pods(profile: Profile) -> dict[str, Any]:
    """Return the traits of every pod that a profile can come to with one choice at a time."""
    made: dict[str, Any] = {"": overrides(profile)}
    for name, option in profile.options.items():
        for key, choice in option.choices.items():
            made[f"{name}.{key}"] = overrides(merged(profile, [choice]))
    return made


def _moved(old: Access | None, new: Access | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who gets a profile that they had not, and who loses it, as far as names tell."""
    before, after = _names(old), _names(new)
    gains = () if "everyone" in before else tuple(sorted(after - before))
    loses = () if "everyone" in after else tuple(sorted(before - after))
    return gains, loses


def _names(who: Access | None) -> set[str]:
    if not isinstance(who, Who):
        return set() if who is None else {"everyone"}
    groups = {f"group {group}" for group in who.groups}
    return groups | {f"user {user}" for user in who.users}


def _details(old: msgspec.Struct, new: msgspec.Struct) -> list[str]:
    before, after = _flat(old), _flat(new)
    return [
        f"{path}: {_shown(before.get(path))} → {_shown(after.get(path))}"
        for path in {**before, **after}
        if before.get(path) != after.get(path)
    ]


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    """Return the leaves of a value by path; what is not set is left out."""
    if isinstance(value, msgspec.Struct):
        value = {name: getattr(value, name) for name in value.__struct_fields__}
    elif isinstance(value, tuple):
        value = dict(enumerate(value))
    if not isinstance(value, dict):
        return {} if value is None else {path: value}
    found: dict[str, Any] = {}
    for name, each in value.items():
        found |= _flat(each, f"{path}.{name}" if path else str(name))
    return found


def _shown(value: Any) -> str:
    text = "(none)" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
