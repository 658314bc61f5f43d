"""Rings the bells of the timetable, in the one process that leads."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from apscheduler.executors.debug import DebugExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from dramatiq import Broker
from dramatiq.errors import BrokerConnectionError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from jobs.timetable import TIMETABLE, Ring
from service.store import queue

LEAD = "scheduler"
_log = logging.getLogger(__name__)
_LEASE = timedelta(seconds=20)
_NEVER = datetime.min.replace(tzinfo=UTC)


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

    What is owed is rung until it has been: a ring that met a dead database is repeated at the next renewal, and who
    takes the lead owes every bell once, since nobody knows what was missed before.
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
        except SQLAlchemyError as error:
            _log.warning("The lead could not be taken or renewed: %s", error)
            return
        self._until = now + self._lease if taken else _NEVER
        if taken and not led:
            self._owed.update(dict.fromkeys(self._bells))
        self._pay()

    def _ring(self, actor: str) -> None:
        self._owed[actor] = None
        self._pay()

    def _pay(self) -> None:
        if not self.leads:
            self._owed.clear()
        for actor in tuple(self._owed):
            try:
                self._broker.get_actor(actor).send()
            except BrokerConnectionError as error:
                _log.warning("%s could not be rung and is rung again soon: %s", actor, error)
                return
            del self._owed[actor]
