"""The state of the global random generators, carried from step to step."""

import random
import sys
from typing import Any


def random_state() -> dict[str, Any]:
    """Return the state of the generators that are loaded: Python's, numpy's, torch's on the CPU."""
    state: dict[str, Any] = {"random": random.getstate()}
    if numpy := sys.modules.get("numpy.random"):
        state["numpy"] = numpy.get_state()
    if torch := sys.modules.get("torch"):
        state["torch"] = torch.get_rng_state()
        if torch.cuda.is_available():
            state["torch.cuda"] = torch.cuda.get_rng_state_all()
    return state


def set_random_state(state: dict[str, Any]) -> None:
    """Set the generators to what `random_state` returned, loading the libraries named in it."""
    random.setstate(state["random"])
    if "numpy" in state:
        import numpy.random

        numpy.random.set_state(state["numpy"])
    if "torch" in state:
        import torch  # type: ignore[import-not-found, unused-ignore]

        torch.set_rng_state(state["torch"])
        if "torch.cuda" in state and torch.cuda.is_available():
            torch.cuda.set_rng_state_all(state["torch.cuda"])
