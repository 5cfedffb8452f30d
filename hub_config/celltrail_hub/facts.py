"""What a server is told of itself, for the runs on it (`celltrail.hosting`)."""

import msgspec

from celltrail_profiles.options import ResolvedSpawn


def facts_of(resolved: ResolvedSpawn, server: str, image: str, currency: str) -> str:
    """Return the value of `CELLTRAIL_SERVER`; `image` is the one where the profile has none."""
    settings = resolved.settings
    facts = {
        "server": server,
        "profile": resolved.profile.slug,
        "image": settings.image or image,
        "gpu": settings.gpu.describe() if settings.gpu else "",
    }
    if settings.cost_per_hour is not None:
        facts |= {"cost_per_hour": str(settings.cost_per_hour), "currency": currency}
    return msgspec.json.encode({name: fact for name, fact in facts.items() if fact}).decode()
