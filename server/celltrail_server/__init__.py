"""The tracking service: metadata store, artifacts, own and MLflow API."""
