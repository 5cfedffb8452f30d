"""Why a server on Kubernetes does not start: each cause, what to do, how long it may last.

Pure. The texts are for the user who waits; what Kubernetes said literally goes into the hub's log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kind:
    """What all causes of one kind have in common.

    `grace_seconds` is how long such a cause may last before the start is given up, since it may go
    away by itself; `scales` says whether another node would help. `status` is of HTTP.
    """

    advice: str
    grace_seconds: float
    status: int = 503
    scales: bool = False


_ANOTHER = "Choose another profile"
_ADMIN = "Tell your administrator"
_SOON = f"Try again in some minutes. {_ADMIN} if it stays so."
_LATER = "Try again later, or choose another profile"

KINDS: Mapping[str, Kind] = {
    # No place on a node.
    "gpu-taken": Kind(f"{_LATER}.", 5, scales=True),
    "no-such-gpu": Kind(f"{_ANOTHER}, or ask your administrator for such a node.", 3, scales=True),
    "resources-taken": Kind("Try again later, or choose a smaller profile.", 5, scales=True),
    "too-large": Kind("Choose a smaller profile.", 3, scales=True),
    "no-node-for-profile": Kind(
        f"{_ANOTHER}; your administrator can compare its node selection and tolerations with"
        " the nodes.", 3, scales=True,
    ),
    "nodes-unavailable": Kind(_SOON, 5, scales=True),
    "unschedulable": Kind(f"{_LATER}.", 5, scales=True),
    # Volumes.
    "volume-missing": Kind(f"{_ADMIN}: it was deleted, or its name in the profile is wrong.", 4),
    "volume-refused": Kind(f"{_ADMIN}: the storage class or its provisioner has to be mended.", 4),
    "volume-slow": Kind(_SOON, 90),
    "volume-elsewhere": Kind(
        "Stop the other server that uses it, or wait some minutes until it is let go of.", 60
    ),
    "volume-not-mounted": Kind(_SOON, 45),
    # The image.
    "image-missing": Kind(f"Check its name and tag, or choose another image. {_ADMIN} if it is the"
                          " profile's.", 0),
    "image-denied": Kind(f"{_ADMIN}: the cluster needs credentials for it.", 0),
    "image-unreachable": Kind(f"Try again in a minute. {_ADMIN} if it stays so.", 4),
    # The container.
    "container-refused": Kind(f"{_ADMIN}: the profile or image has to be mended.", 3),
    "command-missing": Kind("Choose another image: this one has no such program.", 0),
    "server-crashed": Kind("Choose another image or profile, or mend what it starts with.", 3),
    "out-of-memory": Kind("Choose a profile with more memory.", 0),
    "server-ended": Kind("Choose another image: what it starts ends by itself.", 0),
    "network-not-ready": Kind(_SOON, 30),
    # The node, or the pod, went away.
    "node-gone": Kind("Start it again: it gets another node.", 0),
    "node-unreachable": Kind("Start it again: it gets another node.", 5),
    "evicted": Kind("Start it again, or choose another profile if it happens again.", 0),
    "preempted": Kind(f"{_LATER}.", 0),
    "pod-deleted": Kind(f"Start it again. {_ADMIN} if you did not delete it.", 2),
    # Kubernetes refuses to make it.
    "namespace-quota": Kind("Stop a server you do not need, or choose a smaller profile.", 0, 429),
    "admission-refused": Kind(f"{_ADMIN}: the profile breaks a rule of the cluster.", 0, 403),
    "invalid-pod": Kind(f"{_ADMIN}: the profile has to be mended.", 0, 400),
    "hub-not-allowed": Kind(f"{_ADMIN}: the hub's role has to be mended.", 0),
    "name-taken": Kind(f"{_ADMIN}: two users must not have the same names in Kubernetes.", 0, 409),
    "namespace-missing": Kind(f"{_ADMIN}.", 0),
    "cluster-unavailable": Kind("Try again in a minute.", 0),
    # It runs, and does not answer; or nothing is wrong, and it takes too long.
    "server-silent": Kind(
        f"Try again. {_ADMIN} if it stays so: a network policy may stand between hub and server.", 0
    ),
    "start-timeout": Kind(f"Try again. {_ADMIN} if it happens again.", 0),
}  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """One cause: `reason` is a key of KINDS, `message` is for the user, `detail` for the log."""

    reason: str
    message: str
    detail: str = field(default="", compare=False)

    @property
    def kind(self) -> Kind:
        """Return what it has in common with others."""
        return KINDS[self.reason]

    @property
    def text(self) -> str:
        """Return what the user reads."""
        return f"{self.message} {self.kind.advice}"


class Patience:
    """Decides when a cause has lasted too long. Pure: it is told the time, in seconds.

    `autoscaler_seconds` is how long a pod without a place waits for an autoscaler to speak up; once
    one has said that it adds a node, that cause waits on.
    """

    def __init__(self, grace_seconds: Mapping[str, float], autoscaler_seconds: float) -> None:
        self._grace = {reason: kind.grace_seconds for reason, kind in KINDS.items()}
        self._grace |= grace_seconds
        self._autoscaler_seconds = autoscaler_seconds
        self._reason = ""
        self._since = 0.0

    def is_over(self, cause: Cause | None, scaling: bool | None, now: float) -> bool:
        """Return whether to give up.

        `scaling` is what an autoscaler said: that it adds a node, that it will not, or nothing yet.
        """
        if cause is None:
            self._reason = ""
            return False
        if cause.reason != self._reason:
            self._reason, self._since = cause.reason, now
        grace = self._grace[cause.reason]
        if cause.kind.scales and scaling is None:
            grace = max(grace, self._autoscaler_seconds)
        return now - self._since >= grace and not (cause.kind.scales and scaling)
