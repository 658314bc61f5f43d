"""Run by Alembic: migrate over the connection that ``upgrade`` passes in."""

from alembic import context

from service.store import answering, climbing, doors, kept, postal, queue, rulebook, tables

PARTS = (tables, rulebook, postal, doors, kept, answering, climbing, queue)
"""Each adds its tables to the one metadata."""

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=PARTS[0].metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
