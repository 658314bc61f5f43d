"""Rings the bells of the timetable, in the one process that leads."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from dramatiq import Broker
from dramatiq.errors import BrokerConnectionError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from jobs.timetable import LOGGED, TIMETABLE, Ring
from service.store import queue, runs

LEAD = "scheduler"
_log = logging.getLogger(__name__)
_LEASE = timedelta(seconds=20)
_NEVER = datetime.min.replace(tzinfo=UTC)
_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=30)
_LOOK_BACK = 10


def ticking(timetable: Sequence[Ring], due: Callable[[str], None], timezone: ZoneInfo) -> BackgroundScheduler:
    """A scheduler, not yet started, that calls ``due`` with an actor's name at the times of the timetable.

    A tick that comes late is still a tick (APScheduler would drop it after a second), and many missed ones are one.
    Ticks run one after the other in the scheduler's own daemon thread, so none can hold up the end of the process.
    """
    ticks = BackgroundScheduler(
        timezone=timezone,
        executors={"default": DebugExecutor()},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for ring in timetable:
        ticks.add_job(due, ring.trigger, args=[ring.actor], name=ring.actor, **ring.fields)
    return ticks


class Scheduler:
    """Rings while it holds the lease ``LEAD``; two that ring at once are harmless, for every bell may ring twice.

    What is owed is rung until it has been: a ring that met a dead broker is repeated at the next renewal, one that
    the job log should show and does not (the queue was wiped, the run failed) after a minute and ever longer pauses.
    Who takes the lead owes every bell once, since nobody knows what was missed before.
    """

    def __init__(
        self,
        engine: Engine,
        broker: Broker,
        clock: Callable[[], datetime],
        timezone: ZoneInfo,
        timetable: Sequence[Ring] = TIMETABLE,
        lease: timedelta = _LEASE,
    ) -> None:
        self._engine = engine
        self._broker = broker
        self._clock = clock
        self._lease = lease
        self._holder = uuid4().hex
        self._until = _NEVER
        self._bells = tuple(dict.fromkeys(ring.actor for ring in timetable))
        self._owed: dict[str, None] = {}
        self._unproven: dict[str, _Rung] = {}
        self._ticks = ticking(timetable, self._ring, timezone)
        self._ticks.add_job(
            self._lead, "interval", seconds=lease.total_seconds() / 4, next_run_time=clock(), name="lead"
        )

    @property
    def leads(self) -> bool:
        """Whether the lease is held, as far as this process knows."""
        return self._clock() < self._until

    def start(self) -> None:
        """Begin to seek the lead and, with it, to ring; returns at once."""
        self._ticks.start()

    def stop(self) -> None:
        """Ring no more, and give the lead back for another to take at once. Twice is harmless."""
        if self._ticks.running:
            self._ticks.shutdown()
        self._until = _NEVER
        try:
            with self._engine.begin() as connection:
                queue.give_up_lead(connection, LEAD, self._holder)
        except SQLAlchemyError as error:
            _log.warning("The lead was not given back, it ends with its lease: %s", error)

    def _lead(self) -> None:
        led, now = self.leads, self._clock()
        try:
            with self._engine.begin() as connection:
                taken = queue.take_lead(connection, LEAD, self._holder, now, self._lease)
                proven = {actor for actor, rung in self._unproven.items() if _ran(connection, actor, rung.first)}
        except SQLAlchemyError as error:
            _log.warning("The lead could not be taken or renewed: %s", error)
            return
        self._until = now + self._lease if taken else _NEVER
        if taken and not led:
            self._owed.update(dict.fromkeys(self._bells))
        for actor in proven:
            del self._unproven[actor]
        self._owed.update({actor: None for actor, rung in self._unproven.items() if now >= rung.again})
        self._pay()

    def _ring(self, actor: str) -> None:
        self._owed[actor] = None
        self._pay()

    def _pay(self) -> None:
        if not self.leads:
            self._owed.clear()
            self._unproven.clear()
        for actor in tuple(self._owed):
            try:
                self._broker.get_actor(actor).send()
            except BrokerConnectionError as error:
                _log.warning("%s could not be rung and is rung again soon: %s", actor, error)
                return
            del self._owed[actor]
            if actor in LOGGED:
                now, before = self._clock(), self._unproven.get(actor)
                self._unproven[actor] = before.repeated(now) if before else _Rung(now, now + _PAUSE, _PAUSE)


@dataclass(frozen=True)
class _Rung:
    """A bell that was rung and of which the job log shows no run yet: when first, and when again (UTC)."""

    first: datetime
    again: datetime
    pause: timedelta

    def repeated(self, now: datetime) -> "_Rung":
        """It has just been rung again."""
        pause = min(2 * self.pause, _LONGEST_PAUSE)
        return _Rung(self.first, now + pause, pause)


def _ran(connection: Connection, job: str, since: datetime) -> bool:
    return any(run.outcome == runs.DONE and run.started_at >= since for run in runs.newest(connection, job, _LOOK_BACK))
