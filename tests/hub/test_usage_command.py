"""`celltrail usage` tells what the ledger holds, for a person, a program and a spreadsheet."""

import argparse
import json
from fractions import Fraction
from pathlib import Path

import pytest

from celltrail.errors import InvalidError, UnavailableError
from celltrail_hub.ledger import Ledger
from celltrail_hub.usage.command import usage
from celltrail_profiles.quotas import Holding
from celltrail_profiles.resolving import Usage
from celltrail_profiles.schema import ProfileFile

BEGAN = 1_793_613_600.0  # 2026-11-02 10:00 UTC
FILE = ProfileFile(profiles=(), currency="EUR")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    now = BEGAN
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path, lambda: now)
    for user, group, hours in (("ada", "ml", 2), ("bob", "web", 1)):
        now = BEGAN
        price = Usage(gpu=Fraction(1), cost_per_hour=Fraction(3, 2))
        ledger.reserve(FILE, Holding(user, frozenset({group}), "gpu", price), "", set)
        now = BEGAN + hours * 3600
        ledger.end(user, "")
    ledger.close()
    return path


def run(*args: object) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    usage.configure(parser)
    return usage.run(parser.parse_args(["--from", "2026-11-01", *map(str, args)]))


def test_a_person_gets_a_table(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--ledger", ledger, "--to", "2026-11-30", "--by", "profile", "--by", "user") == 0
    header, _, first, second = capsys.readouterr().out.splitlines()
    assert header.split()[:4] == ["USER", "PROFILE", "SERVERS", "HOURS"]
    assert first.split() == ["ada", "gpu", "1", "2.00", "2.00", "0.00", "0.00", "3.00", "EUR"]
    assert second.split()[:3] == ["bob", "gpu", "1"]


def test_a_program_gets_json_of_one_group(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("--ledger", ledger, "--to", "2026-11-30", "--group", "web", "--json")
    [row] = json.loads(capsys.readouterr().out)
    assert (row["user"], row["hours"], row["cost"], row["currency"]) == ("bob", 1, 1.5, "EUR")


def test_a_spreadsheet_gets_csv(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("--ledger", ledger, "--to", "2026-11-30", "--csv")
    assert capsys.readouterr().out.splitlines()[1].startswith("2026-11-01,2026-11-30,ada,1,2.0000")


def test_nothing_is_told_as_nothing(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("--ledger", ledger, "--to", "2026-11-01")
    assert capsys.readouterr().out == "nothing ran from 2026-11-01 to 2026-11-01 (UTC)\n"


def test_what_cannot_be_told_is_said(tmp_path: Path, ledger: Path) -> None:
    with pytest.raises(UnavailableError, match=r"other\.sqlite cannot be used"):
        run("--ledger", tmp_path / "other.sqlite", "--to", "2026-11-30")
    with pytest.raises(InvalidError, match="usage by 'name' is not told"):
        run("--ledger", ledger, "--to", "2026-11-30", "--by", "name")
