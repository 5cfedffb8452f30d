"""Each topic of the corpus gives the same answers as MLflow's server, but for what is listed."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.compat.differences import ALLOWED
from tests.compat.replay import Side, differences
from tests.conftest import TrackingServer

pytestmark = pytest.mark.integration

TOPICS = sorted(path.stem for path in (Path(__file__).parent / "corpus").glob("[a-z]*.py"))


@pytest.fixture(scope="module")
def sides(
    mlflow_url: str, our_server: TrackingServer
) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    with httpx.Client(base_url=mlflow_url, timeout=60) as theirs, our_server.client() as ours:
        yield theirs, ours


@pytest.mark.parametrize("topic", TOPICS)
def test_the_answers_are_mlflows(topic: str, sides: tuple[httpx.Client, httpx.Client]) -> None:
    steps = importlib.import_module(f"tests.compat.corpus.{topic}").STEPS
    theirs, ours = sides
    found = list(differences(steps, Side(theirs), Side(ours)))
    listed = [one for one in ALLOWED if one.topic in ("*", topic)]
    news = [one for one in found if not any(entry.allows(topic, one) for entry in listed)]
    assert not news, f"{len(news)} differences that are not listed:\n" + "\n".join(map(str, news))
    gone = [
        one
        for one in listed
        if one.topic == topic and not any(one.allows(topic, each) for each in found)
    ]
    assert not gone, f"listed differences that no longer are: {gone}"
