"""Run a module as `python -m` does, in half the time: `python -m celltrail_hub.quick MODULE …`.

Jupyter's event log imports jsonschema, which imports `rfc3987_syntax` where that is installed;
building its grammar is half of JupyterHub's start (2.4 of 4.8 s of processor time). It checks
internationalised addresses, which no schema of Jupyter's has. jsonschema does without.
"""

import runpy
import sys

sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
