"""Which elements stand for an array that is too big to look at all of them. Pure."""

from collections.abc import Sequence

MOST = 1 << 16
"""Elements of a sample."""


def sample(shape: Sequence[int]) -> tuple[slice, ...]:
    """Return a step for each dimension, so that few elements are left, from all over the array."""
    slices = []
    left = MOST
    for rest in range(len(shape), 0, -1):
        length = shape[-rest]
        taken = min(length, max(1, round(left ** (1 / rest))))
        slices.append(slice(None, None, -(-length // taken)))
        left = max(1, left // taken)
    return tuple(slices)
