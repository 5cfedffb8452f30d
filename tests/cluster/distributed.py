"""Values of a platform as a team has it: PostgreSQL, artifacts in S3, two tracking servers."""

import signal
from typing import Any

from kubernetes import client

from tests.cluster.installing import SERVICES, Platform, execute, is_ready
from tests.conftest import wait_for

S3 = "s3"
_SMALL = {"requests": {"cpu": "20m", "memory": "128Mi"}, "limits": {"memory": "1Gi"}}
_SERVER = {
    "who": "everyone",
    "cpu": {"guarantee": "20m", "limit": 2},
    "memory": {"guarantee": "128Mi", "limit": "768Mi"},
}

VALUES: dict[str, Any] = {
    "hub": {
        "config": {
            "authentication": {
                "password": {"password": {"env": "CELLTRAIL_LOGIN_PASSWORD"}},
                "allowed": {"everyone": True},
            },
            "servers": {"home": {"capacity": "1Gi"}},
        },
        "resources": _SMALL,
    },
    "proxy": {"resources": _SMALL},
    "tracking": {
        "replicas": 2,
        "resources": _SMALL,
        "database": {"kind": "postgresql"},
        "artifacts": {"url": "s3://trail/artifacts", "secret": S3},
        "env": {"AWS_ENDPOINT_URL": f"http://{S3}:5000", "AWS_REGION": "eu-west-1"},
        "settings": {"log_level": "INFO"},
        "egress": [
            {"to": [{"podSelector": {"matchLabels": {"app": S3}}}], "ports": [{"port": 5000}]}
        ],
    },
    "postgresql": {"enabled": True, "resources": _SMALL},
    "profiles": [
        {"slug": "small", "display_name": "Small", "default": True, **_SERVER},
        {"slug": "gpu", "display_name": "GPU", **_SERVER, "gpu": {"vendor": "nvidia", "count": 1}},
    ],
}


def start_s3(platform: Platform) -> None:
    """Start moto's server, and make the bucket and the Secret that the values name."""
    core, namespace = platform.core, platform.namespace
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    core.create_namespaced_secret(namespace, {"metadata": {"name": S3}, "stringData": keys})
    container = {
        "name": S3,
        "image": SERVICES,
        "imagePullPolicy": "IfNotPresent",
        "args": ["moto_server", "-H", "0.0.0.0", "-p", "5000"],
        "readinessProbe": {"httpGet": {"path": "/moto-api/", "port": 5000}, "periodSeconds": 1},
    }
    metadata = {"name": S3, "labels": {"app": S3}}
    core.create_namespaced_pod(
        namespace, {"metadata": metadata, "spec": {"containers": [container]}}
    )
    core.create_namespaced_service(
        namespace,
        {"metadata": metadata, "spec": {"selector": {"app": S3}, "ports": [{"port": 5000}]}},
    )
    wait_for("S3", lambda: is_ready(core.read_namespaced_pod(S3, namespace)), 60)
    command = "http.client.HTTPConnection('localhost', 5000).request('PUT', '/trail')"
    platform.execute(S3, "python3", "-c", f"import http.client; {command}", namespace=namespace)


def artifacts_in_s3(platform: Platform) -> int:
    """How many objects the bucket holds."""
    command = "import urllib.request as r; print(r.urlopen('http://localhost:5000/trail').read().decode())"
    return platform.execute(S3, "python3", "-c", command, namespace=platform.namespace).count(
        "<Key>"
    )


def crash(platform: Platform, pod: Any, namespace: str | None = None) -> None:
    """Kill what the container runs with SIGKILL, as the kernel does when memory runs out.

    From inside: the first process is an init, which ends with the only child that it has.
    """
    name, before = pod.metadata.name, restarts(pod)
    command = (
        "import os, glob; me = os.getpid()\n"
        "for f in glob.glob('/proc/[0-9]*/stat'):\n"
        "    pid, ppid = int(f.split('/')[2]), int(open(f).read().rpartition(')')[2].split()[1])\n"
        "    if ppid == 1 and pid != me: os.kill(pid, 9)"
    )
    namespace = namespace or platform.namespace
    # The container's end may be this command's, too.
    execute(
        platform.api, namespace, name, "python3", "-c", command, codes=(0, 128 + signal.SIGKILL)
    )

    def started_again() -> bool:
        try:
            return restarts(platform.core.read_namespaced_pod(name, namespace)) > before
        except client.ApiException:
            return False

    wait_for(f"the crash of {name}", started_again, 60)


def restarts(pod: Any) -> int:
    return sum(each.restart_count for each in pod.status.container_statuses or ())
