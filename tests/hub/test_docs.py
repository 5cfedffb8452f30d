"""What the documentation shows as settings is taken."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from celltrail_hub.deployment.settings import load_deployment
from celltrail_hub.logins.settings import WAYS
from tests.hub.conftest import CHECKOUT

README = CHECKOUT / "hub_config" / "README.md"
LOGINS = CHECKOUT / "docs" / "logins.md"


def blocks(path: Path) -> list[str]:
    """The indented blocks of a page, without the indent."""
    found = re.findall(r"(?:^    .*\n|^\n(?=    ))+", path.read_text(), re.MULTILINE)
    return [re.sub(r"^    ", "", block, flags=re.MULTILINE).strip() for block in found]


def logins() -> Iterator[tuple[str, dict[str, Any]]]:
    for block in blocks(LOGINS):
        if "{...}" in block:
            continue
        shown = yaml.safe_load(block)
        for way in [way for way in WAYS if way in shown]:
            yield way, {"allowed": {"users": ["ada"]}} | {way: shown[way]}
            if "allowed" in shown and sum(each in shown for each in WAYS) == 1:
                yield way, {way: shown[way], "allowed": shown["allowed"]}


@pytest.mark.parametrize(("way", "login"), list(logins()))
def test_each_login_that_is_shown_is_taken(tmp_path: Path, way: str, login: dict[str, Any]) -> None:
    servers = {"namespace": "users", "image": "x:1"}
    settings = {"url": "http://localhost", "servers": servers, "authentication": login}
    (tmp_path / "hub.yaml").write_text(yaml.safe_dump(settings))
    assert load_deployment(tmp_path / "hub.yaml").authentication.way == way


def test_every_login_is_shown() -> None:
    assert {way for way, _ in logins()} == set(WAYS) - {"class_name"}


def test_the_settings_of_a_hub_in_a_pod_are_taken(tmp_path: Path) -> None:
    [block] = [block for block in blocks(README) if block.startswith("url: ")]
    (tmp_path / "hub.yaml").write_text(block)
    assert load_deployment(tmp_path / "hub.yaml").base_url == "/"
