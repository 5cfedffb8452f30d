"""Checks of what a profile or a choice sets: sizes, images, GPUs, volumes, placement."""

import re
import string
from collections.abc import Iterator
from fractions import Fraction

from celltrail_profiles.documents import did_you_mean
from celltrail_profiles.gpus import MODELS, SLICES
from celltrail_profiles.problems import Finding, Path, warning
from celltrail_profiles.quantities import Quantity, show_bytes
from celltrail_profiles.schema import Cpu, Gpu, Memory, Settings, Toleration, Volume

_MEBI = 2**20
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?/)?"
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
_IMAGE = re.compile(
    rf"{_HOST}{_COMPONENT}(?:/{_COMPONENT})*"
    r"(?P<tag>:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?P<digest>@sha256:[0-9a-f]{64})?"
)
_LABEL = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
)
_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?")
_OBJECT = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_SET_BY_HUB = (
    "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_API_URL", "JUPYTERHUB_USER", "JUPYTERHUB_BASE_URL",
    "JUPYTERHUB_SERVICE_PREFIX", "JUPYTERHUB_SERVICE_URL", "JUPYTERHUB_CLIENT_ID",
    "JUPYTERHUB_SERVER_NAME", "JUPYTERHUB_OAUTH_CALLBACK_URL", "JPY_API_TOKEN",
)  # fmt: skip
TEMPLATE_FIELDS = (
    "username", "servername", "user_server", "safe_username", "safe_servername",
    "safe_user_server", "escaped_username", "escaped_servername", "escaped_user_server",
    "unescaped_username", "unescaped_servername", "userid", "hubnamespace", "pod_name",
    "pvc_name", "namespace",
)  # fmt: skip
"""What KubeSpawner fills in where a name holds braces."""


def check_settings(settings: Settings, path: Path) -> Iterator[Finding]:
    """Yield what is wrong with the settings of a profile, or of a profile with a choice over it."""
    if settings.image is not None:
        yield from _check_image(settings.image, (*path, "image"))
    if settings.cpu is not None:
        yield from _check_cpu(settings.cpu, (*path, "cpu"))
    if settings.memory is not None:
        yield from _check_memory(settings.memory, (*path, "memory"))
    if settings.gpu is not None:
        yield from _check_gpu(settings.gpu, (*path, "gpu"))
    yield from _check_shared_memory(settings, path)
    yield from _check_volumes(settings, path)
    for index, toleration in enumerate(settings.tolerations):
        yield from _check_toleration(toleration, (*path, "tolerations", index))
    yield from _check_names(settings, path)


def _check_image(image: str, path: Path) -> Iterator[Finding]:
    match = _IMAGE.fullmatch(image)
    if match is None:
        yield Finding(path, "image", f"{image!r} is no name of an image")
    elif match["digest"]:
        return
    elif match["tag"] is None:
        yield warning(path, "image-tag", f"{image} has no tag: what it means changes by itself")
    elif match["tag"] == ":latest":
        yield warning(path, "image-tag", f"{image}: what `latest` means changes by itself")


def _check_cpu(cpu: Cpu, path: Path) -> Iterator[Finding]:
    for name in ("guarantee", "limit"):
        value = getattr(cpu, name)
        if value is None:
            continue
        if (value.amount * 1000).denominator != 1:
            yield Finding((*path, name), "cpu", f"{value} is finer than the thousandth of a core")
        elif name == "limit" and not value.amount:
            yield Finding((*path, name), "cpu", "a limit of 0 cores is none; leave it out")
        elif value.amount >= 4096:
            meant = f"; did you mean {value.amount}m?" if value.amount.denominator == 1 else ""
            yield Finding((*path, name), "cpu", f"{value} is more cores than a node has{meant}")
    yield from _check_order(cpu.guarantee, cpu.limit, path, "cpu")


def _check_memory(memory: Memory, path: Path) -> Iterator[Finding]:
    for name in ("guarantee", "limit"):
        value = getattr(memory, name)
        if value is not None:
            yield from _check_bytes(value, (*path, name))
    yield from _check_order(memory.guarantee, memory.limit, path, "memory")


def _check_bytes(value: Quantity, path: Path) -> Iterator[Finding]:
    if value.amount >= _MEBI and value.amount.denominator == 1:
        return
    if value.text.endswith("m"):
        meant = f"; did you mean {value.text[:-1]}Mi?"
    else:
        meant = f"; did you mean {value.text}Gi?" if value.text.isdecimal() else ""
    yield Finding(path, "memory", f"{value} is {_bytes(value.amount)}{meant}")


def _bytes(amount: Fraction) -> str:
    return show_bytes(amount) if amount.denominator == 1 else f"{float(amount):g} bytes"


def _check_order(
    guarantee: Quantity | None, limit: Quantity | None, path: Path, what: str
) -> Iterator[Finding]:
    if guarantee is not None and limit is not None and guarantee > limit:
        yield Finding(
            (*path, "guarantee"), "request-over-limit",
            f"the guarantee of {what} ({guarantee}) is more than its limit ({limit})",
        )  # fmt: skip


def _check_gpu(gpu: Gpu, path: Path) -> Iterator[Finding]:
    if gpu.mig is not None and gpu.time_slicing is not None:
        yield Finding((*path, "time_slicing"), "gpu", "a slice (mig) is not shared in time too")
    for name in ("mig", "time_slicing"):
        if gpu.vendor != "nvidia" and getattr(gpu, name) is not None:
            yield Finding((*path, name), "gpu", f"{name} is for GPUs of nvidia, not {gpu.vendor}")
            return
    if gpu.time_slicing is not None and gpu.count > 1:
        yield warning(
            (*path, "count"), "gpu",
            "more than one share is no more of the GPU; NVIDIA's plugin can be set to refuse it",
        )  # fmt: skip
    models = MODELS[gpu.vendor]
    if gpu.model is not None and gpu.model not in models:
        yield from _check_model(gpu, gpu.model, path)
    elif gpu.mig is not None:
        known = models[gpu.model] if gpu.model else SLICES
        if gpu.mig not in known:
            which = f"the {gpu.model}" if gpu.model else "no GPU known here"
            has = f"has {', '.join(known)}" if known else "has no MIG"
            near = did_you_mean(gpu.mig, known)
            told = f"{which} {has}" if gpu.model else f"{which} has the slice {gpu.mig}{near}"
            yield Finding((*path, "mig"), "mig", f"mig {gpu.mig}: {told}" if gpu.model else told)


def _check_model(gpu: Gpu, model: str, path: Path) -> Iterator[Finding]:
    for vendor, models in MODELS.items():
        if model in models:
            yield Finding((*path, "vendor"), "gpu", f"{model} is of {vendor}, not {gpu.vendor}")
            return
    known = MODELS[gpu.vendor]
    near = did_you_mean(model, known) or f"; known: {', '.join(known)}"
    yield warning((*path, "model"), "gpu", f"no GPU {model} is known here{near}")


def _check_shared_memory(settings: Settings, path: Path) -> Iterator[Finding]:
    shared = settings.shared_memory
    if shared is None:
        return
    here = (*path, "shared_memory")
    yield from _check_bytes(shared, here)
    limit = settings.memory.limit if settings.memory else None
    if limit is not None and shared > limit:
        yield Finding(
            here, "shared-memory", f"{shared} of /dev/shm count against the memory limit of {limit}"
        )


def _check_volumes(settings: Settings, path: Path) -> Iterator[Finding]:
    places: dict[str, str] = {"/dev/shm": "shared_memory"} if settings.shared_memory else {}
    for name, volume in settings.volumes.items():
        here = (*path, "volumes", name)
        yield from _check_volume(volume, here)
        mount = volume.mount_path.rstrip("/") or "/"
        other = places.setdefault(mount, name)
        if other != name:
            yield Finding((*here, "mount_path"), "volume", f"{mount} is taken by {other}")
        if name == "dshm" and settings.shared_memory:
            yield Finding(here, "volume", "the name dshm is taken by shared_memory")


def _check_volume(volume: Volume, path: Path) -> Iterator[Finding]:
    sources = ("claim", "config_map", "secret", "nfs", "empty_dir")
    given = [name for name in sources if getattr(volume, name) is not None]
    if len(given) != 1:
        said = f"not {' and '.join(given)}" if given else "none is given"
        yield Finding(path, "volume", f"a volume has one of {', '.join(sources)}; {said}")
    if volume.empty_dir is not None:
        yield from _check_bytes(volume.empty_dir, (*path, "empty_dir"))
    if volume.sub_path is not None and ".." in volume.sub_path.split("/"):
        yield Finding((*path, "sub_path"), "volume", "`..` is not allowed")
    for name in ("mount_path", "sub_path", "claim", "config_map", "secret"):
        value = getattr(volume, name)
        if value is not None:
            yield from _check_template(value, (*path, name))
    for name in ("claim", "config_map", "secret"):
        value = getattr(volume, name)
        if value is not None and "{" not in value and not _OBJECT.fullmatch(value):
            yield Finding((*path, name), "name", f"{value!r} is no name of a Kubernetes object")


def _check_template(value: str, path: Path) -> Iterator[Finding]:
    try:
        parts = list(string.Formatter().parse(value))
    except ValueError:
        yield Finding(path, "template", f"{value!r}: double each brace that is meant as one")
        return
    for _, field, spec, conversion in parts:
        if field is None:
            continue
        if field not in TEMPLATE_FIELDS or spec or conversion:
            near = did_you_mean(field, TEMPLATE_FIELDS) or "; {username} is"
            yield Finding(path, "template", f"{{{field}}} is not known to KubeSpawner{near}")


def _check_toleration(toleration: Toleration, path: Path) -> Iterator[Finding]:
    if toleration.operator == "Exists" and toleration.value is not None:
        yield Finding((*path, "value"), "toleration", "with the operator Exists there is no value")
    if toleration.operator == "Equal" and toleration.key is None:
        yield Finding(path, "toleration", "a toleration without a key needs the operator Exists")
    if toleration.toleration_seconds is not None and toleration.effect != "NoExecute":
        yield Finding(
            (*path, "toleration_seconds"), "toleration", "seconds need the effect NoExecute"
        )


def _check_names(settings: Settings, path: Path) -> Iterator[Finding]:
    for label, value in settings.node_selector.items():
        here = (*path, "node_selector", label)
        if not _LABEL.fullmatch(label):
            yield Finding(here, "name", f"{label!r} is no name of a label")
        elif not _LABEL_VALUE.fullmatch(value):
            yield Finding(here, "name", f"{value!r} is no value of a label")
    if settings.priority_class is not None and not _OBJECT.fullmatch(settings.priority_class):
        yield Finding((*path, "priority_class"), "name", f"{settings.priority_class!r} is no name")
    for name in settings.environment:
        if name in _SET_BY_HUB:
            yield Finding((*path, "environment", name), "reserved", f"{name} is set by the hub")
