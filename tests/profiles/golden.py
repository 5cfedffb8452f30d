"""What the catalog renders to. `python -m tests.profiles.golden` writes the files anew."""

from pathlib import Path
from typing import Any

import yaml

from celltrail_profiles import catalog
from celltrail_profiles.kubespawner import profile_list
from celltrail_profiles.options import validated
from celltrail_profiles.pods import pods_of
from celltrail_profiles.schema import Profile
from tests.profiles.helping import file_of

FOLDER = Path(__file__).parent / "golden"


def rendered(name: str) -> dict[str, Any]:
    """Return the profile_list of a catalog file, and of each answer what is special to its pod."""
    profiles = file_of(catalog.text(name)).profiles
    spawns = {
        f"{profile.slug} {' '.join(answers.values())}".strip(): validated(
            [profile], {"profile": profile.slug, **answers}
        )
        for profile in profiles
        for answers in every_answer(profile)
    }
    pods = pods_of([spawn.settings for spawn in spawns.values()], "ada")
    return {
        "profile_list": profile_list(profiles),
        "pods": {
            key: {"resources": pod["spec"]["containers"][0]["resources"], **without_env(pod)}
            for key, pod in zip(spawns, pods, strict=True)
        },
    }


def every_answer(profile: Profile) -> list[dict[str, str]]:
    return [
        {name: choice} for name, option in profile.options.items() for choice in option.choices
    ] or [{}]


def without_env(pod: dict[str, Any]) -> dict[str, Any]:
    spec = {key: value for key, value in pod["spec"].items() if key != "containers"}
    return {"spec": spec, "mounts": pod["spec"]["containers"][0]["volumeMounts"]}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in catalog.names():
        text = yaml.safe_dump(rendered(name), sort_keys=False, allow_unicode=True)
        (FOLDER / f"{name}.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
