"""Alembic's scripts, shipped in the wheel; `store.schema` runs them."""
