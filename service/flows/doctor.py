"""Doctor: look at everything that a reminder depends on, and say what is wrong and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from service.channels.channel import Channel
from service.domain.delivery import State
from service.domain.errors import DubanError
from service.flows.desk import Desk
from service.store import deliveries, migrations, obligations, queue, workdays
from service.store.database import reading

OK, WARNING, FAULT = "ok", "warning", "fault"
_LATE = timedelta(hours=1)
_CLOCKS_APART = timedelta(minutes=2)
_LEAD = "scheduler"
_AHEAD = timedelta(days=180)
_NAMED = 20
_ASK_FOR_NEXT_YEAR_FROM = (11, 1)


@dataclass(frozen=True)
class Check:
    """One thing looked at: ``level`` ok, warning or fault; ``words`` in both languages."""

    name: str
    level: str
    words: str


def examine(desk: Desk, channel: Channel, today: date) -> list[Check]:
    """Every check, the database's first; those that need it are left out where it cannot be used."""
    return [*_database(desk, today), _relay(channel)]


def _database(desk: Desk, today: date) -> Iterator[Check]:
    try:
        migrations.require_newest(desk.engine)
    except DubanError as refusal:
        yield Check("schema", FAULT, str(refusal))
        return
    except SQLAlchemyError as failure:
        yield Check("database", FAULT, f"数据库不可用 / the database cannot be used: {type(failure).__name__}")
        return
    yield Check("schema", OK, migrations.newest())
    with reading(desk.engine) as connection:
        for look in (_clock, _leader, _backlog, _dead):
            yield look(connection, desk.clock())
        yield _contacts(connection, today)
        yield _holidays(connection, today)


def _clock(connection: Connection, now: datetime) -> Check:
    if connection.dialect.name != "postgresql":
        return Check("clock", OK, now.isoformat(timespec="seconds"))
    theirs: datetime = connection.execute(select(func.now())).scalar_one()
    apart = abs(theirs - now)
    level = OK if apart < _CLOCKS_APART else FAULT
    return Check("clock", level, f"与数据库相差 / apart from the database's: {apart.total_seconds():.0f} s")


def _leader(connection: Connection, now: datetime) -> Check:
    lead = queue.lead(connection, _LEAD)
    if lead is None or lead.until < now:
        return Check("leader", WARNING, "没有调度进程在运行，请启动 duban up / no scheduler is running: start duban up")
    return Check("leader", OK, f"{lead.holder[:8]} … {lead.until.isoformat(timespec='seconds')}")


def _backlog(connection: Connection, now: datetime) -> Check:
    oldest = deliveries.oldest_waiting(connection)
    counts = deliveries.states(connection)
    waiting = sum(counts.get(state, 0) for state in (State.PLANNED, State.CALLED, State.SENDING))
    words = f"待发 / waiting: {waiting}"
    if oldest is not None and now - oldest > _LATE:
        return Check("backlog", WARNING, f"{words}, 最早 / oldest: {oldest.isoformat(timespec='seconds')}")
    return Check("backlog", OK, words)


def _dead(connection: Connection, _now: datetime) -> Check:
    refused = deliveries.states(connection).get(State.REFUSED, 0)
    if refused:
        return Check(
            "refused", WARNING, f"{refused} 封被拒，请处理 / refused, look at them: duban deliveries --state refused"
        )
    return Check("refused", OK, "0")


def _contacts(connection: Connection, today: date) -> Check:
    alone = obligations.nobody_to_tell(connection, today + _AHEAD)
    if not alone:
        return Check("contacts", OK, "0")
    named = ", ".join(f"#{id}" for id in alone[:_NAMED]) + ("…" if len(alone) > _NAMED else "")
    words = (
        f"{len(alone)} 项认定半年内到期或已过期而无人可通知，请导入联系人 / due within half a year or late, and nobody"
    )
    return Check("contacts", WARNING, f"{words} to tell, import contacts: {named}")


def _holidays(connection: Connection, today: date) -> Check:
    until = workdays.load(connection).announced_until
    words = f"已公布至 / announced until {until}"
    if until < today.year:
        return Check("holidays", WARNING, f"{words}：本年安排缺失，日期均为暂定 / this year's notice is missing")
    if until == today.year and (today.month, today.day) >= _ASK_FOR_NEXT_YEAR_FROM:
        return Check("holidays", WARNING, f"{words}：请导入明年安排 / import next year's notice")
    return Check("holidays", OK, words)


def _relay(channel: Channel) -> Check:
    try:
        return Check("relay", OK, channel.check())
    except DubanError as fault:
        return Check("relay", FAULT, str(fault))
