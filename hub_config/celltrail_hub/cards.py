"""The cards of the spawn page, one for a profile: made once for all that show the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from celltrail_hub.culling.decision import describe_ends
from celltrail_profiles.describing import parts
from celltrail_profiles.resolving import Usage, default_choices, merged, usage_of
from celltrail_profiles.schema import Option, Profile, Settings

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)

type Variant = tuple[str, str]
"""A choice, by its option and its name."""

_PLACED_BY = ("cpu", "memory", "gpu", "node_selector", "tolerations")
_MOST_CARDS = 2_000


class Offer(msgspec.Struct, frozen=True):
    """A profile as some users may choose it, and what it comes to if they answer nothing else.

    `takes` are its sizes and cost; `labels` the texts of choices; `variants` what those choices
    come to that may have room where others have none.
    """

    key: tuple[Any, ...]
    profile: Profile
    settings: Settings
    usage: Usage
    takes: str
    labels: dict[Variant, str]
    variants: dict[Variant, Settings]


class Card(msgspec.Struct, frozen=True):
    """All that a card shows besides its offer.

    `takes` are the sizes and the cost, `refusals` the quotas in the way, `free` what is free,
    `missing` why there is no room, and `full` the choices that have none.
    """

    checked: bool
    answers: tuple[tuple[str, str], ...]
    takes: str
    refusals: tuple[str, ...]
    free: str = ""
    missing: str = ""
    full: frozenset[Variant] = frozenset()


class Deck:
    """The offers and cards of one file of profiles."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self._offers: dict[tuple[Any, ...], Offer] = {}
        self._markup: dict[tuple[Any, ...], Markup] = {}

    def offer(self, profile: Profile) -> Offer:
        """Return the offer of a profile that has been reduced to what a user may choose."""
        key = (profile.slug, *(_shape(option) for option in profile.options.values()))
        if key not in self._offers:
            self._offers[key] = _offer(key, profile, self.currency)
        return self._offers[key]

    def html(self, offer: Offer, card: Card) -> Markup:
        """Return a card as HTML."""
        key = (offer.key, card)
        if key not in self._markup:
            if len(self._markup) >= _MOST_CARDS:
                self._markup.clear()
            template = TEMPLATES.get_template("card.html")
            self._markup[key] = Markup(
                template.render(
                    profile=offer.profile,
                    ends=describe_ends(offer.profile),
                    labels=offer.labels,
                    answers=dict(card.answers),
                    card=card,
                )
            )
        return self._markup[key]


def _shape(option: Option) -> tuple[Any, ...]:
    return (*option.choices, option.free is not None)


def _offer(key: tuple[Any, ...], profile: Profile, currency: str) -> Offer:
    defaults = default_choices(profile)
    settings = merged(profile, defaults)
    labels: dict[Variant, str] = {}
    variants: dict[Variant, Settings] = {}
    answered = {name: option for name, option in profile.options.items() if option.choices}
    for index, (name, option) in enumerate(answered.items()):
        come_to = {
            choice: merged(profile, [*defaults[:index], over, *defaults[index + 1 :]])
            for choice, over in option.choices.items()
        }
        labels |= {(name, choice): said for choice, said in _labels(option, come_to, currency)}
        variants |= {
            (name, choice): variant
            for choice, variant in come_to.items()
            if _placement(variant) != _placement(settings)
        }
    takes = takes_of(settings, currency)
    return Offer(key, profile, settings, usage_of(settings), takes, labels, variants)


def takes_of(settings: Settings, currency: str) -> str:
    """Return the sizes and the cost of a server."""
    return " · ".join(parts(settings, currency).values())


def _labels(
    option: Option, come_to: dict[str, Settings], currency: str
) -> Iterator[tuple[str, str]]:
    """Yield the text of each choice: where none describes it, the sizes in which choices differ."""
    said = {name: parts(settings, currency) for name, settings in come_to.items()}
    names = dict.fromkeys(part for each in said.values() for part in each)
    differing = [part for part in names if len({each.get(part) for each in said.values()}) > 1]
    for name, choice in option.choices.items():
        sizes = ", ".join(said[name][part] for part in differing if part in said[name])
        about = choice.description or sizes
        yield name, f"{choice.display_name}: {about}" if about else choice.display_name


def _placement(settings: Settings) -> tuple[Any, ...]:
    return tuple(getattr(settings, name) for name in _PLACED_BY)
