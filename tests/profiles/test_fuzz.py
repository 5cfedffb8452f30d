"""No text makes the reader fail: there is a file, or problems with a place inside the text."""

import random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from celltrail_profiles import catalog
from celltrail_profiles.access import offers
from celltrail_profiles.explaining import explain
from celltrail_profiles.kubespawner import profile_list
from celltrail_profiles.reading import read_bytes, read_text

TEXTS = [catalog.text(name) for name in catalog.names()]
TOKENS = [
    ":", "- ", "{", "}", "[", "]", "&a ", "*a", "<<: *a", "!!set ", "!x ", "? ", "| ", "> ", "'",
    '"', "#", "\t", "\n", "  ", "null", "~", "yes", ".inf", ".nan", "-1", "1e999", "0x", "0o8",
    "1_000", "2001-01-01", "=", "%YAML 1.1\n---\n", "---\n", "...\n", "\x00", "\ud7ff",
    "\u2028", "é", "1:30", "9" * 5000, "pattern: '('", "{username",
    "quotas:\n- {name: q, who: everyone}\n",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A file of the catalog after some lines, characters or tokens were moved about."""
    text = draw(st.sampled_from(TEXTS))
    rng = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(1, 6))):
        at, to = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
        lines = text.splitlines(keepends=True) or [""]
        words = text.split() or [""]
        text = rng.choice(
            [
                text[:at] + rng.choice(TOKENS) + text[at:],
                text[:at] + text[at + rng.randrange(8) :],
                text[:at] + text[to:],
                "".join(rng.sample(lines, len(lines))) if rng.random() < 0.1 else text,
                "".join(line for line in lines if rng.random() > 0.05),
                text.replace(rng.choice(words), rng.choice(words), 1),
            ]
        )
    return text


@settings(max_examples=200, deadline=None)
@given(st.one_of(mutated(), st.text(max_size=200)))
@example("profiles: [{slug: a, slug: b}]")
@example("? [a, b]\n: c")
@example("<<: 1")
@example("&a [*a]")
@example("!!int x")
@example("a: !!timestamp x")
def test_any_text_gives_problems_inside_it_or_a_file(text: str) -> None:
    reading = read_text(text)
    count = len(text.splitlines()) + 1
    for problem in reading.problems:
        assert 1 <= problem.line <= count
        assert 1 <= problem.column <= max(map(len, text.split("\n")), default=0) + 1
        assert problem.message
    assert (reading.file is None) == bool(reading.errors)
    if reading.file is not None:
        explain(reading.file, "ada", ["gpu"])
        profile_list(offers(reading.file, "ada", ["gpu"]))


@settings(max_examples=100)
@given(st.binary(max_size=100))
def test_any_bytes_give_problems_or_a_file(raw: bytes) -> None:
    reading = read_bytes(raw, "x")
    assert (reading.file is None) == bool(reading.errors)
