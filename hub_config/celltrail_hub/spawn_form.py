"""The spawn page's form: the user's profiles with sizes, costs and options, and the quotas."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, select_autoescape

from celltrail_profiles.access import offers
from celltrail_profiles.errors import ProfileError
from celltrail_profiles.options import validated
from celltrail_profiles.quotas import Holding, Level, exceeded
from celltrail_profiles.resolving import Usage, default_choices, merged, usage_of
from celltrail_profiles.schema import Profile, ProfileFile

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(),
)


def render_form(file: ProfileFile, *, user: Holding, levels: Sequence[Level], last: Any) -> str:
    """Return the form as HTML.

    Args:
        file: the profiles in force.
        user: who sees the form, with their groups.
        levels: how full the user's quotas are; a profile that does not fit says so.
        last: the options of the user's last start, chosen beforehand if they are still valid.
    """
    offered = offers(file, user.user, user.groups)
    defaults = {profile.slug: merged(profile, default_choices(profile)) for profile in offered}
    usage = {slug: usage_of(settings) for slug, settings in defaults.items()}
    return _ENVIRONMENT.get_template("profiles.html").render(
        offered=offered,
        chosen=_chosen(offered, last),
        takes={slug: each.describe() for slug, each in usage.items()},
        costs={slug: settings.cost_per_hour for slug, settings in defaults.items()},
        too_much={slug: _too_much(levels, user, slug, each) for slug, each in usage.items()},
        levels=levels,
        currency=file.currency,
    )


def _too_much(levels: Sequence[Level], user: Holding, slug: str, usage: Usage) -> list[str]:
    asking = msgspec.structs.replace(user, profile=slug, usage=usage)
    return [level.describe() for level in exceeded(levels, asking)]


def _chosen(offered: Sequence[Profile], last: Any) -> dict[str, str]:
    for options in (last, None):
        try:
            return validated(offered, options).user_options
        except ProfileError:
            continue
    return {"profile": offered[0].slug} if offered else {"profile": ""}
