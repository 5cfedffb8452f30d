"""Values that add Celltrail to a JupyterHub which the chart of Zero to JupyterHub installed.

Pure. The tracking server comes from Celltrail's own chart, with `hub.enabled: false`. Nothing of
Celltrail need be in that hub's image, unless it is to have profiles. The roles are set as hubs from
version 5 on know them.
"""

from dataclasses import dataclass
from typing import Any

from celltrail_hub.scopes import (
    ACCESS_SCOPE,
    READ_SCOPE,
    SCOPES,
    SERVER_SCOPES,
    SERVICE,
    WRITE_SCOPE,
)
from celltrail_profiles.reading import read_text, usable

PROFILES_FILE = "/etc/celltrail/profiles.yaml"

_ABOUT = """\
# Values to add (-f) to those of the chart jupyterhub. The tracking server beside it is installed by
#
#   helm upgrade --install {release} helm/celltrail -n {namespace} --create-namespace \\
#     --set hub.enabled=false --set externalHub.namespace={hub_namespace} \\
#     --set externalHub.apiUrl={api_url} --set externalHub.url=http://hub{base_url}
#
# Images of users need celltrail[lab].
"""
_SERVERS = """\
c.Spawner.server_token_scopes = {scopes}
c.KubeSpawner.environment.update(
    {{"MLFLOW_TRACKING_TOKEN": lambda spawner: spawner.api_token}}
)
"""
_PROFILES = """\
from pathlib import Path
from celltrail_hub.offering import configure_profiles
c.JupyterHub.spawner_class = "celltrail_hub.kubernetes.CelltrailSpawner"
configure_profiles(c, Path("{file}"), Path("/srv/jupyterhub/ledger.sqlite"))
"""


@dataclass(frozen=True)
class Place:
    """Which release of Celltrail's chart is where, and where the hub is."""

    release: str
    namespace: str
    hub_namespace: str
    base_url: str = "/"

    @property
    def url(self) -> str:
        """The tracking server's address in the cluster."""
        return f"http://{self.release}-tracking.{self.namespace}:8765"

    @property
    def prefix(self) -> str:
        """The hub's path, without a slash at its end."""
        return self.base_url.rstrip("/")


def values(place: Place, profiles: str | None = None) -> dict[str, Any]:
    """Return the values; `profiles` is the text of a file of profiles without errors."""
    tracking = f"{place.url}{place.prefix}/services/{SERVICE}"
    made: dict[str, Any] = {
        "hub": {
            "services": {SERVICE: {"url": place.url, "oauth_no_confirm": True, "display": False}},
            "config": {"JupyterHub": {"custom_scopes": SCOPES}},
            # To name a role is to replace it; `self` is what users have anyway.
            "loadRoles": {"user": {"scopes": ["self", ACCESS_SCOPE, READ_SCOPE, WRITE_SCOPE]}},
            "networkPolicy": {"ingress": [{"from": [_pods(place)], "ports": [{"port": 8081}]}]},
            "extraConfig": {SERVICE: _SERVERS.format(scopes=SERVER_SCOPES)},
        },
        "singleuser": {
            "extraEnv": {"CELLTRAIL_URL": tracking, "MLFLOW_TRACKING_URI": tracking},
            "networkPolicy": {"egress": [{"to": [_pods(place)], "ports": [{"port": 8765}]}]},
        },
    }
    if profiles is not None:
        made["hub"]["extraFiles"] = {
            "celltrail-profiles": {"mountPath": PROFILES_FILE, "stringData": profiles}
        }
        made["hub"]["extraConfig"][f"{SERVICE}-profiles"] = _PROFILES.format(file=PROFILES_FILE)
        if any(profile.culling for profile in usable(read_text(profiles)).profiles):
            # The chart's own culler would stop what the profiles keep, such as a long quiet cell.
            made["cull"] = {"enabled": False}
    return made


def as_yaml(place: Place, made: dict[str, Any]) -> str:
    """Return values as a person writes them, below what to do with them."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Dumper, value: str) -> Any:
        style = "|" if "\n" in value else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    about = _ABOUT.format(
        release=place.release,
        namespace=place.namespace,
        hub_namespace=place.hub_namespace,
        base_url=place.base_url,
        api_url=f"http://hub.{place.hub_namespace}:8081{place.prefix}/hub/api",
    )
    return about + yaml.dump(made, Dumper=Dumper, sort_keys=False, width=100).rstrip()


def _pods(place: Place) -> dict[str, Any]:
    """Return the pods of the tracking server, as a peer of a NetworkPolicy."""
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": place.namespace}},
        "podSelector": {
            "matchLabels": {
                "app.kubernetes.io/instance": place.release,
                "app.kubernetes.io/component": "tracking",
            }
        },
    }
