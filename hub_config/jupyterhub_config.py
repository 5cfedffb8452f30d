"""For `jupyterhub -f hub_config/jupyterhub_config.py`; `celltrail up` does the same and more."""

from celltrail_hub.configure import configure
from celltrail_hub.settings import from_env

configure(get_config(), from_env())  # type: ignore[name-defined]  # noqa: F821
