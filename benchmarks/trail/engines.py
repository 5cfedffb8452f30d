"""How right the trail is about libraries that are too heavy for the tests' environment.

Runs `tests/scenarios/engines` in an environment of its own, made on first use (7 GB, most of it
PyTorch's). Proves what each scenario needs, by leaving out one run at a time, and compares it with
what the trail says. Silent: something needed is missing, and not even a doubt. Fails if any is.

    python -m benchmarks.trail.engines [--only LIBRARY ...] [--unproved] [--python PATH]
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.trail.environments import OWN, pinned, python_with

import celltrail
import celltrail_dataflow
import celltrail_magics
from tests.scenarios.engines import SCENARIOS
from tests.scenarios.running import Runner
from tests.scenarios.scenario import Scenario

PACKAGES = (
    *("torch", "jax", "scipy", "xarray", "netcdf4", "dask[dataframe]", "polars", "geopandas"),
    *("duckdb", "sqlalchemy", "h5py", "tables", "xgboost-cpu", "lightgbm", "keras", "optuna"),
    *("tokenizers", "pillow", "opencv-python-headless"),
)
PRELOADED = (
    *("torch", "jax.numpy", "scipy.sparse", "xarray", "dask.dataframe", "polars", "geopandas"),
    *("duckdb", "sqlalchemy.orm", "h5py", "tables", "xgboost", "lightgbm", "keras", "optuna"),
    *("tokenizers", "PIL.Image", "cv2", "netCDF4", "dask.array", "dask.bag"),
)
QUIET = {"KERAS_BACKEND": "torch", "PYTHONWARNINGS": "ignore", "JAX_PLATFORMS": "cpu"}


def doubt_about(runner: Runner, scenario: Scenario) -> str:
    """Return what is wrong with what a scenario says that it needs; "" if it is proved."""
    needed = set(scenario.needed)
    if not runner.is_right(scenario, needed):
        return "what it needs is not enough"
    others = [one for one in needed if runner.is_right(scenario, needed - {one})]
    return f"not needed {others}" if others else ""


def faults(runner: Runner, scenario: Scenario) -> dict[str, str]:
    """Return what is wrong with what the trail says of a scenario, by kind."""
    needed = set(scenario.needed)
    outcome = runner.explain(scenario)
    if not outcome.is_right:
        return {"unproved": outcome.error or "another value when traced"}
    found: dict[str, str] = {}
    said = outcome.executions | outcome.maybe.keys()
    if missing := needed - said:
        found["silent"] = f"missing {sorted(missing)}"
    elif missing := needed - outcome.executions:
        found["doubt"] = "; ".join(f"{one}: {outcome.maybe[one]}" for one in sorted(missing))
    if extra := said - needed:
        found["extra"] = f"not needed {sorted(extra)}"
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return 1 if something needed went unsaid."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", nargs="*", help="libraries, as the table names them")
    parser.add_argument("--unproved", action="store_true", help="take the scenarios' word")
    parser.add_argument("--python", help="one that has the libraries, instead of an own one")
    options = parser.parse_args(arguments)
    scenarios = [one for one in SCENARIOS if not options.only or one.construct in options.only]
    python = options.python or python_with("engines", *PACKAGES, *pinned(), *OWN)
    sources = {str(Path(str(one.__file__)).parents[1]) for one in _OURS}
    path = os.pathsep.join([*sorted(sources), os.getcwd()])
    counts: dict[str, Counter[str]] = {}
    with Runner(python, PRELOADED, PYTHONPATH=path, **QUIET) as runner:
        for scenario in scenarios:
            doubt = "" if options.unproved else doubt_about(runner, scenario)
            found = {"unproved": doubt} if doubt else faults(runner, scenario)
            for kind, what in found.items():
                print(f"{scenario.construct}: {scenario.name}: {kind}: {what}", flush=True)
            count = counts.setdefault(scenario.construct, Counter())
            count.update(["all", *found])
            count["exact"] += not found
    kinds = ("all", "exact", "extra", "doubt", "silent", "unproved")
    print(f"\n{'library':<14}" + "".join(f"{kind:>10}" for kind in kinds))
    counts["together"] = sum(counts.values(), Counter())
    for library, count in counts.items():
        print(f"{library:<14}" + "".join(f"{count[kind]:>10}" for kind in kinds))
    return int(bool(counts["together"]["silent"] or counts["together"]["unproved"]))


_OURS = (celltrail, celltrail_dataflow, celltrail_magics)

if __name__ == "__main__":
    sys.exit(main())
