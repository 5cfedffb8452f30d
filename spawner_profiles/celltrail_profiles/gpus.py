"""What device plugins call a GPU, and into which slices a model can be cut.

Names of resources: NVIDIA's device plugin (`nvidia.com/gpu`, `nvidia.com/mig-1g.5gb` under the
strategy "mixed", `nvidia.com/gpu.shared` for time-slicing with `renameByDefault`), AMD's
(`amd.com/gpu`) and Intel's (`gpu.intel.com/i915`). Slices: NVIDIA's MIG user guide, "Supported MIG
profiles".
"""

from fractions import Fraction
from typing import Literal

type Vendor = Literal["nvidia", "amd", "intel"]

WHOLE: dict[str, str] = {
    "nvidia": "nvidia.com/gpu",
    "amd": "amd.com/gpu",
    "intel": "gpu.intel.com/i915",
}
SHARED = "nvidia.com/gpu.shared"


def _seven(*memory: str) -> tuple[str, ...]:
    """Return the profiles of a GPU of seven slices, given the memory of 1, 1, 2, 3, 4 and 7."""
    small, wide, two, half, all_ = memory
    return (
        f"1g.{small}gb", f"1g.{small}gb+me", f"1g.{wide}gb", f"2g.{two}gb", f"3g.{half}gb",
        f"4g.{half}gb", f"7g.{all_}gb",
    )  # fmt: skip


_80GB = _seven("10", "20", "20", "40", "80")
MODELS: dict[str, dict[str, tuple[str, ...]]] = {
    "nvidia": {
        "A30": ("1g.6gb", "1g.6gb+me", "2g.12gb", "2g.12gb+me", "4g.24gb"),
        "A100-40GB": _seven("5", "10", "10", "20", "40"),
        "A100-80GB": _80GB,
        "H100-80GB": _80GB,
        "H100-94GB": _seven("12", "24", "24", "47", "94"),
        "GH200-96GB": _seven("12", "24", "24", "48", "96"),
        "H200": _seven("18", "35", "35", "71", "141"),
        "B200": _seven("23", "45", "45", "90", "180"),
        **dict.fromkeys(("P100", "V100", "T4", "A10", "RTX-A6000", "L4", "L40S"), ()),
    },
    "amd": dict.fromkeys(("MI210", "MI250X", "MI300A", "MI300X", "MI325X"), ()),
    "intel": dict.fromkeys(("Flex-170", "Max-1100", "Max-1550"), ()),
}
"""The MIG profiles of each vendor's models that are known here; none where MIG does not exist."""
_QUARTERED = MODELS["nvidia"]["A30"]
SLICES = sorted({slice_ for slices in MODELS["nvidia"].values() for slice_ in slices})


def resource_name(vendor: str, mig: str | None, shared: bool) -> str:
    """Return what the vendor's device plugin calls one such GPU, slice or share."""
    if mig is not None:
        return f"nvidia.com/mig-{mig.replace('+', '.')}"
    return SHARED if shared else WHOLE[vendor]


def whole_gpus(mig: str | None, shares: int | None) -> Fraction:
    """Return which part of a GPU one unit is: a slice's share of computing, or one of `shares`."""
    if mig is not None:
        return Fraction(int(mig[0]), 4 if mig in _QUARTERED else 7)
    return Fraction(1, shares or 1)
