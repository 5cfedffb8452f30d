"""The routes of the server: its own API, and MLflow's in `mlflow/`."""
