"""The instants of a scan and of a delivery again, in a real worker that a real scheduler rings, over every queue.

With one thread and one connection what was under way when the worker died is the same every time, as in the matrix of
the commands.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.path.crash_program import POINTS, Point
from tests.path.crash_tables import RECORDING, Cells, Table
from tests.path.crashing import KILLED, Launcher, Scene, staged, twice, until

BROKERS = {"sqlite": "", "postgresql": "", "redis": "redis_url", "rabbitmq": "rabbitmq_url"}
"""For each column the fixture of its broker; without one the queue lies in the database."""
TABLE = Table("| point | SQLite | PostgreSQL | PostgreSQL, Redis | PostgreSQL, RabbitMQ |", tuple(BROKERS))
LETTERS = 16  # two groups of those that are settled together
RUNG = [point for point in POINTS if point.command in ("scan", "deliver")]
QUICK = ("accepted", "settle")


@pytest.fixture(scope="module")
def launchers() -> Iterator[tuple[Launcher, Launcher]]:
    """One for the scheduler, one for the worker."""
    with ExitStack() as stack:
        made = Launcher(), Launcher()
        for each in made:
            stack.callback(each.close)
        yield made


@pytest.fixture(scope="module")
def measured() -> Iterator[Cells]:
    """What each cell came to; the document is written from it when asked for."""
    cells: Cells = {}
    yield cells
    if RECORDING:
        TABLE.record({point.name: "" for point in RUNG}, cells)


def crashed(scene: Scene, clockwork: Launcher, worker: Launcher, point: Point) -> float:
    """A worker dies at the point and another is started; how many seconds after the death all was delivered."""
    if point.command == "deliver":
        assert scene.run(clockwork, "scan") == 0
    clockwork.start(scene.asked("scheduler"))
    worker.start(scene.asked("worker", "--threads", 1, fault=point.name))
    assert worker.wait() == KILLED
    died = time.monotonic()
    worker.start(scene.asked("worker", "--threads", 1))
    until(lambda: scene.states() == {"sent": LETTERS})
    seconds = time.monotonic() - died
    until(lambda: scene.said.count("Duban is up") == 3)  # each listens for the signal to stop
    return seconds


CASES = [
    pytest.param(point, column, id=f"{point.name}-{column}", marks=() if point.name in QUICK else pytest.mark.slow)
    for point in RUNG
    for column in BROKERS
]


@pytest.mark.parametrize(("point", "column"), CASES)
def test_a_worker_killed_at_work_is_made_good_by_the_next(
    point: Point,
    column: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    launchers: tuple[Launcher, Launcher],
    measured: Cells,
) -> None:
    broker = request.getfixturevalue(BROKERS[column]) if BROKERS[column] else ""
    url = request.getfixturevalue("sqlite_url" if column == "sqlite" else "postgresql_url")
    with staged(tmp_path, url, broker=broker) as scene:
        people = scene.take_in(LETTERS)
        try:
            seconds = crashed(scene, *launchers, point)
            for each in launchers:
                each.signal(signal.SIGTERM)
                assert each.wait() == 0, scene.said
        finally:
            for each in launchers:
                each.end()
        accepted = scene.accepted()
    lost, again = len(people - accepted.keys()), twice(accepted)
    measured[point.name, column] = cell = f"{lost} · {again} · {seconds:.1f} s"
    print(f"{point.name} × {column}: {cell}")

    assert lost == 0
    assert {len(message_ids) for message_ids in accepted.values()} == {1}, "under the same Message-ID, or not at all"
    assert bool(again) == point.accepted
    TABLE.compare(point.name, column, cell)


def test_the_document_has_a_row_for_every_point_that_is_rung_and_no_other() -> None:
    TABLE.has_rows([point.name for point in RUNG])
