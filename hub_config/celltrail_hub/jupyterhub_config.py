"""What `celltrail up` gives to JupyterHub, which executes it with `get_config` defined."""

from celltrail_hub.starting import configure_from_env

configure_from_env(get_config())  # type: ignore[name-defined]  # noqa: F821
