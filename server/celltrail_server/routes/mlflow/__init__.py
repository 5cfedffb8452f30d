"""MLflow's REST API, as its own clients call it.

Each endpoint has one route here, under `/api/2.0/mlflow`; the gate maps MLflow's other prefixes
to it. Fields, codes and messages are those of MLflow 3 (`mlflow.protos.service_pb2`,
`mlflow.server.handlers`, `mlflow.utils.validation`).
"""
