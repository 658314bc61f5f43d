"""The idle scan among a million certifications, and the claim of a hundred letters among a million old ones."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, text

from bench.synthetic import DAY
from service.store import carriage, migrations, obligations
from service.store.database import open_engine
from tests.postgres import programs, running_server

_NOW = datetime(2027, 8, 6, tzinfo=UTC)
_TIMES = 20
_CLAIMS = 9
_SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :rows)",
    "postgresql": "WITH series AS (SELECT generate_series(1, :rows) AS n)",
}


def run(rows: int, rounds: int) -> None:
    """Print the median of each on SQLite and, where its binaries are, on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        _measure("SQLite", f"sqlite:///{folder}/bench.db", rows, rounds)
    with _postgresql() as url:
        if url:
            _measure("PostgreSQL", url, rows, rounds)
        else:
            print("PostgreSQL: not run, its binaries are not here")


@contextmanager
def _postgresql() -> Iterator[str | None]:
    install = programs()
    if install is None:
        yield None
        return
    with running_server(Path(install)) as server:
        yield server.url(server.create())


def _measure(name: str, url: str, rows: int, rounds: int) -> None:
    engine = open_engine(url)
    migrations.upgrade(engine, _NOW)
    few = [_claim(engine) for _ in range(rounds * _CLAIMS)]
    _fill(engine, rows)
    idle = [_median(lambda: _idle_scan(engine)) for _ in range(rounds)]
    many = [_claim(engine) for _ in range(rounds * _CLAIMS)]
    engine.dispose()
    scanned = statistics.median(idle) * 1e3
    among, alone = statistics.median(many) * 1e3, statistics.median(few) * 1e3
    print(f"{name}, {rows:,} certifications and as many old deliveries:")
    print(f"  idle scan {scanned:.2f} ms")
    print(f"  call and claim of 100: {among:.1f} ms; with no old ones {alone:.1f} ms; ratio {among / alone:.2f}")


def _fill(engine: Engine, rows: int) -> None:
    series = _SERIES[engine.dialect.name]
    with engine.begin() as connection:
        for statement in _FILL:
            connection.execute(text(statement.format(series=series)), {"rows": rows} if "{series}" in statement else {})
        connection.execute(text(_DELIVERIES.format(series=series, **_OLD)), {"rows": rows})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


_CONTACT = (
    "INSERT INTO contact (id, owner_kind, owner_id, role, name, address, language, working)"
    " VALUES ({id}, 'enterprise', {id}, 'handler', 'x', 'x@x.example', 'zh', true)"
)
_DELIVERIES = (
    "INSERT INTO delivery (id, subject_kind, subject_id, revision, purpose, stage, contact_id, channel, state, reason,"
    " not_before, claim, attempts, planned_for, planned_at) {series}"
    " SELECT n{offset}, '{subject}', n, 0, 'reminder', '0d', {contact}, 'email', '{state}', '',"
    " '2026-01-01', '', 1, '2026-01-01', '2026-01-01' FROM series"
)
_FILL = (
    "INSERT INTO enterprise (id, identity, uscc, name, name_key) VALUES (1, 'name:x', '', 'x', 'x')",
    _CONTACT.replace("{id}", "1"),
    "INSERT INTO certification (id, enterprise_id, factory, factory_key, level, batch, proposed, date_basis,"
    " source_url) {series} SELECT n, 1, 'x', 'x' || n, 'excellence', '', false, '', '' FROM series",
    "INSERT INTO obligation (id, certification_id, kind, occurrence, revision, article, holder, due_on, late_after,"
    " safe_due_on, provisional, policy, trace, pending, closed, check_on, idle) {series}"
    " SELECT n, n, 'validity_end', '0', 0, '17(4)', 'enterprise', '2030-01-01', '2030-01-01',"
    " '2030-01-01', false, 'x', '[]', false, '', '2030-01-01', '' FROM series",
)
_OLD = {"offset": " + 1000", "subject": "obligation", "contact": 1, "state": "sent"}
_NEW = {"offset": "", "subject": "bench", "contact": 2, "state": "planned"}


def _idle_scan(engine: Engine) -> None:
    with engine.begin() as connection:
        assert obligations.take_due(connection, DAY, 500) == []


def _claim(engine: Engine) -> float:
    """Seconds to call and claim a hundred planned letters, which are taken away again."""
    with engine.begin() as connection:
        connection.execute(text(_CONTACT.format(id=2)))
        connection.execute(text(_DELIVERIES.format(series=_SERIES[engine.dialect.name], **_NEW)), {"rows": 100})
    started = time.perf_counter()
    with engine.begin() as connection:
        called = [id for id, _ in carriage.call(connection, _NOW, 100)]
    with engine.begin() as connection:
        claimed = carriage.claim(connection, called, uuid4().hex, _NOW)
    seconds = time.perf_counter() - started
    assert len(claimed) == 100
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM delivery WHERE subject_kind = 'bench'"))
        connection.execute(text("DELETE FROM contact WHERE id = 2"))
    return seconds


def _median(work: Callable[[], None]) -> float:
    times = []
    for _ in range(_TIMES):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)
