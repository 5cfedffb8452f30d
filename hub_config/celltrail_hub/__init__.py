"""JupyterHub: configuration, spawner, services."""
