"""Pods and events as Kubernetes gives them, no more of them than matters."""

from itertools import count
from typing import Any

Json = dict[str, Any]
_versions = count(1)


def pod(
    *conditions: Json,
    container: Json | None = None,
    phase: str = "Pending",
    limits: Json | None = None,
    **status: Any,
) -> Json:
    statuses = [{"image": "example.org/a:1", "restartCount": 0, **container}] if container else None
    return {
        "metadata": {"name": "jupyter-ada", "uid": "u1"},
        "spec": {"containers": [{"resources": {"limits": limits or {}}}]},
        "status": {
            "phase": phase, "conditions": list(conditions), "containerStatuses": statuses, **status,
        },
    }  # fmt: skip


def unschedulable(message: str) -> Json:
    return {
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message,
    }  # fmt: skip


def true(kind: str, **more: str) -> Json:
    return {"type": kind, "status": "True", **more}


def waiting(reason: str, message: str = "", **more: Any) -> Json:
    return {"state": {"waiting": {"reason": reason, "message": message}}, **more}


def terminated(code: int, reason: str = "Error", message: str = "") -> Json:
    return {"terminated": {"exitCode": code, "reason": reason, "message": message}}


def event(reason: str, message: str = "", kind: str = "Warning") -> Json:
    version = next(_versions)
    return {
        "metadata": {"name": f"e{version}", "resourceVersion": str(version)},
        "involvedObject": {"kind": "Pod", "uid": "u1"},
        "type": kind, "reason": reason, "message": message,
    }  # fmt: skip
