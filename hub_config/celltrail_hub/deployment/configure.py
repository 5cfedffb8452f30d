"""JupyterHub's configuration of a hub in a pod, from its settings: the whole, top to bottom.

`local.configure` is its twin for one machine. Users' servers are pods, the proxy and the tracking
server are pods of their own that go on while the hub restarts.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celltrail.errors import InvalidError
from celltrail_hub.deployment.settings import Deployment, Home, Service
from celltrail_hub.logins.authentication import configure_authentication
from celltrail_hub.logins.identity import require_identity
from celltrail_hub.offering import configure_profiles
from celltrail_hub.scopes import SERVICE, configure_scopes

# JupyterHub begins its work only when each service has answered, or this has passed.
_WAIT_SECONDS = 1


def configure_deployment(c: Any, settings: Deployment, env: Mapping[str, str] = os.environ) -> None:
    """Set up `c`, the configuration object of JupyterHub.

    Raises InvalidError for a secret that is missing, for a file of `extra_config` that fails, and
    for a login that would let anybody in from outside.
    """
    configure_hub(c, settings, env)
    configure_proxy(c, settings, env)
    configure_servers(c, settings)
    configure_tracking(c, settings)
    configure_services(c, settings, env)
    configure_authentication(c, settings, env)
    if settings.extra_config is not None:
        execute_files(c, Path(settings.extra_config))
    require_identity(c, settings)


def configure_hub(c: Any, settings: Deployment, env: Mapping[str, str]) -> None:
    """Listen for proxy, servers and services, and keep users' servers over restarts."""
    hub = settings.hub
    state_dir = Path(hub.state_dir)
    c.JupyterHub.bind_url = f"http://:8000{settings.base_url}"  # the proxy's; the hub opens none
    c.JupyterHub.public_url = settings.url
    c.JupyterHub.hub_bind_url = f"http://:{_port_of(hub.url)}"
    c.JupyterHub.hub_connect_url = hub.url
    c.JupyterHub.db_url = (
        _with_driver(hub.database.read(env))
        if hub.database
        else f"sqlite:///{state_dir / 'hub.sqlite'}"
    )
    c.JupyterHub.upgrade_db = True
    if hub.cookie_secret is not None:
        c.JupyterHub.cookie_secret = _hexadecimal("cookie_secret", hub.cookie_secret.read(env))
    else:
        c.JupyterHub.cookie_secret_file = str(state_dir / "cookie_secret")
    if hub.crypt_key is not None:
        c.CryptKeeper.keys = [_hexadecimal("crypt_key", hub.crypt_key.read(env))]
        c.Authenticator.enable_auth_state = True
        c.Authenticator.refresh_pre_spawn = True
    c.JupyterHub.cleanup_servers = False
    c.JupyterHub.concurrent_spawn_limit = hub.concurrent_starts


def configure_proxy(c: Any, settings: Deployment, env: Mapping[str, str]) -> None:
    """Tell traefik, in its own pods, the routes."""
    c.JupyterHub.proxy_class = "celltrail_hub.deployment.proxy.PushedProxy"
    c.PushedProxy.url = settings.proxy.url
    c.PushedProxy.token = settings.proxy.token.read(env)


def configure_servers(c: Any, settings: Deployment) -> None:
    """Run single-user servers as pods that record at the tracking server."""
    servers = settings.servers
    c.JupyterHub.spawner_class = "celltrail_hub.kubernetes.CelltrailSpawner"
    c.JupyterHub.allow_named_servers = servers.named > 0
    c.JupyterHub.named_server_limit_per_user = servers.named
    c.Spawner.default_url = "/lab"
    if servers.start_timeout is not None:
        c.Spawner.start_timeout = servers.start_timeout.seconds
    if servers.autoscaler is not None:
        c.CelltrailSpawner.autoscaler_seconds = servers.autoscaler.seconds
    c.Spawner.http_timeout = 90
    tracking_url = f"{settings.tracking.url.rstrip('/')}{settings.base_url}services/{SERVICE}"
    c.Spawner.environment = {
        "CELLTRAIL_URL": tracking_url,
        "MLFLOW_TRACKING_URI": tracking_url,
        "MLFLOW_TRACKING_TOKEN": lambda spawner: spawner.api_token,
        **servers.environment,
    }
    c.KubeSpawner.namespace = servers.namespace
    c.KubeSpawner.image = servers.image
    c.KubeSpawner.image_pull_policy = servers.image_pull_policy
    c.KubeSpawner.image_pull_secrets = list(servers.image_pull_secrets)
    c.KubeSpawner.uid, c.KubeSpawner.gid, c.KubeSpawner.fs_gid = (
        servers.uid, servers.gid, servers.gid,
    )  # fmt: skip
    # What Pod Security's level `restricted` asks for, besides KubeSpawner's own defaults.
    c.KubeSpawner.container_security_context = {
        "runAsNonRoot": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    # Else each server would have a variable for each service of the namespace.
    c.KubeSpawner.extra_pod_config = {"enableServiceLinks": False}
    c.KubeSpawner.delete_pvc = servers.home is not None and servers.home.delete
    if servers.home is not None:
        configure_home(c, servers.home)
    if settings.profiles is not None:
        ledger = Path(settings.hub.state_dir) / "ledger.sqlite"
        configure_profiles(c, Path(settings.profiles), ledger, tracking_url)
    if settings.capacity_url is not None:
        c.ProfiledSpawner.capacity_url = settings.capacity_url


def configure_home(c: Any, home: Home) -> None:
    """Give each server, or each user, a volume that stays."""
    c.KubeSpawner.storage_pvc_ensure = True
    c.KubeSpawner.pvc_name_template = "home-{username}" if home.shared else "home-{user_server}"
    c.KubeSpawner.storage_capacity = str(home.capacity) if home.capacity else "10Gi"
    c.KubeSpawner.storage_class = home.storage_class
    c.KubeSpawner.storage_access_modes = list(home.access_modes)
    c.KubeSpawner.volumes = {
        "home": {"name": "home", "persistentVolumeClaim": {"claimName": "{pvc_name}"}}
    }
    c.KubeSpawner.volume_mounts = {"home": {"name": "home", "mountPath": home.mount_path}}
    c.KubeSpawner.working_dir = home.mount_path


def configure_tracking(c: Any, settings: Deployment) -> None:
    """Make the tracking server an external service; it needs no token of its own.

    It asks the hub who the bearer of a token is with that token.
    """
    configure_scopes(c)
    c.JupyterHub.services = [
        {
            "name": SERVICE,
            "url": settings.tracking.url,
            "oauth_no_confirm": True,
            "display": False,
            "timeout": _WAIT_SECONDS,
        }
    ]


def configure_services(c: Any, settings: Deployment, env: Mapping[str, str]) -> None:
    """Add the other services, each with the scopes that it is given, and no other."""
    c.JupyterHub.load_roles = [
        {"name": f"service-{name}", "services": [name], "scopes": list(service.scopes)}
        for name, service in settings.services.items()
        if service.scopes
    ]
    for name, service in settings.services.items():
        c.JupyterHub.services.append(_external(name, service, env))
        if service.open_to_users:
            c.JupyterHub.extra_user_scopes |= {f"access:services!service={name}"}


def execute_files(c: Any, folder: Path) -> None:
    """Execute the admin's own files, which see `c`. Raises InvalidError that names the file."""
    if not folder.is_dir():
        raise InvalidError(f"extra_config: there is no folder {folder}")
    for path in sorted(folder.glob("*.py")):
        try:
            code = compile(path.read_text(), str(path), "exec")
            exec(code, {"c": c, "get_config": lambda: c, "__file__": str(path)})
        except Exception as error:
            raise InvalidError(f"{path} fails: {type(error).__name__}: {error}") from error


def _external(name: str, service: Service, env: Mapping[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": name,
        "api_token": service.token.read(env),
        "display": service.display,
    }
    if service.url is not None:
        entry |= {"url": service.url, "oauth_no_confirm": True, "timeout": _WAIT_SECONDS}
    return entry


def _port_of(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _with_driver(url: str) -> str:
    """Return a database's URL with the driver of `celltrail[postgres]`, unless it names one."""
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)


def _hexadecimal(name: str, text: str) -> bytes:
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != 32:
        raise InvalidError(f"hub.{name} must be 64 hexadecimal digits: openssl rand -hex 32")
    return secret
