"""A service over each place that its queue can lie in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.service import Service, running_service


@pytest.fixture(params=["sqlite", "postgresql", "redis", "rabbitmq"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """The queue in the database itself, on either kind; in Redis and RabbitMQ, beside a PostgreSQL."""
    separate = request.param in ("redis", "rabbitmq")
    broker_url = request.getfixturevalue(f"{request.param}_url") if separate else ""
    database_url = request.getfixturevalue("postgresql_url" if separate else f"{request.param}_url")
    with running_service(tmp_path, database_url, broker_url) as running:
        yield running
