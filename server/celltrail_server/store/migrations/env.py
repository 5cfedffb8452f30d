"""Alembic's environment: it migrates the connection that `store.schema` hands over."""

from alembic import context

from celltrail_server.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
