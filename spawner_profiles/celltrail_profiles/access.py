"""Who may choose what. Everything that is not allowed by name is denied."""

from collections.abc import Collection, Iterable

import msgspec

from celltrail_profiles.schema import Access, FreeField, Option, Profile, ProfileFile


def allows(who: Access | None, user: str, groups: Collection[str]) -> bool:
    """Tell whether a user with these groups is meant; nobody is by `None`."""
    if who is None:
        return False
    if isinstance(who, str):
        return who == "everyone"
    return user in who.users or not {*who.groups}.isdisjoint(groups)


def offers(file: ProfileFile, user: str, groups: Collection[str]) -> tuple[Profile, ...]:
    """Return the profiles that a user may choose, each with only the choices that they may take.

    A profile of which an option has no answer left for the user is not offered.
    """
    offered = (offer(profile, user, groups) for profile in file.profiles)
    return tuple(profile for profile in offered if profile is not None)


def offer(profile: Profile, user: str, groups: Collection[str]) -> Profile | None:
    """Return a profile as a user may choose it, or None."""
    if not allows(profile.who, user, groups):
        return None
    options = {name: _allowed(option, user, groups) for name, option in profile.options.items()}
    if any(not option.choices and option.free is None for option in options.values()):
        return None
    if all(option is profile.options[name] for name, option in options.items()):
        return profile
    return msgspec.structs.replace(profile, options=options)


def _allowed(option: Option, user: str, groups: Collection[str]) -> Option:
    choices = {
        name: choice
        for name, choice in option.choices.items()
        if choice.who is None or allows(choice.who, user, groups)
    }
    free: FreeField | None = option.free
    if free is not None and free.who is not None and not allows(free.who, user, groups):
        free = None
    if len(choices) == len(option.choices) and free is option.free:
        return option
    return msgspec.structs.replace(option, choices=choices, free=free)


def default_of(profiles: Iterable[Profile]) -> Profile | None:
    """Return the profile for somebody who chooses nothing: the first default, or the first."""
    all_ = list(profiles)
    return next((profile for profile in all_ if profile.default), all_[0] if all_ else None)


def describe(who: Access | None) -> str:
    """Return for a person who is meant."""
    if who is None:
        return "nobody"
    if isinstance(who, str):
        return "everyone"
    parts = [f"{name} {', '.join(each)}" for name, each in _named(who.groups, who.users) if each]
    return " and ".join(parts) or "nobody"


def _named(groups: Collection[str], users: Collection[str]) -> list[tuple[str, Collection[str]]]:
    return [
        ("group" if len(groups) == 1 else "groups", groups),
        ("user" if len(users) == 1 else "users", users),
    ]
