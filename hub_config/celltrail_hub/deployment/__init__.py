"""A hub in a pod: its settings, what JupyterHub is told, its proxy."""
