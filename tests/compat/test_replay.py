"""Each topic of the corpus gives the same answers as MLflow's server, but for what is listed."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.compat.differences import ALLOWED
from tests.compat.replay import Found, Side, differences
from tests.conftest import TrackingServer

pytestmark = pytest.mark.integration

TOPICS = sorted(path.stem for path in (Path(__file__).parent / "corpus").glob("[a-z]*.py"))


class Replays:
    """What each topic found, replayed at most once."""

    def __init__(self, theirs: httpx.Client, ours: httpx.Client) -> None:
        self._clients = theirs, ours
        self._found: dict[str, list[Found]] = {}

    def found(self, topic: str) -> list[Found]:
        """Replay a topic's steps, unless that was done, and return the differences."""
        if topic not in self._found:
            steps = importlib.import_module(f"tests.compat.corpus.{topic}").STEPS
            theirs, ours = map(Side, self._clients)
            self._found[topic] = list(differences(steps, theirs, ours))
        return self._found[topic]


@pytest.fixture(scope="module")
def replays(mlflow_url: str, our_server: TrackingServer) -> Iterator[Replays]:
    with httpx.Client(base_url=mlflow_url, timeout=60) as theirs, our_server.client() as ours:
        yield Replays(theirs, ours)


@pytest.mark.parametrize("topic", TOPICS)
def test_the_answers_are_mlflows(topic: str, replays: Replays) -> None:
    found = replays.found(topic)
    news = [one for one in found if not any(entry.allows(topic, one) for entry in ALLOWED)]
    assert not news, f"{len(news)} differences that are not listed:\n" + "\n".join(map(str, news))


def test_every_listed_difference_still_is_one(replays: Replays) -> None:
    gone = [
        entry
        for entry in ALLOWED
        if not any(entry.allows(topic, one) for topic in TOPICS for one in replays.found(topic))
    ]
    assert not gone, "listed differences that no longer are:\n" + "\n".join(map(str, gone))
