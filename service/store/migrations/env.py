"""Run by Alembic: migrate over the connection that ``upgrade`` passes in."""

from alembic import context

from service.store.queue import leader, queue_message
from service.store.tables import metadata

assert leader.metadata is queue_message.metadata is metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
