"""For `jupyterhub -f hub_config/jupyterhub_config.py`, and of a hub in a pod."""

from celltrail_hub.starting import configure_from_env

configure_from_env(get_config())  # type: ignore[name-defined]  # noqa: F821
