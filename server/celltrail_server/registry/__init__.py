"""What the model registry takes for names, stages and sources. Pure; the store keeps the records.

The rules and their wording are MLflow's, because its users' tests match on them.
"""
