"""The values of the chart: every key with its type and description.

What is a file of Celltrail has its own types: the hub's settings, the profiles, and the traitlets
of the tracking server. `chart_schema` makes `celltrail/values.schema.json` of all of them.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from celltrail_hub.deployment.settings import Deployment
from celltrail_profiles.quantities import Quantity
from celltrail_profiles.schema import EnvName, Profile, Quota, Text

Cidr = Annotated[str, Meta(pattern=r"^[0-9a-fA-F.:]+/[0-9]{1,3}\Z")]
Url = Annotated[str, Meta(pattern=r"^https?://[^\s/?#]+[^\s?#]*\Z")]
SecretName = Annotated[str, Meta(pattern=r"^([a-z0-9]([a-z0-9.-]*[a-z0-9])?)?\Z", max_length=253)]
FileName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]+\.py\Z")]
NAMESPACE = r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?)?\Z"
Manifest = dict[str, Any]
Annotations = dict[str, str]


class _Base(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    pass


class Amounts(_Base, frozen=True, kw_only=True):
    """Cores and bytes, as Kubernetes writes them."""

    cpu: Quantity | None = None
    memory: Quantity | None = None
    ephemeral_storage: Annotated[Quantity | None, msgspec.Meta()] = msgspec.field(
        default=None, name="ephemeral-storage"
    )


class Resources(_Base, frozen=True, kw_only=True):
    """What a container is guaranteed, and what it cannot exceed."""

    requests: Amounts
    limits: Amounts


class Placed(_Base, frozen=True, kw_only=True):
    """Where pods may be."""

    node_selector: Annotated[dict[str, str], Meta(description="Labels a node must have.")] = {}
    tolerations: Annotated[tuple[Manifest, ...], Meta(description="As in a pod.")] = ()
    affinity: Annotated[Manifest, Meta(description="As in a pod.")] = {}


class Claim(_Base, frozen=True, kw_only=True):
    """A PersistentVolumeClaim, which stays when the release is uninstalled."""

    size: Quantity
    storage_class: Annotated[str, Meta(description="Empty: the cluster's default.")] = ""
    access_mode: Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"] = "ReadWriteOnce"


class Images(_Base, frozen=True, kw_only=True):
    """Names of images: PREFIX + part + ":" + tag, or each by itself."""

    prefix: Annotated[str, Meta(description="Such as registry.example.org/team/celltrail-.")]
    tag: Annotated[str, Meta(description="Empty: the version of the chart.")] = ""
    pull_policy: Literal["Always", "IfNotPresent", "Never"] = "IfNotPresent"
    pull_secrets: Annotated[
        tuple[SecretName, ...],
        Meta(description="In the release's namespace and in that of users."),
    ] = ()
    hub: Annotated[str, Meta(description="The whole name, best with a digest.")] = ""
    proxy: Annotated[str, Meta(description="Holds traefik 3; empty: the image of the hub.")] = ""
    tracking: str = ""
    notebook: Annotated[
        str, Meta(description="Of users' servers, unless their profile names one.")
    ] = ""
    postgresql: str = ""


class HubValues(Placed, frozen=True, kw_only=True):
    """JupyterHub."""

    enabled: Annotated[bool, Meta(description="False: tracking only; see externalHub.")] = True
    config: Annotated[Deployment, Meta(description="The hub's settings, under their own names.")]
    secrets: Annotated[
        tuple[SecretName, ...],
        Meta(description="Secrets whose keys become the hub's environment, for `{env: NAME}`."),
    ] = ()
    existing_secret: Annotated[
        SecretName,
        Meta(
            description="With CELLTRAIL_COOKIE_SECRET (64 hexadecimal digits), "
            "CELLTRAIL_PROXY_TOKEN and, if used, CELLTRAIL_LOGIN_PASSWORD, "
            "CELLTRAIL_PROMETHEUS_TOKEN, CELLTRAIL_CAPACITY_TOKEN; empty: made once and kept."
        ),
    ] = ""
    extra_config: Annotated[
        dict[FileName, str], Meta(description="Python for JupyterHub, executed last.")
    ] = {}
    get_nodes: Annotated[
        bool, Meta(description="Notice in seconds that the node of a server was deleted.")
    ] = False
    volume: Annotated[Claim, Meta(description="Of its database and of quotas.")]
    egress: Annotated[
        tuple[Manifest, ...], Meta(description="More that it may reach, as in a NetworkPolicy.")
    ] = ()
    resources: Resources


class ServiceValues(_Base, frozen=True, kw_only=True):
    """How the proxy is reached."""

    type: Literal["ClusterIP", "LoadBalancer", "NodePort"] = "ClusterIP"
    annotations: Annotations = {}
    load_balancer_source_ranges: tuple[Cidr, ...] = ()


class ProxyValues(Placed, frozen=True, kw_only=True):
    """Traefik, before hub, servers and tracking."""

    replicas: Annotated[int, Meta(ge=1, le=10)] = 1
    service: ServiceValues = ServiceValues()
    trusted_forwarders: Annotated[
        tuple[Cidr, ...],
        Meta(description="Addresses of an ingress, whose X-Forwarded headers are believed."),
    ] = ()
    resources: Resources


class SecretKey(_Base, frozen=True, kw_only=True):
    """A key of a Secret."""

    name: SecretName = ""
    key: Text = "url"


class Database(_Base, frozen=True, kw_only=True):
    """Where runs are."""

    kind: Literal["sqlite", "postgresql"] = "sqlite"
    secret: Annotated[
        SecretKey, Meta(description="Holds postgresql://USER:PASSWORD@HOST/NAME.")
    ] = SecretKey()
    port: Annotated[int, Meta(ge=1, le=65535, description="Where it listens.")] = 5432


class ArtifactsValues(_Base, frozen=True, kw_only=True):
    """Where files of runs are."""

    url: Annotated[
        str,
        Meta(
            pattern=r"^((s3|gs|az)://[^\s/]+(/\S*)?)?\Z",
            description="s3://BUCKET/PREFIX, gs://… or az://…; empty: on the volume.",
        ),
    ] = ""
    secret: Annotated[
        SecretName,
        Meta(description="Its keys become the environment: AWS_ACCESS_KEY_ID and so on."),
    ] = ""


class TrackingSettings(_Base, frozen=True, kw_only=True):
    """Settings of the tracking server, as `celltrail server --help-all` lists them."""


class TrackingValues(Placed, frozen=True, kw_only=True):
    """The tracking server."""

    replicas: Annotated[
        int, Meta(ge=1, le=50, description="2 and more need PostgreSQL and shared artifacts.")
    ] = 1
    database: Database = Database()
    artifacts: ArtifactsValues = ArtifactsValues()
    volume: Annotated[Claim, Meta(description="Of SQLite, and of artifacts without a bucket.")]
    settings: TrackingSettings = TrackingSettings()
    env: Annotated[
        dict[EnvName, str], Meta(description="Such as AWS_REGION, AWS_ENDPOINT_URL.")
    ] = {}
    service_account_annotations: Annotated[
        Annotations, Meta(description="Workload identity: who it is to the cloud.")
    ] = {}
    pod_labels: dict[str, str] = {}
    egress: Annotated[
        tuple[Manifest, ...], Meta(description="More that it may reach, as in a NetworkPolicy.")
    ] = ()
    resources: Resources


class PostgreSql(Placed, frozen=True, kw_only=True):
    """A database for trying out: no replica, no archive."""

    enabled: bool = False
    volume: Claim
    resources: Resources


class Users(_Base, frozen=True, kw_only=True):
    """Where users' servers are."""

    namespace: Annotated[
        str,
        Meta(pattern=NAMESPACE, max_length=63,
             description="Empty: the release's, with -users after it."),
    ] = ""  # fmt: skip
    create_namespace: bool = True
    egress: Annotated[
        tuple[Manifest, ...], Meta(description="More that they may reach, as in a NetworkPolicy.")
    ] = ()


class ExternalHub(_Base, frozen=True, kw_only=True):
    """The JupyterHub that is there already, with `hub.enabled: false`."""

    api_url: Annotated[
        str,
        Meta(pattern=r"^(https?://[^\s/?#:]+:[0-9]+/\S*hub/api)?\Z",
             description="With a port, such as http://hub.jhub:8081/hub/api."),
    ] = ""  # fmt: skip
    url: Annotated[Url, Meta(description="Where browsers reach it; its path counts.")] = (
        "http://hub"
    )
    namespace: Annotated[
        str,
        Meta(pattern=NAMESPACE, max_length=63, description="Empty: the release's."),
    ] = ""
    hub: Annotated[Manifest, Meta(description="Its pods, as a peer of a NetworkPolicy.")]
    proxy: Annotated[Manifest, Meta(description="Pods of its proxy, likewise.")]
    servers: Annotated[Manifest, Meta(description="Pods of users, likewise.")]


class Network(_Base, frozen=True, kw_only=True):
    """NetworkPolicies."""

    enabled: Annotated[bool, Meta(description="The cluster must enforce them.")] = True
    users_internet: Annotated[bool, Meta(description="Users reach public addresses.")] = True
    private: Annotated[
        tuple[Cidr, ...], Meta(description="What is no part of the internet, for nobody.")
    ]
    cluster: Annotated[
        tuple[Cidr, ...], Meta(description="Public addresses of nodes and of the API server.")
    ] = ()
    dns: Annotated[
        tuple[Manifest, ...], Meta(description="Who resolves names, as peers of a NetworkPolicy.")
    ]
    api_server: Annotated[
        tuple[Cidr, ...],
        Meta(
            description="Kubernetes' API, as its EndpointSlice names it; empty: "
            "the hub and the capacity service reach its ports at any address."
        ),
    ] = ()
    api_server_ports: tuple[Annotated[int, Meta(ge=1, le=65535)], ...] = (443, 6443)


class Ingress(_Base, frozen=True, kw_only=True):
    """An Ingress for the host of hub.config.url."""

    enabled: bool = False
    class_name: str = ""
    annotations: Annotations = {}
    tls_secret: Annotated[SecretName, Meta(description="With tls.crt and tls.key.")] = ""


class Gateway(_Base, frozen=True, kw_only=True):
    """A route of the Gateway API for the host of hub.config.url."""

    parent_refs: Annotated[tuple[Manifest, ...], Meta(description="None: no route.")] = ()


class Prepull(Placed, frozen=True, kw_only=True):
    """Images of profiles on each node before they are asked for."""

    enabled: bool = False


class Capacity(Placed, frozen=True, kw_only=True):
    """Free GPUs on the page where servers are chosen; reads nodes and pods of the cluster."""

    enabled: bool = False
    resources: Resources


class Backup(_Base, frozen=True, kw_only=True):
    """`celltrail db backup`, to a volume."""

    enabled: bool = False
    schedule: Annotated[Text, Meta(description="As of cron, in UTC unless the cluster differs.")]
    keep: Annotated[int, Meta(ge=1, le=1000, description="Older ones are removed.")] = 7
    volume: Claim
    resources: Resources
    node_selector: dict[str, str] = {}
    tolerations: tuple[Manifest, ...] = ()


class Monitoring(_Base, frozen=True, kw_only=True):
    """For Prometheus' operator and Grafana's sidecar."""

    enabled: bool = False
    dashboards: bool = True
    labels: Annotated[dict[str, str], Meta(description="That your Prometheus selects by.")] = {}
    from_: Annotated[
        tuple[Manifest, ...],
        Meta(description="Who may ask for metrics, as peers of a NetworkPolicy."),
    ] = msgspec.field(default=(), name="from")
    existing_secret: Annotated[
        SecretName, Meta(description="With CELLTRAIL_PROMETHEUS_TOKEN; empty: made with the hub's.")
    ] = ""


class Values(_Base, frozen=True, kw_only=True):
    """Values of Celltrail's chart. `profiles`, `quotas` and `currency` are a file of profiles."""

    images: Images
    hub: HubValues
    proxy: ProxyValues
    tracking: TrackingValues
    postgresql: PostgreSql
    users: Users = Users()
    profiles: Annotated[tuple[Profile, ...], Meta(description="None: all servers are alike.")] = ()
    quotas: tuple[Quota, ...] = ()
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")] = "USD"
    external_hub: ExternalHub
    network: Network
    ingress: Ingress = Ingress()
    gateway: Gateway = Gateway()
    prepull: Prepull = Prepull()
    capacity: Capacity
    backup: Backup
    monitoring: Monitoring = Monitoring()
    global_: Annotated[Manifest, Meta(description="Of Helm; not used.")] = msgspec.field(
        default={}, name="global"
    )
