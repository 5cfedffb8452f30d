"""What a hub that runs in a pod is told: one file of YAML, typed and strict.

`CELLTRAIL_HUB_CONFIG` names the file; it holds no secret, only where each is. What is never chosen
is in `configure`; the hub of a laptop is told by `local.settings` instead.
"""

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from celltrail_hub.logins.settings import WITHOUT_GROUPS, Authentication, HttpUrl
from celltrail_hub.secret import Secret
from celltrail_profiles.json_schema import schema_of
from celltrail_profiles.quantities import Duration, Quantity
from celltrail_profiles.schema import EnvName, Slug, Text
from celltrail_profiles.structs import load_struct

VARIABLE = "CELLTRAIL_HUB_CONFIG"
DnsName = Annotated[str, Meta(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\Z", max_length=63)]


class _Base(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Hub(_Base, frozen=True, kw_only=True):
    """The hub's own process."""

    url: Annotated[
        HttpUrl,
        Meta(description="Where proxy, servers and services reach it; it listens on this port."),
    ] = "http://hub:8081"
    state_dir: Annotated[
        Text, Meta(description="A volume: the ledger of quotas, and what is not given as a secret.")
    ] = "/srv/jupyterhub"
    database: Annotated[
        Secret | None, Meta(description="A URL of SQLAlchemy; none: SQLite in `state_dir`.")
    ] = None
    cookie_secret: Annotated[
        Secret | None, Meta(description="64 hexadecimal digits; none: a file in `state_dir`.")
    ] = None
    crypt_key: Annotated[
        Secret | None,
        Meta(
            description="64 hexadecimal digits. With it, groups of OAuth's providers are asked for "
            "again every five minutes and before each start, by tokens that are kept encrypted."
        ),
    ] = None
    concurrent_starts: Annotated[
        int, Meta(ge=1, description="More starting servers at a time are asked to wait.")
    ] = 64


class Proxy(_Base, frozen=True, kw_only=True):
    """Traefik in pods of its own, which the hub tells its routes."""

    url: Annotated[
        HttpUrl, Meta(description="Its REST provider and API, of every pod behind the name.")
    ] = "http://proxy:8001"
    token: Annotated[
        Secret, Meta(description="Traefik must take calls only with `Authorization: Bearer TOKEN`.")
    ] = Secret(env="CELLTRAIL_PROXY_TOKEN")


class Tracking(_Base, frozen=True, kw_only=True):
    """The tracking server, one or several of them behind one address."""

    url: Annotated[HttpUrl, Meta(description="Where proxy and users' servers reach it.")] = (
        "http://tracking:8765"
    )


class Home(_Base, frozen=True, kw_only=True):
    """The volume of a server at /home/jovyan or `mount_path`."""

    capacity: Annotated[Quantity | None, Meta(description="None: 10Gi.")] = None
    storage_class: Annotated[Text | None, Meta(description="None: the cluster's default.")] = None
    access_modes: tuple[Literal["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"], ...] = (
        "ReadWriteOnce",
    )
    mount_path: Annotated[str, Meta(pattern=r"^/[^:\n]*\Z")] = "/home/jovyan"
    shared: Annotated[
        bool,
        Meta(description="One for all servers of a user; over several nodes, ReadWriteMany."),
    ] = False
    delete: Annotated[
        bool, Meta(description="When its user or named server is deleted; else it stays.")
    ] = False


class Servers(_Base, frozen=True, kw_only=True):
    """Users' servers: what is alike for all; `profiles` say the rest."""

    namespace: Annotated[DnsName, Meta(description="Of their pods and volumes.")]
    image: Annotated[Text, Meta(description="With tag or digest; a profile may have another.")]
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] = "IfNotPresent"
    image_pull_secrets: tuple[Text, ...] = ()
    home: Annotated[Home | None, Meta(description="null: homes end with their servers.")] = Home()
    environment: Annotated[dict[EnvName, str], Meta(description="Variables of all servers.")] = {}
    start_timeout: Annotated[
        Duration | None, Meta(description="How long a server may take to start; none: 10m.")
    ] = None
    autoscaler: Annotated[
        Duration | None,
        Meta(description="How long a pod without a node waits for an autoscaler; none: 0s."),
    ] = None
    named: Annotated[
        int, Meta(ge=0, le=100, description="Named servers of a user, besides the first.")
    ] = 0
    uid: Annotated[int, Meta(ge=1, description="Account in the container.")] = 1000
    gid: Annotated[int, Meta(ge=1, description="Group in the container, and of volumes.")] = 100


class Service(_Base, frozen=True, kw_only=True):
    """A program beside the hub that uses its API with a token of its own."""

    token: Secret
    url: Annotated[
        HttpUrl | None, Meta(description="Its pages; the proxy serves them at /services/NAME/.")
    ] = None
    scopes: Annotated[tuple[Text, ...], Meta(description="What it may do.")] = ()
    open_to_users: Annotated[bool, Meta(description="Users may log in to its pages.")] = False
    display: Annotated[bool, Meta(description="Show a link on the hub's pages.")] = True


class Admins(_Base, frozen=True, kw_only=True):
    """Who may see and stop everybody's servers."""

    users: tuple[Text, ...] = ()
    groups: tuple[Text, ...] = ()


class Deployment(_Base, frozen=True, kw_only=True):
    """A hub in a pod, with users' servers as pods, and the proxy and tracking in pods beside."""

    url: Annotated[HttpUrl, Meta(description="Where users' browsers reach it, with any prefix.")]
    servers: Servers
    authentication: Authentication
    hub: Hub = Hub()
    proxy: Proxy = Proxy()
    tracking: Tracking = Tracking()
    profiles: Annotated[
        Text | None, Meta(description="File of spawner profiles; none: all servers are alike.")
    ] = None
    capacity_url: Annotated[
        HttpUrl | None, Meta(description="Of `celltrail capacity`, which tells what is free.")
    ] = None
    admins: Admins = Admins()
    services: Annotated[dict[Slug, Service], Meta(description="By name.")] = {}
    extra_config: Annotated[
        Text | None,
        Meta(description="Folder of *.py for JupyterHub, executed last, in the order of names."),
    ] = None

    def __post_init__(self) -> None:
        """Refuse administrators by group where the login knows no groups."""
        way = self.authentication.way
        if self.admins.groups and way in WITHOUT_GROUPS:
            raise ValueError(f"admins: {way} knows no groups: name users")

    @property
    def base_url(self) -> str:
        """The prefix of all pages, with a slash at both ends."""
        return f"/{urlsplit(self.url).path.strip('/')}/".replace("//", "/")


def load_deployment(path: Path) -> Deployment:
    """Return the settings in a file. Raises InvalidFileError with every error in its place."""
    return load_struct(path, Deployment)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the file, for editors and for Helm."""
    return schema_of(Deployment, "Celltrail hub")
