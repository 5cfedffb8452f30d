"""The server of a hub that this process runs on, as the hub tells in `CELLTRAIL_SERVER` (JSON).

Runs that begin here carry it as tags, so that each can tell what it ran on and what that cost.
"""

import math
import os
from collections.abc import Mapping

import msgspec

VARIABLE = "CELLTRAIL_SERVER"
PREFIX = "celltrail."
FACTS = ("server", "profile", "image", "gpu", "cost_per_hour", "currency")
_CHARACTERS = 500


def server_tags(env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return what the hub tells as tags; none without a hub, or if it cannot be read."""
    try:
        told = msgspec.json.decode(env.get(VARIABLE) or "{}", type=dict[str, str])
    except msgspec.MsgspecError:
        return {}
    return {f"{PREFIX}{fact}": told[fact][:_CHARACTERS] for fact in FACTS if told.get(fact)}


def cost_of(tags: Mapping[str, str], seconds: float) -> float | None:
    """Return what a server cost while a run went on, in `celltrail.currency`; None: not known.

    Runs side by side on one server cost this together, not each.
    """
    try:
        cost = float(tags[f"{PREFIX}cost_per_hour"]) * seconds / 3600
    except (KeyError, ValueError):
        return None
    return cost if math.isfinite(cost) else None
