"""What `celltrail up` gives to JupyterHub, which executes it with `get_config` defined."""

from celltrail_hub.configure import configure
from celltrail_hub.settings import from_env

configure(get_config(), from_env())  # type: ignore[name-defined]  # noqa: F821
