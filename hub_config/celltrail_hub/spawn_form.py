"""The spawn page's form: the user's profiles with sizes, costs and options, and the quotas."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from celltrail_profiles.errors import ProfileError
from celltrail_profiles.explaining import Explanation
from celltrail_profiles.options import validated
from celltrail_profiles.quotas import Level
from celltrail_profiles.schema import Profile, ProfileFile

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(),
)


def render_form(
    file: ProfileFile,
    *,
    offered: Sequence[Profile],
    explained: Sequence[Explanation],
    levels: Sequence[Level],
    last: Any,
) -> str:
    """Return the form as HTML.

    `last` are the options of the user's last start; they are chosen beforehand if they are still
    valid, else the defaults are.
    """
    return _ENVIRONMENT.get_template("profiles.html").render(
        offered=offered,
        chosen=_chosen(offered, last),
        takes={each.slug: each.takes for each in explained},
        costs={each.slug: each.cost_per_hour for each in explained},
        levels=levels,
        currency=file.currency,
    )


def _chosen(offered: Sequence[Profile], last: Any) -> dict[str, str]:
    for options in (last, None):
        try:
            return validated(offered, options).user_options
        except ProfileError:
            continue
    return {"profile": offered[0].slug} if offered else {"profile": ""}
