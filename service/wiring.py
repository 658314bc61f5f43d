"""The only place that builds things: engine, channel, desk, and the work that the jobs ring for."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import structlog
from sqlalchemy import Engine

from service.channels.mailbox import Mailbox
from service.channels.ping import open_ping
from service.channels.registry import open_channels
from service.channels.returns import open_returns
from service.domain.errors import WorkFaulty
from service.flows import canary, deliver, escalate, heartbeat, remind, retention, returned, watch
from service.flows.desk import LEGAL_ZONE, Desk
from service.flows.post import Post
from service.letters.links import Links
from service.letters.return_address import ReturnAddress
from service.settings import Settings
from service.store import migrations, queue
from service.store.database import open_engine

_log = structlog.get_logger()
_KEEP_DEAD_MESSAGES = timedelta(days=7)


def now() -> datetime:
    """The real clock, in UTC."""
    return datetime.now(UTC)


def business_day() -> date:
    """Today as the law counts it: the day in Asia/Shanghai."""
    return now().astimezone(LEGAL_ZONE).date()


def scan_day() -> date:
    """The last business day whose scan has to be done by now: the first scan is rung at 08:30, and done by 09:00."""
    return (now().astimezone(LEGAL_ZONE) - timedelta(hours=9)).date()


@dataclass(frozen=True)
class House:
    """All parts of a running Duban."""

    settings: Settings
    engine: Engine
    desk: Desk
    post: Post
    mailbox: Mailbox | None


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
    post = Post(open_channels(settings.mail_url))
    sender_name, sender = settings.sender
    returns = open_returns(settings.bounce_url) if settings.bounce_url else None
    signed = ReturnAddress(returns.address, settings.secret_key) if returns else None
    links = Links(settings.site_url, settings.secret_key)
    own = settings.flood, settings.letters_a_day
    desk = Desk(engine, now, sender_name, sender, settings.host, links, signed, *own)
    try:
        yield House(settings, engine, desk, post, returns.mailbox if returns else None)
    finally:
        post.close()
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
        remind.scan(self._house.desk, business_day(), hours=self._house.settings.hours)
        return self.call()

    def call(self) -> list[list[int]]:
        """Call what waits without planning."""
        return deliver.call(self._house.desk, self._house.post)

    def deliver(self, ids: Sequence[int]) -> None:
        """Carry these deliveries, those of them that still wait."""
        stop = self._stopping.is_set
        deliver.deliver_batch(self._house.desk, self._house.post, ids, business_day(), stop)

    def escalate(self) -> None:
        """Plan the units' lists."""
        escalate.escalate(self._house.desk, business_day())

    def returned(self) -> None:
        """Take in the mail that came back, where a mailbox for it is set."""
        house = self._house
        if house.mailbox is not None and house.desk.returns is not None:
            try:
                returned.take_in(house.desk, house.desk.returns, house.mailbox, business_day())
            except WorkFaulty as fault:  # the job log has it, and the next ring tries again
                _log.error("returned_mail_not_read", fault=fault.en)

    def watch(self) -> None:
        """Write ourselves the letter of the day, look whether every invariant holds, and ping after a complete run."""
        desk, set_to, today = self._house.desk, self._house.settings, business_day()
        if set_to.canary_address:
            canary.send(desk, set_to.canary_address, today)
        holds = all(each.holds for each in watch.watch(desk, today))
        if set_to.heartbeat_url:
            heartbeat.beat(desk, open_ping(set_to.heartbeat_url), today, scan_day(), holds=holds)

    def prune(self) -> None:
        """Let go of what has been kept for as long as the setting says."""
        retention.prune(self._house.desk, self._house.settings.keep_days, business_day())

    def purge(self) -> None:
        """Drop the broker's dead letters that nobody has looked at for a week."""
        with self._house.engine.begin() as connection:
            queue.purge(connection, now() - _KEEP_DEAD_MESSAGES)
