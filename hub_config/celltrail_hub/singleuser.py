"""A user's server in a pod: `python -m celltrail_hub.singleuser`, with the options of JupyterHub's.

A home that cannot be written is no reason not to start: the server itself says so better.
"""

import contextlib
import sys
from pathlib import Path

from celltrail_hub.homes import fill_home

with contextlib.suppress(OSError):
    fill_home(Path.home())
sys.argv.insert(1, "jupyterhub.singleuser")
import celltrail_hub.quick  # noqa: E402, F401 (runs it)
