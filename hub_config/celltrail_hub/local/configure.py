"""JupyterHub's configuration as code: `configure` is the whole of it, from top to bottom.

The tracking server is a service of the hub. Kernels reach it directly and prove who they are with
their server's own token, which may do no more there than its user may; see `scopes`.
"""

import os
import secrets
import sys
import sysconfig
from pathlib import Path
from typing import Any

import bcrypt

from celltrail_hub.local.settings import HubSettings, require_loopback
from celltrail_hub.local.state import load_password, prepare
from celltrail_hub.logins.authenticator import USERNAME_PATTERN
from celltrail_hub.offering import configure_profiles
from celltrail_hub.scopes import SERVICE, configure_scopes

SERVICE_PREFIX = f"/services/{SERVICE}"


def configure(c: Any, settings: HubSettings) -> None:
    """Set up `c`, the configuration object of JupyterHub, for a hub with local processes."""
    prepare(settings.state_dir)
    configure_hub(c, settings)
    configure_proxy(c, settings)
    configure_users(c, settings)
    configure_servers(c, settings)
    configure_tracking(c, settings)


def configure_hub(c: Any, settings: HubSettings) -> None:
    """Listen on loopback and keep everything in the state directory."""
    c.JupyterHub.bind_url = settings.url
    c.JupyterHub.hub_bind_url = f"http://{settings.host}:{settings.hub_port}"
    c.JupyterHub.db_url = f"sqlite:///{settings.state_dir / 'hub.sqlite'}"
    c.JupyterHub.cookie_secret_file = str(settings.state_dir / "cookie_secret")


def configure_proxy(c: Any, settings: HubSettings) -> None:
    """Route through traefik, configured by files."""
    rules = settings.state_dir / "proxy" / "rules.toml"
    rules.unlink(missing_ok=True)  # of a hub that was killed: its password would win over ours
    c.JupyterHub.proxy_class = "traefik_file"
    c.TraefikProxy.traefik_api_url = f"http://{settings.host}:{settings.proxy_port}"
    c.TraefikProxy.traefik_api_username = "jupyterhub"
    c.TraefikProxy.traefik_api_password = password = secrets.token_urlsafe(32)
    # Few rounds do for a password that nobody can guess; the default ones delay each spawn.
    c.TraefikProxy.traefik_api_hashed_password = bcrypt.hashpw(
        password.encode(), bcrypt.gensalt(rounds=4)
    ).decode()
    c.TraefikProxy.traefik_env = {"PATH": _path_with(settings.traefik.parent)}
    c.TraefikProxy.static_config_file = str(settings.state_dir / "proxy" / "traefik.toml")
    c.TraefikFileProviderProxy.dynamic_config_file = str(rules)
    c.TraefikProxy.extra_static_config = {
        "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
        # By default traefik cuts an upload that takes longer than a minute.
        "entryPoints": {"http": {"transport": {"respondingTimeouts": {"readTimeout": "0s"}}}},
    }


def configure_users(c: Any, settings: HubSettings) -> None:
    """Let in who knows the password, under any name; raises InvalidError off loopback."""
    require_loopback(settings.host)
    c.JupyterHub.authenticator_class = "celltrail_hub.logins.authenticator.CelltrailAuthenticator"
    c.CelltrailAuthenticator.user_password = load_password(settings.state_dir)
    c.CelltrailAuthenticator.username_pattern = USERNAME_PATTERN
    c.CelltrailAuthenticator.allow_all = True


def configure_servers(c: Any, settings: HubSettings) -> None:
    """Run single-user servers as local processes that record at the tracking server."""
    tracking_url = f"http://{settings.host}:{settings.tracking_port}{SERVICE_PREFIX}"
    c.JupyterHub.spawner_class = "celltrail_hub.local.spawner.CelltrailLocalSpawner"
    c.CelltrailLocalSpawner.homes_dir = str(settings.state_dir / "homes")
    c.Spawner.cmd = [sys.executable, "-m", "celltrail_hub.quick", "jupyterhub.singleuser"]
    c.Spawner.args = ["--allow-root"] if os.geteuid() == 0 else []
    c.Spawner.default_url = "/lab"
    c.Spawner.environment = {
        "CELLTRAIL_URL": tracking_url,
        "MLFLOW_TRACKING_URI": tracking_url,
        # Lab's question about Jupyter's news would greet every new user.
        "JUPYTER_CONFIG_PATH": str(Path(__file__).parents[1] / "etc"),
        "PATH": _path_with(Path(sysconfig.get_path("scripts"))),
    }
    if settings.profiles is not None:
        configure_profiles(c, settings.profiles, settings.state_dir / "ledger.sqlite", tracking_url)
    # A server that loads many packages on a busy machine.
    c.Spawner.http_timeout = 90
    # Kernels have 5 s to shut down; `launch` waits a little longer.
    c.CelltrailLocalSpawner.term_timeout = 6


def configure_tracking(c: Any, settings: HubSettings) -> None:
    """Run the tracking server, and let users and their servers in."""
    configure_scopes(c)
    command = [
        *(sys.executable, "-m", "celltrail", "server", "--auth", "jupyterhub"),
        *("--host", settings.host, "--port", str(settings.tracking_port)),
        *("--data-dir", str(settings.state_dir / "server")),
    ]
    c.JupyterHub.services = [
        {
            "name": SERVICE,
            "url": f"http://{settings.host}:{settings.tracking_port}",
            "command": command,
            "oauth_no_confirm": True,
        }
    ]


def _path_with(folder: Path) -> str:
    return os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])
