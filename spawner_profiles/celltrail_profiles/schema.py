"""The vocabulary of a file of profiles: every type that YAML may hold.

Descriptions here are what an editor shows and what `docs/profiles.md` says. Unknown keys are
errors everywhere. Values are frozen; nothing here is a callable, so a profile is data only.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from celltrail_profiles.gpus import Vendor
from celltrail_profiles.quantities import Duration, Quantity

# A doubled hyphen divides profile and option in the names of form fields.
Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=63)]
ChoiceName = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\Z", max_length=63)
]
EnvName = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*\Z", max_length=256)]
Text = Annotated[str, Meta(min_length=1, max_length=4096)]
MigProfile = Annotated[str, Meta(pattern=r"^[1-7]g\.[1-9][0-9]{0,2}gb(\+me)?\Z")]
ResourceName = Annotated[str, Meta(pattern=r"^[a-z0-9.-]+/[A-Za-z0-9._-]+\Z", max_length=316)]
Count = Annotated[int, Meta(ge=0, le=2**31)]
Money = Annotated[float, Meta(ge=0, le=1e12)]


class _Base(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Who(_Base, frozen=True, kw_only=True):
    """Members of any of these groups, and these users. Names are compared exactly."""

    groups: Annotated[tuple[Text, ...], Meta(description="Groups as the hub knows them.")] = ()
    users: Annotated[tuple[Text, ...], Meta(description="Names of users.")] = ()


Access = Literal["everyone"] | Who


class Cpu(_Base, frozen=True, kw_only=True):
    """Cores: `500m`, `1.5`, `8`."""

    guarantee: Annotated[
        Quantity | None, Meta(description="Reserved on the node; the pod's request.")
    ] = None
    limit: Annotated[
        Quantity | None, Meta(description="More is not given, however idle the node is.")
    ] = None


class Memory(_Base, frozen=True, kw_only=True):
    """Bytes: `2Gi` is 2 × 2³⁰, `2G` is 2 × 10⁹."""

    guarantee: Annotated[
        Quantity | None, Meta(description="Reserved on the node; the pod's request.")
    ] = None
    limit: Annotated[
        Quantity | None, Meta(description="A server that takes more is killed by the kernel.")
    ] = None


class Gpu(_Base, frozen=True, kw_only=True):
    """GPUs, slices of one, or shares of one. Kubernetes never overcommits them."""

    vendor: Annotated[Vendor, Meta(description="Whose device plugin the nodes run.")]
    model: Annotated[
        Text | None, Meta(description="Such as A100-40GB: checked against `mig`, shown to users.")
    ] = None
    count: Annotated[
        int, Meta(ge=0, le=64, description="How many GPUs, slices or shares; 0: none.")
    ] = 1
    mig: Annotated[
        MigProfile | None,
        Meta(description="A slice such as 1g.5gb, under the MIG strategy `mixed`."),
    ] = None
    time_slicing: Annotated[
        Annotated[int, Meta(ge=2, le=64)] | None,
        Meta(description="Each GPU is shared in time by this many; its memory is not divided."),
    ] = None
    resource: Annotated[
        ResourceName | None,
        Meta(description="The resource's name, if the device plugin was given another one."),
    ] = None

    def describe(self) -> str:
        """Return for a person what it is: `1 nvidia A100-80GB 1g.10gb`; nothing if it is none."""
        if self.count == 0:
            return ""
        shared = f"shared by {self.time_slicing}" if self.time_slicing else None
        parts = (str(self.count), self.vendor, self.model, self.mig, shared)
        return " ".join(part for part in parts if part)


class Nfs(_Base, frozen=True, kw_only=True):
    """A folder of an NFS server."""

    server: Text
    path: Text


class Volume(_Base, frozen=True, kw_only=True):
    """Something mounted into the server: exactly one of the sources.

    Names may hold `{username}`, `{servername}` and KubeSpawner's other fields.
    """

    mount_path: Annotated[
        str, Meta(pattern=r"^/[^:\n]*\Z", max_length=4096, description="Where; absolute.")
    ]
    sub_path: Annotated[Text | None, Meta(description="A folder inside the volume.")] = None
    read_only: bool = False
    claim: Annotated[Text | None, Meta(description="A PersistentVolumeClaim.")] = None
    config_map: Text | None = None
    secret: Text | None = None
    nfs: Nfs | None = None
    empty_dir: Annotated[
        Quantity | None, Meta(description="Scratch space of this size, gone with the server.")
    ] = None


class Toleration(_Base, frozen=True, kw_only=True):
    """Lets the pod on to nodes with a taint, as Kubernetes has it."""

    key: Text | None = None
    operator: Literal["Equal", "Exists"] = "Equal"
    value: str | None = None
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    toleration_seconds: Count | None = None


class Settings(_Base, frozen=True, kw_only=True):
    """What a profile or a choice sets. A choice goes over its profile: mappings are merged key by
    key, tolerations are added, everything else is replaced.
    """

    image: Annotated[
        Text | None, Meta(description="With tag or digest; none: the image of the hub.")
    ] = None
    cpu: Cpu | None = None
    memory: Memory | None = None
    gpu: Gpu | None = None
    shared_memory: Annotated[
        Quantity | None,
        Meta(description="Size of /dev/shm, which counts against the memory limit."),
    ] = None
    volumes: Annotated[dict[Slug, Volume], Meta(description="By name.")] = {}
    node_selector: Annotated[
        dict[Text, str], Meta(description="Labels that a node must have.")
    ] = {}
    tolerations: tuple[Toleration, ...] = ()
    priority_class: Annotated[Text | None, Meta(description="A PriorityClass.")] = None
    environment: Annotated[
        dict[EnvName, str], Meta(description="Variables, taken literally; quote numbers.")
    ] = {}
    cost_per_hour: Annotated[
        Money | None, Meta(description="In the file's currency, while the server runs.")
    ] = None


class Choice(Settings, frozen=True, kw_only=True):
    """One of the answers to an option, with what it sets."""

    display_name: Text
    description: Text | None = None
    default: bool = False
    who: Annotated[
        Access | None, Meta(description="Who may choose it; none: whoever has the profile.")
    ] = None


class FreeField(_Base, frozen=True, kw_only=True):
    """An answer that users type themselves. All of it must match `pattern`."""

    display_name: Text
    pattern: Annotated[
        Text, Meta(description="A regular expression of Python for the whole value.")
    ]
    sets: Annotated[
        str,
        Meta(
            pattern=r"^(image|environment\.[A-Za-z_][A-Za-z0-9_]*)\Z",
            description="`image`, or `environment.NAME`.",
        ),
    ]
    message: Annotated[Text | None, Meta(description="Said when it does not match.")] = None
    max_length: Annotated[int, Meta(ge=1, le=1024, description="Of the value.")] = 256
    who: Annotated[
        Access | None, Meta(description="Who may use it; none: whoever has the profile.")
    ] = None


class Option(_Base, frozen=True, kw_only=True):
    """A question to the user: choices, a free field, or both."""

    display_name: Text
    choices: Annotated[dict[ChoiceName, Choice], Meta(description="By name.")] = {}
    free: FreeField | None = None


class Culling(_Base, frozen=True, kw_only=True):
    """When an idle server is stopped. A signal that is left out is not looked at.

    A server is stopped once `kernel_idle` and `no_connection` have both passed (or the one that is
    given), or once `gpu_idle` has, whatever its kernels do.
    """

    kernel_idle: Annotated[
        Duration | None,
        Meta(description="No kernel, terminal or pipeline has run anything for this long."),
    ] = None
    no_connection: Annotated[
        Duration | None, Meta(description="No browser has been connected for this long.")
    ] = None
    gpu_idle: Annotated[
        Duration | None, Meta(description="The GPU has been below `gpu_idle_below` this long.")
    ] = None
    gpu_idle_below: Annotated[float, Meta(gt=0, le=100, description="Percent of use.")] = 5
    warn_before: Annotated[
        Duration | None,
        Meta(description="How long before that the user is warned in Lab; none: 10m."),
    ] = None
    keep_until: Annotated[
        Duration | None,
        Meta(description="The longest that users may ask to be spared for at a time; none: never."),
    ] = None

    @property
    def warn_seconds(self) -> int:
        """How long before the stop a user is warned."""
        return 600 if self.warn_before is None else self.warn_before.seconds


class Profile(Settings, frozen=True, kw_only=True):
    """One kind of server that users may start."""

    slug: Annotated[Slug, Meta(description="Its name in addresses, the API and logs.")]
    display_name: Annotated[Text, Meta(description="Its name on the spawn page.")]
    description: Annotated[Text | None, Meta(description="Shown below it.")] = None
    default: Annotated[bool, Meta(description="Chosen for who chooses nothing.")] = False
    who: Annotated[
        Access | None, Meta(description="`everyone`, or groups and users; none: nobody.")
    ] = None
    options: Annotated[dict[Slug, Option], Meta(description="By name.")] = {}
    culling: Culling | None = None
    lifetime: Annotated[
        Duration | None,
        Meta(description="A server older than this is stopped, busy or not, kept or not."),
    ] = None
    notes: Annotated[str | None, Meta(description="For admins; users do not see it.")] = None


class Quota(_Base, frozen=True, kw_only=True):
    """How much of something `who` may hold at a time, each user or each group together."""

    name: Annotated[Slug, Meta(description="Said to who runs into it.")]
    who: Access
    per: Annotated[
        Literal["user", "group"], Meta(description="`group`: each group of `who` as a whole.")
    ] = "user"
    profiles: Annotated[
        tuple[Slug, ...], Meta(description="Servers of these profiles only; none: all.")
    ] = ()
    servers: Count | None = None
    gpu: Annotated[
        Quantity | None, Meta(description="GPUs; a slice or share counts as its part.")
    ] = None
    cpu: Annotated[Quantity | None, Meta(description="Cores, by guarantee.")] = None
    memory: Annotated[Quantity | None, Meta(description="Bytes, by guarantee.")] = None
    cost_per_month: Annotated[Money | None, Meta(description="In the file's currency.")] = None


class ProfileFile(_Base, frozen=True, kw_only=True):
    """A file of spawner profiles. Top-level keys that begin with `x-` are for your own use."""

    profiles: Annotated[tuple[Profile, ...], Meta(description="In the order of the page.")]
    quotas: tuple[Quota, ...] = ()
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")] = "USD"


def from_text(type_: type, value: Any) -> Any:
    """Make the types that JSON does not have (a `dec_hook` of msgspec)."""
    if type_ is Quantity or type_ is Duration:
        return type_.parse(value)
    raise NotImplementedError(type_)


def to_text(value: Any) -> Any:
    """Write the types that JSON does not have (an `enc_hook` of msgspec)."""
    if isinstance(value, Quantity | Duration):
        return str(value)
    raise NotImplementedError(type(value))
