"""The measures: what the metrics tell a machine and the doctor a person, read from the record."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from service.domain.delivery import FAILED, State
from service.domain.invariants import Invariant
from service.flows import canary
from service.flows.deliver import CALLED_AT_ONCE
from service.flows.desk import Desk
from service.flows.heartbeat import WAITS_AT_MOST
from service.store import deliveries, measures, returned, runs, workdays
from service.store.database import reading

JOBS = ("scan", "escalate", "deliver", "returned", "canary", "watch")
_LOOKED_BACK = timedelta(hours=24)


@dataclass(frozen=True)
class Measures:
    """How it stands at a moment.

    ``waiting`` and ``undelivered`` count letters by state, ``overdue`` those that could have been carried an hour ago;
    ``lateness`` counts the reminders sent within 24 hours, by stage and by seconds; ``last_good`` says when the last
    good run of each job began (UTC); ``broken`` counts what breaks each invariant, as the last watch found it.
    """

    waiting: Mapping[State, int]
    undelivered: Mapping[State, int]
    overdue: int
    oldest_unsent: timedelta | None
    at_capacity: bool
    lateness: Mapping[str, Mapping[float, int]]
    last_good: Mapping[str, datetime]
    broken: Mapping[Invariant, int]
    watched_at: datetime | None
    relays_resting: int
    for_a_person: int
    announced_until: int
    canary: timedelta | None


def taken(desk: Desk, today: date) -> Measures:
    """The measures of this moment."""
    with reading(desk.engine) as connection:
        now = desk.clock()
        oldest = deliveries.oldest_waiting(connection)
        waiting = measures.counted(connection, measures.WAITING)
        watch = runs.newest_of(connection, "watch", [runs.DONE, runs.FAILED])
        return Measures(
            waiting=waiting,
            undelivered=measures.counted(connection, FAILED),
            overdue=measures.overdue(connection, now - WAITS_AT_MOST),
            oldest_unsent=None if oldest is None else now - oldest,
            at_capacity=waiting[State.CALLED] >= CALLED_AT_ONCE,
            lateness=_lateness(connection, now),
            last_good=_last_good(connection),
            broken={each: watch.counts.get(each, 0) for each in Invariant} if watch else {},
            watched_at=watch.started_at if watch else None,
            relays_resting=measures.relays_resting(connection, now),
            for_a_person=returned.count_waiting(connection),
            announced_until=workdays.load(connection).announced_until,
            canary=canary.lateness(connection, today, now),
        )


def _lateness(connection: Connection, now: datetime) -> dict[str, Counter[float]]:
    found: dict[str, Counter[float]] = defaultdict(Counter)
    for stage, ideal_at, sent_at, count in measures.reminders_sent(connection, now - _LOOKED_BACK):
        found[stage][max((sent_at - ideal_at).total_seconds(), 0.0)] += count
    return dict(found)


def _last_good(connection: Connection) -> dict[str, datetime]:
    found = {job: runs.newest_of(connection, job, [runs.DONE]) for job in JOBS}
    return {job: run.started_at for job, run in found.items() if run is not None}
