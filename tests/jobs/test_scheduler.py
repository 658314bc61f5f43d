"""Who rings: one leader at a time, and nothing is missed when the lead passes on."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from dramatiq import Message, actor
from sqlalchemy import Engine, delete, select, text

from jobs.actors import declare
from jobs.brokers.database import DatabaseBroker
from jobs.scheduler import LEAD, Scheduler
from jobs.timetable import TIMETABLE, Ring, daily, every
from service.store import queue, runs
from service.store.queue import queue_message
from tests.jobs.backends import utc_now
from tests.jobs.programs import until
from tests.jobs.test_actors import Day

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEASE = timedelta(seconds=1)
RARELY = [daily("03:33", ring="scan"), daily("04:44", ring="escalate")]

Begin = Callable[..., Scheduler]


@pytest.fixture
def begin(engine: Engine) -> Iterator[Begin]:
    """Starts schedulers that share one database, each with bells that nobody answers."""
    started: list[Scheduler] = []

    def start(timetable: Sequence[Ring] = RARELY) -> Scheduler:
        broker = DatabaseBroker(engine, utc_now)
        for name in {ring.actor for ring in timetable}:
            actor(broker=broker, actor_name=name)(lambda: None)
        started.append(Scheduler(engine, broker, utc_now, SHANGHAI, timetable, LEASE))
        started[-1].start()
        return started[-1]

    yield start
    for scheduler in started:
        scheduler.stop()


def rung(engine: Engine) -> Counter[str]:
    with engine.begin() as connection:
        bodies = connection.execute(select(queue_message.c.body)).scalars().all()
    return Counter(Message.decode(body).actor_name for body in bodies)


def test_a_scheduler_that_starts_rings_every_bell_once_for_what_was_missed(engine: Engine, begin: Begin) -> None:
    begin()
    until(lambda: rung(engine) == {"scan": 1, "escalate": 1})
    time.sleep(LEASE.total_seconds())

    assert rung(engine) == {"scan": 1, "escalate": 1}


def test_of_two_schedulers_one_rings(engine: Engine, begin: Begin) -> None:
    first = begin()
    until(lambda: first.leads)
    second = begin()
    time.sleep(2 * LEASE.total_seconds())

    assert first.leads
    assert not second.leads
    assert rung(engine) == {"scan": 1, "escalate": 1}


def test_a_leader_that_stops_hands_the_lead_over_at_once(engine: Engine, begin: Begin) -> None:
    first = begin()
    until(lambda: first.leads)
    first.stop()
    with engine.begin() as connection:
        assert queue.lead(connection, LEAD) is None


def test_the_lead_of_a_dead_leader_is_taken_over_and_every_bell_rung(engine: Engine, begin: Begin) -> None:
    with engine.begin() as connection:
        assert queue.take_lead(connection, LEAD, "a process that was killed", utc_now(), LEASE)
    second = begin()
    time.sleep(LEASE.total_seconds() / 2)
    assert rung(engine) == {}
    until(lambda: second.leads)

    until(lambda: rung(engine) == {"scan": 1, "escalate": 1})


def test_a_leader_rings_by_the_timetable(engine: Engine, begin: Begin) -> None:
    begin([every(seconds=1, ring="call")])

    until(lambda: rung(engine)["call"] >= 3)


def test_who_does_not_lead_does_not_ring(engine: Engine, begin: Begin) -> None:
    with engine.begin() as connection:
        queue.take_lead(connection, LEAD, "another", utc_now(), timedelta(hours=1))
    begin([every(seconds=1, ring="call")])
    time.sleep(1.5)

    assert rung(engine) == {}


def test_a_ring_that_met_a_dead_database_is_repeated(engine: Engine, begin: Begin) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE queue_message RENAME TO gone"))
    leader = begin()
    until(lambda: leader.leads)
    time.sleep(0.5)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO queue_message"))

    until(lambda: rung(engine) == {"scan": 1, "escalate": 1})


def wipe(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(delete(queue_message))


def ran(engine: Engine, job: str, error: str = "") -> None:
    with engine.begin() as connection:
        run = runs.start(connection, job, utc_now().date(), utc_now())
        runs.finish(connection, run, 0.1, {}, {}, error)


def test_a_bell_that_was_lost_with_its_queue_is_rung_again_until_the_job_log_shows_that_it_was_heard(
    engine: Engine, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.scheduler._PAUSE", timedelta(seconds=0.5))
    begin([daily("03:33", ring="scan"), daily("04:44", ring="purge")])  # of purge the job log knows nothing
    until(lambda: rung(engine) == {"scan": 1, "purge": 1})
    wipe(engine)
    until(lambda: rung(engine) == {"scan": 1})
    ran(engine, "scan")
    wipe(engine)
    time.sleep(2.5)

    assert rung(engine) == {}


def test_a_run_that_failed_is_asked_for_again(engine: Engine, begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.scheduler._PAUSE", timedelta(seconds=0.5))
    begin([daily("03:33", ring="scan")])
    until(lambda: rung(engine) == {"scan": 1})
    wipe(engine)
    ran(engine, "scan", error="OperationalError")

    until(lambda: rung(engine) == {"scan": 1})


def test_every_bell_of_the_timetable_has_its_actor(engine: Engine) -> None:
    broker = DatabaseBroker(engine, utc_now)
    declare(broker, Day())

    assert {ring.actor for ring in TIMETABLE} <= broker.get_declared_actors()
