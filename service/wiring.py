"""The only place that builds things: engine, channel, desk, and the work that the jobs ring for."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from service.channels.channel import Channel
from service.channels.registry import open_channel
from service.domain.plan import Policy
from service.flows import deliver, escalate, remind
from service.flows.desk import Desk
from service.settings import Settings
from service.store import migrations, queue
from service.store.database import open_engine

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")
_KEEP_DEAD_MESSAGES = timedelta(days=7)


def now() -> datetime:
    """The real clock, in UTC."""
    return datetime.now(UTC)


def business_day() -> date:
    """Today as the law counts it: the day in Asia/Shanghai."""
    return now().astimezone(LEGAL_ZONE).date()


@dataclass(frozen=True)
class House:
    """All parts of a running Duban."""

    settings: Settings
    engine: Engine
    desk: Desk
    channel: Channel


@contextmanager
def opened(settings: Settings) -> Iterator[House]:
    """The house on a database of the newest schema. Raises RequestRefused where the schema is another."""
    with built(settings) as house:
        make_ready(house)
        yield house


def make_ready(house: House) -> None:
    """Make a database that is not there yet on SQLite. Raises RequestRefused where the schema is not this code's."""
    if house.engine.dialect.name == "sqlite":
        with house.engine.begin() as connection:
            is_new = migrations.present(connection) is None
        if is_new:
            migrations.upgrade(house.engine, now())
    migrations.require_newest(house.engine)


@contextmanager
def built(settings: Settings) -> Iterator[House]:
    """The house without a look at the schema."""
    engine = open_engine(settings.database_url)
    channel = open_channel(settings.mail_url)
    sender_name, sender = settings.sender
    desk = Desk(engine, now, Policy(), sender_name, sender, settings.host)
    try:
        yield House(settings, engine, desk, channel)
    finally:
        channel.close()
        engine.dispose()


class Work:
    """What the bells ring for, on the business day of the moment."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Begin no further letter: what is in flight is finished, the rest given back."""
        self._stopping.set()

    def scan(self) -> list[list[int]]:
        """Plan what the day has reached, and call what waits."""
        remind.scan(self._house.desk, business_day())
        return self.call()

    def call(self) -> list[list[int]]:
        """Call what waits without planning."""
        return deliver.call(self._house.desk)

    def deliver(self, ids: Sequence[int]) -> None:
        """Carry these deliveries, those of them that still wait."""
        stop = self._stopping.is_set
        deliver.deliver_batch(self._house.desk, self._house.channel, ids, business_day(), stop)

    def escalate(self) -> None:
        """Plan the units' lists."""
        escalate.escalate(self._house.desk, business_day())

    def purge(self) -> None:
        """Drop the broker's dead letters that nobody has looked at for a week."""
        with self._house.engine.begin() as connection:
            queue.purge(connection, now() - _KEEP_DEAD_MESSAGES)
