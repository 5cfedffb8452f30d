"""A server is told what it is, in the words that its runs repeat."""

import json

import pytest

from celltrail.hosting import VARIABLE, server_tags
from celltrail_hub.facts import facts_of
from celltrail_profiles.options import validated
from tests.profiles.helping import file_of

FILE = file_of("""
profiles:
- slug: slices
  display_name: Slices
  who: everyone
  image: quay.io/example/torch:1
  gpu: {vendor: nvidia, model: A100-80GB, mig: 1g.10gb, count: 2}
  cost_per_hour: 0.125
- {slug: plain, display_name: Plain, who: everyone}
- {slug: shared, display_name: Shared, who: everyone, gpu: {vendor: nvidia, time_slicing: 4}}
- {slug: none, display_name: None, who: everyone, gpu: {vendor: amd, count: 0}}
""")


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        (
            "slices",
            {
                "image": "quay.io/example/torch:1",
                "gpu": "2 nvidia A100-80GB 1g.10gb",
                "cost_per_hour": "0.125",
                "currency": "EUR",
            },
        ),
        ("plain", {"image": "hub:1"}),
        ("shared", {"image": "hub:1", "gpu": "1 nvidia shared by 4"}),
        ("none", {"image": "hub:1"}),
    ],
)
def test_a_server_knows_profile_image_gpu_and_price(slug: str, told: dict[str, str]) -> None:
    resolved = validated(FILE.profiles, {"profile": slug})
    facts = facts_of(resolved, "ada/second", "hub:1", "EUR")
    assert json.loads(facts) == {"server": "ada/second", "profile": slug, **told}
    assert server_tags({VARIABLE: facts})["celltrail.profile"] == slug
