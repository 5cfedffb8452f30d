"""The spawn page's form: the user's profiles, each with what it takes and what is free; quotas."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from markupsafe import Markup

from celltrail_hub.capacity.client import Seen
from celltrail_hub.cards import TEMPLATES, Card, Deck, Offer, takes_of
from celltrail_profiles.access import offers
from celltrail_profiles.capacity import Capacity
from celltrail_profiles.holders import GpuHolders, show_span
from celltrail_profiles.options import ResolvedSpawn, salvaged
from celltrail_profiles.quotas import Holding, Level, exceeded
from celltrail_profiles.resolving import merged
from celltrail_profiles.rooms import Room, Rooms
from celltrail_profiles.schema import Profile, ProfileFile, Settings


class View(msgspec.Struct, frozen=True):
    """Who looks at the form, and what is to be said to them.

    Args:
        user: who sees the form, with their groups.
        levels: how full the user's quotas are; a profile that does not fit says so.
        last: what the user asked for last; as far as it is still good, it is chosen beforehand.
        server: the name of a named server.
        seen: what is free in the cluster, if anybody knows.
        base: what the hub sets for all servers, as far as it decides where they have room.
        who_holds: tells who holds the GPUs that a server wants.
        adds_nodes: whether an autoscaler may make room.
    """

    user: Holding
    levels: Sequence[Level] = ()
    last: Any = None
    server: str = ""
    seen: Seen | None = None
    base: Settings = Settings()
    who_holds: Callable[[Settings], str] = lambda settings: ""
    adds_nodes: bool = False


class SpawnForm:
    """Makes the forms of one file of profiles."""

    def __init__(self, file: ProfileFile) -> None:
        self.file = file
        self.gpu_holders = GpuHolders(file)
        self._deck = Deck(file.currency)
        self._rooms = _Rooms(None, Settings())

    def render(self, view: View) -> str:
        """Return the form as HTML."""
        capacity = view.seen.capacity if view.seen else None
        if not self._rooms.are_of(capacity, view.base):
            self._rooms = _Rooms(capacity, view.base)
        offered = offers(self.file, view.user.user, view.user.groups)
        chosen = salvaged(offered, view.last) or salvaged(offered, None)
        return TEMPLATES.get_template("profiles.html").render(
            cards=[self._card(view, profile, chosen) for profile in offered],
            levels=[level.summary() for level in view.levels],
            server=view.server,
            age=show_span(view.seen.age) if view.seen and view.seen.age else "",
        )

    def _card(self, view: View, profile: Profile, chosen: ResolvedSpawn | None) -> Markup:
        offer = self._deck.offer(profile)
        settings, usage, takes = offer.settings, offer.usage, offer.takes
        answers: tuple[tuple[str, str], ...] = ()
        checked = chosen is not None and chosen.profile is profile
        if chosen is not None and checked:
            settings, usage = chosen.settings, chosen.usage
            takes = takes_of(settings, self.file.currency)
            answers = tuple(chosen.user_options.items())
        asking = msgspec.structs.replace(view.user, profile=profile.slug, usage=usage)
        room = self._rooms.of((offer.key, answers), settings)
        free, missing = _said(room, settings, view)
        card = Card(
            checked=checked,
            answers=answers,
            takes=takes,
            refusals=tuple(level.describe() for level in exceeded(view.levels, asking)),
            free=free,
            missing=missing,
            full=self._rooms.full(offer),
        )
        return self._deck.html(offer, card)


class _Rooms:
    """The room for servers in one state of a cluster, looked for once; none is known without."""

    def __init__(self, capacity: Capacity | None, base: Settings) -> None:
        self._capacity, self._base = capacity, base
        self._rooms = Rooms(capacity) if capacity else None
        self._found: dict[Any, Room | None] = {}

    def are_of(self, capacity: Capacity | None, base: Settings) -> bool:
        """Tell whether this is about a state of a cluster, and about servers of this hub."""
        return capacity is self._capacity and base == self._base

    def of(self, key: Any, settings: Settings) -> Room | None:
        """Return the room for servers of these settings, which `key` stands for."""
        if self._rooms is None:
            return None
        if key not in self._found:
            self._found[key] = self._rooms.room_for(merged(self._base, [settings]))
        return self._found[key]

    def full(self, offer: Offer) -> frozenset[tuple[str, str]]:
        """Return the choices of an offer that have no room."""
        rooms = {
            choice: self.of((offer.key, choice), settings)
            for choice, settings in offer.variants.items()
        }
        return frozenset(choice for choice, room in rooms.items() if room and not room.servers)


def _said(room: Room | None, settings: Settings, view: View) -> tuple[str, str]:
    """Return what is free, or why there is no room, who holds it, and whether there may be more."""
    if room is None or room.servers:
        return (room.describe() if room else ""), ""
    said = [room.describe()]
    if room.why == "taken":
        said.append(view.who_holds(settings))
    if view.adds_nodes:
        said.append("the cluster may add a node")
    return "", "; ".join(part for part in said if part)
