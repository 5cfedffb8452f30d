"""How far the start of a server on Kubernetes has come, as Kubernetes tells it. Pure.

The bar moves only when something happened: each stage has its place on it, which says nothing of
how long the next one takes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from celltrail_hub.pods.status import condition

Json = dict[str, Any]


@dataclass(frozen=True)
class Stage:
    """A stage that is reached: its slug, its place on the bar in percent, and what a user reads."""

    slug: str
    percent: int
    text: str

    def as_progress(self) -> Json:
        """Return it as JupyterHub's progress API has it."""
        return {"progress": self.percent, "message": self.text, "stage": self.slug}


def stage_of(pod: Json, events: Sequence[Json], answering: bool) -> Stage:
    """Return the furthest stage that a pod has reached.

    `events` are those of this very pod, oldest first; `answering` says that only its server's
    answer is waited for.
    """
    statuses = pod["status"].get("containerStatuses") or ()
    happened = {each["reason"]: each["message"] for each in events}
    node = pod["spec"].get("nodeName")
    if answering:
        return Stage("answering", 90, "The server starts; waiting for its first answer")
    if any("running" in each["state"] for each in statuses):
        return Stage("started", 80, "The container runs")
    if "Pulled" in happened:
        return Stage("pulled", 70, happened["Pulled"])
    if "Pulling" in happened:
        return Stage("pulling", 40, f"{happened['Pulling']}; a large one takes minutes")
    if condition(pod, "PodReadyToStartContainers").get("status") == "True":
        return Stage("prepared", 30, "Volumes and network are ready")
    if node:
        return Stage(
            "scheduled", 20, f"It has a place on the node {node}; its volumes are attached"
        )
    return Stage("accepted", 10, "Kubernetes looks for a node for your server")
