"""What one user sees of a file of profiles, and why not the rest."""

from collections.abc import Collection

import msgspec

from celltrail_profiles import access
from celltrail_profiles.resolving import default_choices, merged, usage_of
from celltrail_profiles.schema import Choice, FreeField, Option, Profile, ProfileFile


class Explanation(msgspec.Struct, frozen=True):
    """One profile for one user: whether it is offered, why (not), and which choices are missing.

    `hidden` has the reason of each choice and free field that the user does not get, by
    `OPTION.CHOICE`.
    """

    slug: str
    display_name: str
    offered: bool
    default: bool
    reason: str
    takes: str
    cost_per_hour: float | None
    hidden: dict[str, str]


def explain(file: ProfileFile, user: str, groups: Collection[str]) -> tuple[Explanation, ...]:
    """Return what a user sees of each profile, in the order of the file."""
    default = access.default_of(access.offers(file, user, groups))
    slug = default.slug if default else None
    return tuple(_explain(profile, user, groups, slug) for profile in file.profiles)


def _explain(
    profile: Profile, user: str, groups: Collection[str], default: str | None
) -> Explanation:
    offered = access.offer(profile, user, groups)
    hidden = {} if not access.allows(profile.who, user, groups) else _hidden(profile, user, groups)
    settings = merged(profile, default_choices(offered or profile))
    return Explanation(
        slug=profile.slug,
        display_name=profile.display_name,
        offered=offered is not None,
        default=profile.slug == default,
        reason=_reason(profile, user, groups, offered is not None),
        takes=usage_of(settings).describe(),
        cost_per_hour=settings.cost_per_hour,
        hidden=hidden,
    )


def _reason(profile: Profile, user: str, groups: Collection[str], offered: bool) -> str:
    who = profile.who
    if not access.allows(who, user, groups):
        return f"for {access.describe(who)}; {user} {_membership(groups)}"
    if not offered:
        return "an option has no answer that this user may give"
    if who is None or isinstance(who, str):
        return "for everyone"
    if user in who.users:
        return f"for user {user}"
    return f"for group {next(group for group in who.groups if group in groups)}"


def _hidden(profile: Profile, user: str, groups: Collection[str]) -> dict[str, str]:
    found = {}
    for name, option in profile.options.items():
        for key, answer in _answers(option).items():
            if answer.who is not None and not access.allows(answer.who, user, groups):
                found[f"{name}.{key}"] = f"for {access.describe(answer.who)}"
    return found


def _answers(option: Option) -> dict[str, Choice | FreeField]:
    free = {"free": option.free} if option.free else {}
    return {**option.choices, **free}


def _membership(groups: Collection[str]) -> str:
    return f"is in {', '.join(sorted(groups))}" if groups else "is in no group"
