"""Whether a pod's manifest is one, by the types of Kubernetes' API.

The types are those of Kubernetes' OpenAPI description, as the client that KubeSpawner brings has
them (`openapi_types`); an unknown field is an error. To the types are added the rules about
resources and mounts, which OpenAPI cannot say.
"""

import re
from typing import Any

from celltrail_profiles.quantities import Quantity

_SIMPLE: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "float": (int, float),
    "datetime": (str,),
    "date": (str,),
}
_LIST = re.compile(r"list\[(.+)\]")
_DICT = re.compile(r"dict[\[(]str, (.+)[\])]")
_COMPUTE = ("cpu", "memory", "ephemeral-storage")


def faults_in(pod: dict[str, Any]) -> list[str]:
    """Return what is wrong with a pod's manifest, each with its place, such as `spec.volumes[0]`.

    Needs the extra `kubernetes`.
    """
    faults: list[str] = []
    for key, right in (("apiVersion", "v1"), ("kind", "Pod")):
        if pod.get(key) != right:
            faults.append(f"{key}: must be {right}, not {pod.get(key)!r}")
    _check("V1Pod", pod, "", faults)
    if faults:  # what follows needs the right types
        return faults
    for index, container in enumerate((pod.get("spec") or {}).get("containers") or []):
        where = f"spec.containers[{index}]"
        _check_resources(container.get("resources") or {}, where, faults)
        _check_mounts(container, pod["spec"], where, faults)
    return faults


def _check(type_: str, value: Any, where: str, faults: list[str]) -> None:
    if type_ == "object":
        return
    if match := _LIST.fullmatch(type_):
        if isinstance(value, list):
            for index, each in enumerate(value):
                _check(match[1], each, f"{where}[{index}]", faults)
        else:
            faults.append(f"{where}: must be a list, not {value!r}")
    elif match := _DICT.fullmatch(type_):
        if isinstance(value, dict):
            for key, each in value.items():
                _check_entry(match[1], key, each, where, faults)
        else:
            faults.append(f"{where}: must be a mapping, not {value!r}")
    elif type_ in _SIMPLE:
        right = isinstance(value, _SIMPLE[type_])
        if not right or (isinstance(value, bool) and type_ != "bool"):
            faults.append(f"{where}: must be {type_}, not {value!r}")
    else:
        _check_model(type_, value, where, faults)


def _check_entry(type_: str, key: Any, value: Any, where: str, faults: list[str]) -> None:
    if not isinstance(key, str):
        faults.append(f"{where}: the key {key!r} must be text")
    elif where.endswith((".limits", ".requests")):
        try:
            Quantity.parse(value)
        except ValueError as error:
            faults.append(f"{where}.{key}: {error}")
    else:
        _check(type_, value, f"{where}.{key}", faults)


def _check_model(type_: str, value: Any, where: str, faults: list[str]) -> None:
    from kubernetes_asyncio.client import models

    if type_ == "IntOrString":
        return
    model = getattr(models, type_)
    if not isinstance(value, dict):
        faults.append(f"{where}: must be a mapping, not {value!r}")
        return
    attributes = {key: name for name, key in model.attribute_map.items()}
    for key, each in value.items():
        inside = f"{where}.{key}".lstrip(".")
        if key not in attributes:
            faults.append(f"{inside}: {type_} has no such field")
        elif key == "sizeLimit":
            _check_entry("str", key, each, ".limits", faults)
        elif each is not None:
            _check(model.openapi_types[attributes[key]], each, inside, faults)
    given = {name: value[key] for key, name in attributes.items() if key in value}
    try:
        model(**given)
    except ValueError as error:  # a required field is not there
        faults.append(f"{where or type_}: {error}")


def _check_resources(resources: dict[str, Any], where: str, faults: list[str]) -> None:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for name, request in requests.items():
        try:
            over = name in limits and Quantity.parse(request) > Quantity.parse(limits[name])
        except ValueError:
            continue
        if over:
            faults.append(f"{where}.resources.requests.{name}: more than its limit")
    for name in {*limits, *requests}.difference(_COMPUTE):
        if limits.get(name) is None or requests.get(name, limits[name]) != limits[name]:
            faults.append(f"{where}.resources.limits.{name}: must be there, as in the request")
        elif not str(limits[name]).isdecimal():
            faults.append(f"{where}.resources.limits.{name}: must be an integer")


def _check_mounts(
    container: dict[str, Any], spec: dict[str, Any], where: str, faults: list[str]
) -> None:
    volumes = {volume.get("name") for volume in spec.get("volumes") or []}
    taken: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts") or []):
        here = f"{where}.volumeMounts[{index}]"
        if mount.get("name") not in volumes:
            faults.append(f"{here}.name: there is no volume {mount.get('name')!r}")
        if mount.get("mountPath") in taken:
            faults.append(f"{here}.mountPath: {mount['mountPath']} is mounted twice")
        taken.add(mount.get("mountPath"))
