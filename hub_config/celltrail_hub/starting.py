"""Which of the two configurations a hub gets: that of a deployment, or that of one machine."""

import os
import sys
from pathlib import Path
from typing import Any

from celltrail.errors import CelltrailError
from celltrail_hub.deployment.configure import configure_deployment
from celltrail_hub.deployment.settings import VARIABLE, load_deployment
from celltrail_hub.local.configure import configure
from celltrail_hub.local.settings import from_env


def configure_from_env(c: Any) -> None:
    """Set up `c` for the file in `CELLTRAIL_HUB_CONFIG`, or for this machine without it.

    What is wrong ends the hub with one line, and without a traceback around it.
    """
    try:
        if path := os.environ.get(VARIABLE):
            configure_deployment(c, load_deployment(Path(path)))
        else:
            configure(c, from_env())
    except CelltrailError as error:
        sys.exit(f"celltrail: {error}")
