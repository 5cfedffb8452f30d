"""What JupyterHub is told where there are profiles: the spawner's files, pages, numbers."""

from functools import partial
from pathlib import Path
from typing import Any


def configure_profiles(c: Any, profiles: Path, ledger: Path, tracking_url: str = "") -> None:
    """Offer profiles and count quotas; tell who used what at `/hub/usage` and `/hub/metrics`.

    With the address of the tracking server, users see there what each of their runs cost.
    """
    from prometheus_client import REGISTRY

    from celltrail_hub.culling.stops import stops_of
    from celltrail_hub.metrics import HeldCollector
    from celltrail_hub.usage import page, runs_page

    c.ProfiledSpawner.profiles_file = str(profiles)
    c.ProfiledSpawner.ledger_file = str(ledger)
    c.JupyterHub.extra_handlers.extend(page.handlers(str(ledger), bool(tracking_url)))
    if tracking_url:
        c.JupyterHub.extra_handlers.extend(runs_page.handlers(tracking_url))
    c.JupyterHub.template_paths.insert(0, str(Path(__file__).with_name("templates") / "pages"))
    c.JupyterHub.template_vars.update({"celltrail_stops": partial(stops_of, str(ledger))})
    REGISTRY.register(HeldCollector(str(profiles), str(ledger)))
