"""The chart, rendered by Helm's own engine without a cluster; and `Release`, which needs one."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import helm_python as helm
import yaml

CHART = Path(__file__).parents[2] / "helm" / "celltrail"
PRESETS = CHART / "presets"
RELEASE, NAMESPACE, USERS = "celltrail", "celltrail", "celltrail-users"

type Manifest = dict[str, Any]
type Values = dict[str, Any]


def merged(*layers: Mapping[str, Any]) -> Values:
    """Return values as Helm merges them: mappings key by key, the rest replaced."""
    result: Values = {}
    for layer in layers:
        for key, value in layer.items():
            before = result.get(key)
            both = isinstance(value, Mapping) and isinstance(before, Mapping)
            result[key] = merged(before, value) if both else value
    return result


def preset(*names: str) -> Values:
    """Return the values of presets, later ones over earlier ones, as several `-f` do."""
    return merged(*(yaml.safe_load((PRESETS / f"{name}.yaml").read_text()) for name in names))


@cache
def chart() -> helm.Chart:
    """Return the chart, loaded once."""
    return helm.Chart.load(CHART)


def files(values: Mapping[str, Any], namespace: str = NAMESPACE) -> dict[str, str]:
    """Return what each template comes to, by its name."""
    rendered = chart().render(dict(values), name=RELEASE, namespace=namespace)
    return {Path(name).name: text for name, text in rendered.items()}


def objects(values: Mapping[str, Any], namespace: str = NAMESPACE) -> list[Manifest]:
    """Return all objects that an install makes, hooks included."""
    texts = (text for name, text in files(values, namespace).items() if name.endswith(".yaml"))
    return [each for text in texts for each in yaml.load_all(text, yaml.CSafeLoader) if each]


def notes(values: Mapping[str, Any]) -> str:
    """Return what Helm says after an install."""
    return files(values)["NOTES.txt"]


def find(manifests: Iterable[Manifest], kind: str, name: str) -> Manifest:
    """Return the one object of that kind and name, which goes without the release's."""
    full = f"{RELEASE}-{name}" if name else RELEASE
    (found,) = (m for m in manifests if m["kind"] == kind and m["metadata"]["name"] == full)
    return found


def pod_templates(manifests: Iterable[Manifest]) -> Iterable[tuple[str, Manifest]]:
    """Return the pods that objects come to, each with a name, as {metadata, spec}."""
    for each in manifests:
        name, spec = f"{each['kind']}/{each['metadata']['name']}", each.get("spec", {})
        if each["kind"] == "Pod":
            yield name, each
        elif each["kind"] == "CronJob":
            yield name, spec["jobTemplate"]["spec"]["template"]
        elif "template" in spec:
            yield name, spec["template"]


class Release:
    """A release on the cluster of `kubeconfig`, without the program `helm`.

        release = Release(kubeconfig, namespace)
        release.apply(merged(preset("try-out"), {"images": {"tag": "test"}}))
        release.test()

    Helm's errors are `helm_python.HelmError`, with its text.
    """

    def __init__(self, kubeconfig: str, namespace: str, name: str = RELEASE) -> None:
        self.name = name
        self._config = helm.Config(kubeconfig_path=kubeconfig, namespace=namespace)

    def apply(
        self, values: Mapping[str, Any], chart: Path = CHART, timeout_seconds: int = 180
    ) -> dict[str, Any]:
        """Do `helm upgrade --install --create-namespace --wait`."""
        try:
            self._config.status(self.name)
        except helm.HelmError:
            return self._config.install(
                chart, self.name, dict(values),
                create_namespace=True, wait="watcher", timeout=timeout_seconds,
            )  # fmt: skip
        return self._config.upgrade(
            chart, self.name, dict(values), wait="watcher", timeout=timeout_seconds
        )

    def status(self) -> dict[str, Any]:
        """Do `helm status`."""
        return self._config.status(self.name)

    def rollback(self, revision: int) -> None:
        """Do `helm rollback --wait`."""
        self._config.rollback(self.name, version=revision, wait="watcher")

    def test(self) -> Any:
        """Do `helm test`."""
        return self._config.test(self.name)

    def uninstall(self) -> Any:
        """Do `helm uninstall --wait`."""
        return self._config.uninstall(self.name, wait="watcher")
