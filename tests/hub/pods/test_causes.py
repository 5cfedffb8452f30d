"""How long causes may last; that all of them are documented."""

import re
from pathlib import Path

import pytest
from traitlets import TraitError

from celltrail_hub.pods.causes import KINDS, Cause, Patience
from celltrail_hub.pods.start import WatchedStart

TAKEN = Cause("gpu-taken", "All are in use.")
MISSING = Cause("image-missing", "There is none.")
DOCUMENTED = Path(__file__).parents[3] / "docs" / "failures.md"


def test_a_cause_may_last_as_long_as_it_may_go_away() -> None:
    patience = Patience({}, autoscaler_seconds=0)
    assert not patience.is_over(TAKEN, None, now=100)
    assert not patience.is_over(TAKEN, None, now=104)
    assert patience.is_over(TAKEN, None, now=105)


def test_what_cannot_go_away_ends_at_once() -> None:
    assert Patience({}, autoscaler_seconds=60).is_over(MISSING, None, now=100)


def test_a_cause_that_went_away_begins_anew() -> None:
    patience = Patience({}, autoscaler_seconds=0)
    assert not patience.is_over(TAKEN, None, now=100)
    assert not patience.is_over(None, None, now=104)
    assert not patience.is_over(TAKEN, None, now=105)


def test_another_word_on_the_same_cause_gains_no_time() -> None:
    patience = Patience({}, autoscaler_seconds=0)
    assert not patience.is_over(TAKEN, None, now=100)
    assert patience.is_over(Cause("gpu-taken", "All 3 are in use."), None, now=105)


def test_an_autoscaler_is_waited_for_and_its_word_counts() -> None:
    patience = Patience({}, autoscaler_seconds=60)
    assert not patience.is_over(TAKEN, None, now=100)
    assert not patience.is_over(TAKEN, None, now=159)
    assert not patience.is_over(TAKEN, True, now=500)
    assert patience.is_over(TAKEN, False, now=500)


def test_times_can_be_set_and_names_of_causes_are_checked() -> None:
    assert Patience({"gpu-taken": 0}, autoscaler_seconds=0).is_over(TAKEN, None, now=100)
    with pytest.raises(TraitError, match="gpu-token"):
        WatchedStart(grace_seconds={"gpu-token": 1})


def test_every_cause_is_documented_with_its_advice_and_time() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| .+ \| (.+) \| (\d+) s \|$", DOCUMENTED.read_text(), re.M)
    assert rows == [
        (reason, kind.advice, f"{kind.grace_seconds:g}") for reason, kind in KINDS.items()
    ]
