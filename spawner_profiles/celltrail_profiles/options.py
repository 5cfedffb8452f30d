"""From what a user sent, by form or by API, to what may be started. Nothing is taken on trust.

`user_options` are as KubeSpawner has them: `profile`, `OPTION` for the name of a choice, and
`OPTION--unlisted-choice` for a free field.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from celltrail_profiles.access import default_of
from celltrail_profiles.documents import did_you_mean, show
from celltrail_profiles.errors import NotOfferedError, OptionError, ProfileError
from celltrail_profiles.patterns import matches
from celltrail_profiles.resolving import Usage, merged, usage_of
from celltrail_profiles.schema import Choice, FreeField, Option, Profile, Settings

UNLISTED = "--unlisted-choice"
_FORM = "profile-option-"


class ResolvedSpawn(msgspec.Struct, frozen=True):
    """What a valid request comes to.

    `settings` are whole: those of the profile with its choices over it. `user_options` say the
    same in the canonical form, with every default written out, fit to be stored.
    """

    profile: Profile
    settings: Settings
    user_options: dict[str, str]
    usage: Usage


def from_form(data: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return the user options of a submitted form.

    Fields of the other profiles on the page are left out, as are empty free fields and, where a
    free field was filled in, the choice beside it.
    """
    slug = next(iter(data.get("profile") or ()), None)
    if not slug:
        return {}
    options: dict[str, Any] = {"profile": slug}
    prefix = f"{_FORM}{slug}--"
    for name, values in data.items():
        if name.startswith(prefix) and values and values[0] != "":
            options[name[len(prefix) :]] = values[0]
    for name in [name for name in options if name.endswith(UNLISTED)]:
        options.pop(name.removesuffix(UNLISTED), None)
    return options


def validated(offered: Sequence[Profile], user_options: Any) -> ResolvedSpawn:
    """Return what a request comes to, given the profiles that its user may choose (`offers`).

    No options at all mean the user's default profile. Raises NotOfferedError and OptionError with
    a reason that names nothing that this user may not see; never anything else.
    """
    if not offered:
        raise NotOfferedError(
            "no profile is offered to you; ask your administrator for access", "no_profile"
        )
    asked = _texts(user_options)
    profile = _chosen(offered, asked.pop("profile", None))
    answers = [_answer(name, option, asked) for name, option in profile.options.items()]
    if asked:
        unknown = next(iter(asked))
        near = did_you_mean(unknown.removesuffix(UNLISTED), profile.options)
        raise OptionError(
            f"{profile.display_name} has no option {show(unknown)}{near}", "unknown_option"
        )
    return _resolved(profile, answers)


def salvaged(offered: Sequence[Profile], user_options: Any) -> ResolvedSpawn | None:
    """Return what is still good of a request, with defaults for the rest; to be shown, not started.

    None if its profile is not offered (any more). An option may lack the value to be typed.
    """
    try:
        asked = _texts(user_options)
        profile = _chosen(offered, asked.get("profile")) if offered else None
    except ProfileError:
        return None
    if profile is None:
        return None
    answers = []
    for name, option in profile.options.items():
        given = {key: asked[key] for key in (name, name + UNLISTED) if key in asked}
        for each in (given, {}):
            try:
                answers.append(_answer(name, option, each))
            except OptionError:
                continue
            break
    return _resolved(profile, answers)


def _resolved(profile: Profile, answers: list[tuple[str, str, Settings]]) -> ResolvedSpawn:
    settings = merged(profile, [over for _, _, over in answers])
    chosen = {"profile": profile.slug, **{key: value for key, value, _ in answers}}
    return ResolvedSpawn(profile, settings, chosen, usage_of(settings))


def _texts(user_options: Any) -> dict[str, str]:
    if user_options is None:
        return {}
    if not isinstance(user_options, Mapping):
        raise OptionError(f"options must be a mapping, not {show(user_options)}", "bad_options")
    for name, value in user_options.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise OptionError(
                f"the option {show(name)} must be text, not {show(value)}", "bad_options"
            )
    return dict(user_options)


def _chosen(offered: Sequence[Profile], slug: str | None) -> Profile:
    if slug is None:
        default = default_of(offered)
        assert default is not None
        return default
    for profile in offered:
        if profile.slug == slug:
            return profile
    names = ", ".join(profile.slug for profile in offered)
    raise NotOfferedError(
        f"the profile {show(slug)} is not offered to you; yours are: {names}", "not_offered"
    )


def _answer(name: str, option: Option, asked: dict[str, str]) -> tuple[str, str, Settings]:
    """Return an option's key, its value, and what that sets; takes them out of `asked`."""
    typed = asked.pop(name + UNLISTED, None)
    chosen = asked.pop(name, None)
    if typed is not None and chosen is not None:
        raise OptionError(f"{option.display_name}: choose, or type a value; not both", "bad_choice")
    if typed is not None:
        return name + UNLISTED, typed, _typed(option, typed)
    key, choice = _choice(option, chosen)
    return name, key, choice


def _choice(option: Option, chosen: str | None) -> tuple[str, Choice]:
    if chosen is None:
        if not option.choices:
            raise OptionError(f"{option.display_name}: type a value", "bad_value")
        default = next((key for key, each in option.choices.items() if each.default), None)
        chosen = default or next(iter(option.choices))
    if chosen not in option.choices:
        near = did_you_mean(chosen, option.choices) or _listed(option)
        raise OptionError(f"{option.display_name}: no choice {show(chosen)}{near}", "bad_choice")
    return chosen, option.choices[chosen]


def _listed(option: Option) -> str:
    return f"; there are: {', '.join(option.choices)}" if option.choices else ""


def _typed(option: Option, value: str) -> Settings:
    free = option.free
    if free is None:
        raise OptionError(f"{option.display_name}: choose one of the list", "bad_choice")
    if len(value) > free.max_length:
        raise OptionError(
            f"{option.display_name}: {len(value)} characters are more than {free.max_length}",
            "bad_value",
        )
    if not matches(free.pattern, value):
        why = free.message or f"it must match {free.pattern}"
        raise OptionError(
            f"{option.display_name}: {show(value)} is not allowed: {why}", "bad_value"
        )
    return setting_of(free, value)


def setting_of(free: FreeField, value: str) -> Settings:
    """Return what a free field sets."""
    if free.sets == "image":
        return Settings(image=value)
    return Settings(environment={free.sets.removeprefix("environment."): value})
