"""Alembic's entry; called by `schema.migrate` with a connection."""

from alembic import context

from pilothouse.store.relational.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
