"""Run by Alembic: migrate over the connection that ``upgrade`` passes in."""

from alembic import context

from service.store.queue import queue_message

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=queue_message.metadata,  # the tables, the broker's among them
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
