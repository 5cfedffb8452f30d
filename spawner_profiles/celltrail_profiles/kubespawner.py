"""Profiles as KubeSpawner has them. Pure: KubeSpawner itself is not needed.

The hub may set `KubeSpawner.profile_list` to what `profile_list` returns, or apply `overrides` of
a resolved spawn by itself; both come to the same pod. Mappings of KubeSpawner are merged, so
volumes, mounts and tolerations are given as mappings by name.
"""

import html
from collections.abc import Iterable
from math import ceil
from typing import Any

from celltrail_profiles.access import default_of
from celltrail_profiles.options import setting_of
from celltrail_profiles.patterns import whole
from celltrail_profiles.resolving import gpu_resource
from celltrail_profiles.schema import Choice, Option, Profile, Settings, Toleration, Volume

_SHARED_MEMORY = "dshm"


def overrides(settings: Settings) -> dict[str, Any]:
    """Return the traits of KubeSpawner that settings come to."""
    traits: dict[str, Any] = {}
    if settings.image is not None:
        traits["image"] = settings.image
    for name, resource, as_number in (("cpu", settings.cpu, float), ("mem", settings.memory, ceil)):
        for bound in ("guarantee", "limit"):
            value = getattr(resource, bound, None)
            if value is not None:
                traits[f"{name}_{bound}"] = as_number(value.amount)
    if settings.gpu is not None:
        count = {
            gpu_resource(settings.gpu): str(settings.gpu.count) if settings.gpu.count else None
        }
        traits["extra_resource_limits"] = count
        traits["extra_resource_guarantees"] = dict(count)
    _add_volumes(settings, traits)
    if settings.node_selector:
        traits["node_selector"] = dict(settings.node_selector)
    if settings.tolerations:
        traits["tolerations"] = {_name_of(each): _toleration(each) for each in settings.tolerations}
    if settings.priority_class is not None:
        traits["priority_class_name"] = settings.priority_class
    if settings.environment:
        traits["environment"] = {
            name: _literal(value) for name, value in settings.environment.items()
        }
    return traits


def profile_list(offered: Iterable[Profile]) -> list[dict[str, Any]]:
    """Return KubeSpawner's `profile_list` for the profiles that one user may choose.

    An empty list would make KubeSpawner start its base settings: refuse such a user before.
    """
    all_ = list(offered)
    default = default_of(all_)
    return [_profile(profile, profile is default) for profile in all_]


def _profile(profile: Profile, default: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "display_name": html.escape(profile.display_name),
        "slug": profile.slug,
        "default": default,
        "kubespawner_override": _set_only(overrides(profile)),
    }
    if profile.description:
        entry["description"] = html.escape(profile.description)
    if profile.options:
        resources = _gpu_resources(profile)
        entry["profile_options"] = {
            name: _option(option, resources) for name, option in profile.options.items()
        }
    return entry


def _set_only(traits: dict[str, Any]) -> dict[str, Any]:
    """Leave out GPUs of which there are none: there is nothing to remove in a profile's own."""
    return {name: value for name, value in traits.items() if value != {_only_key(value): None}}


def _only_key(value: Any) -> Any:
    return next(iter(value)) if isinstance(value, dict) and len(value) == 1 else None


def _gpu_resources(profile: Profile) -> set[str]:
    every: list[Settings] = [profile]
    every += [choice for option in profile.options.values() for choice in option.choices.values()]
    return {gpu_resource(settings.gpu) for settings in every if settings.gpu}


def _option(option: Option, resources: set[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"display_name": html.escape(option.display_name)}
    if option.choices:
        chosen = next((key for key, each in option.choices.items() if each.default), None)
        chosen = chosen or next(iter(option.choices))
        entry["choices"] = {
            key: _choice(choice, key == chosen, resources) for key, choice in option.choices.items()
        }
    if option.free is not None:
        free = option.free
        said = free.message or f"must match {free.pattern}"
        entry["unlisted_choice"] = {
            "enabled": True,
            "display_name": html.escape(free.display_name),
            "validation_regex": whole(free.pattern, braces=free.sets == "image"),
            "validation_message": html.escape(said),
            "kubespawner_override": _template(overrides(setting_of(free, "value"))),
        }
    return entry


def _template(traits: dict[str, Any]) -> dict[str, Any]:
    """Put KubeSpawner's placeholder where a free field's value goes."""
    if "image" in traits:
        return {"image": "{value}"}
    return {"environment": dict.fromkeys(traits["environment"], "{value}")}


def _choice(choice: Choice, default: bool, resources: set[str]) -> dict[str, Any]:
    traits = overrides(choice)
    if choice.gpu is not None:
        others = dict.fromkeys(sorted(resources))
        for name in ("extra_resource_limits", "extra_resource_guarantees"):
            traits[name] = others | traits[name]
    label = choice.display_name
    if choice.description:
        label = f"{label}: {choice.description}"
    return {
        "display_name": html.escape(label),
        "default": default,
        "kubespawner_override": traits,
    }


def _add_volumes(settings: Settings, traits: dict[str, Any]) -> None:
    volumes = {name: _volume(name, volume) for name, volume in settings.volumes.items()}
    mounts = {name: _mount(name, volume) for name, volume in settings.volumes.items()}
    if settings.shared_memory is not None:
        size = str(ceil(settings.shared_memory.amount))
        volumes[_SHARED_MEMORY] = {
            "name": _SHARED_MEMORY,
            "emptyDir": {"medium": "Memory", "sizeLimit": size},
        }
        mounts[_SHARED_MEMORY] = {"name": _SHARED_MEMORY, "mountPath": "/dev/shm"}
    if volumes:
        traits["volumes"], traits["volume_mounts"] = volumes, mounts


def _volume(name: str, volume: Volume) -> dict[str, Any]:
    source: dict[str, Any] = {"name": name}
    if volume.claim is not None:
        source["persistentVolumeClaim"] = {"claimName": volume.claim}
    elif volume.config_map is not None:
        source["configMap"] = {"name": volume.config_map}
    elif volume.secret is not None:
        source["secret"] = {"secretName": volume.secret}
    elif volume.nfs is not None:
        source["nfs"] = {
            "server": _literal(volume.nfs.server),
            "path": _literal(volume.nfs.path),
            "readOnly": volume.read_only,
        }
    elif volume.empty_dir is not None:
        source["emptyDir"] = {"sizeLimit": str(ceil(volume.empty_dir.amount))}
    return source


def _mount(name: str, volume: Volume) -> dict[str, Any]:
    mount: dict[str, Any] = {"name": name, "mountPath": volume.mount_path}
    if volume.sub_path is not None:
        mount["subPath"] = volume.sub_path
    if volume.read_only:
        mount["readOnly"] = True
    return mount


def _toleration(toleration: Toleration) -> dict[str, Any]:
    fields = {
        "key": toleration.key,
        "operator": toleration.operator,
        "value": toleration.value,
        "effect": toleration.effect,
        "tolerationSeconds": toleration.toleration_seconds,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _name_of(toleration: Toleration) -> str:
    """Return a name that tells tolerations apart, so that a choice adds to its profile's."""
    parts = [toleration.key or "*", toleration.operator]
    parts += [str(part) for part in (toleration.value, toleration.effect) if part is not None]
    if toleration.toleration_seconds is not None:
        parts.append(str(toleration.toleration_seconds))
    return " ".join(parts)


def _literal(value: str) -> str:
    """Return text of which KubeSpawner's `str.format` makes that text again."""
    return value.replace("{", "{{").replace("}", "}}")
