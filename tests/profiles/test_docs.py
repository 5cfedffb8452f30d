"""The page about profiles says what the code does."""

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

from celltrail_profiles.problems import Code
from celltrail_profiles.reading import read_text

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")


def test_the_reference_is_that_of_the_schema() -> None:
    script = ROOT / "scripts" / "profiles-reference"
    subprocess.run([sys.executable, script, "--check"], check=True)


def test_the_example_has_no_mistakes() -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert read_text(example).problems == []


def test_every_code_of_a_problem_is_explained() -> None:
    table = PAGE.partition("| code |")[2].partition("## Show")[0]
    assert set(get_args(Code.__value__)) == set(re.findall(r"`([a-z-]+)`", table)) - {"latest"}
