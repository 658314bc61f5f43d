"""Doctor: look at everything that a reminder depends on, and say what is wrong and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from service.channels.channel import Channel
from service.domain.delivery import State
from service.domain.errors import DubanError
from service.domain.findings import Code
from service.flows.canary import LATE
from service.flows.desk import Desk
from service.flows.measures import Measures, taken
from service.flows.post import Post
from service.store import findings, migrations, queue
from service.store.database import reading
from service.store.found import Asked

OK, WARNING, FAULT = "ok", "warning", "fault"
_CLOCKS_APART = timedelta(minutes=2)
_LEAD = "scheduler"
_AHEAD = timedelta(days=180)
_SCANNED_WITHIN = timedelta(hours=25)
_WATCHED_WITHIN = timedelta(hours=2)
_ASK_FOR_NEXT_YEAR_FROM = (11, 1)


@dataclass(frozen=True)
class Check:
    """One thing looked at: ``level`` ok, warning or fault; ``words`` in both languages."""

    name: str
    level: str
    words: str


def examine(desk: Desk, post: Post, today: date) -> list[Check]:
    """Every check, the database's first; those that need it are left out where it cannot be used."""
    return [*_database(desk, today), *(_relay(channel) for channel in post.channels)]


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
        for look in (_clock, _leader):
            yield look(connection, desk.clock())
        yield _contacts(connection, today)
    yield from _by_measures(taken(desk, today), desk.clock(), today)


def glance(desk: Desk, today: date) -> tuple[Measures, list[Check]]:
    """How it stands by the checks that cost little, for a page that is looked at all day: no relay is called."""
    with reading(desk.engine) as connection:
        leads = _leader(connection, desk.clock())
    found = taken(desk, today)
    return found, [leads, *_by_measures(found, desk.clock(), today)]


def _by_measures(found: Measures, now: datetime, today: date) -> Iterator[Check]:
    yield from (look(found) for look in (_backlog, _refused, _quarantined, _returned, _relays, _canary))
    yield from (look(found, now) for look in (_scanned, _invariants))
    yield _holidays(found.announced_until, today)


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


def _contacts(connection: Connection, today: date) -> Check:
    alone = findings.total(connection, Code.NO_ADDRESS, Asked(today, until=today + _AHEAD))
    if not alone:
        return Check("contacts", OK, "0")
    words = (
        f"{alone} 家企业或推荐单位有事项半年内到期或已过期而无人可通知 / have matters due within half a year or late"
    )
    return Check("contacts", WARNING, f"{words}, and nobody to tell: duban findings --code {Code.NO_ADDRESS}")


def _backlog(found: Measures) -> Check:
    words = f"待发 / waiting: {sum(found.waiting.values()) - found.waiting[State.HELD]}"
    if found.overdue:
        late = f"{found.overdue} 封逾一小时未投递，请检查投递进程"
        return Check(
            "backlog", WARNING, f"{words}, {late} / due for an hour and more: look at duban runs and the workers"
        )
    return Check("backlog", OK, words)


def _refused(found: Measures) -> Check:
    words = "封被拒，请处理 / refused, look at them: duban deliveries --state refused"
    return _none_wanted("refused", found.undelivered[State.REFUSED], words)


def _quarantined(found: Measures) -> Check:
    words = "封被隔离，请决定是否放行 / held, decide on them: duban quarantine"
    return _none_wanted("quarantine", found.waiting[State.HELD], words)


def _returned(found: Measures) -> Check:
    return _none_wanted("returned", found.for_a_person, "封退信待人工处理 / returned and for a person: duban returned")


def _relays(found: Measures) -> Check:
    words = "个邮件中继连续失败，暂停后自动再试 / mail relays rest after failures, and are then tried again"
    return _none_wanted("relays_resting", found.relays_resting, words)


def _none_wanted(name: str, count: int, words: str) -> Check:
    return Check(name, WARNING, f"{count} {words}") if count else Check(name, OK, "0")


def _canary(found: Measures) -> Check:
    if found.canary is None:
        return Check("canary", OK, "–")
    minutes = f"{found.canary.total_seconds() / 60:.0f} min"
    if found.canary > LATE:
        words = "自检信未按时到达，请检查中继与退信邮箱 / the letter to ourselves is late: check relay and mailbox"
        return Check("canary", WARNING, f"{minutes}: {words}")
    return Check("canary", OK, minutes)


def _scanned(found: Measures, now: datetime) -> Check:
    last = found.last_good.get("scan")
    words = "–" if last is None else last.isoformat(timespec="seconds")
    if last is not None and now - last > _SCANNED_WITHIN:
        return Check("scan", WARNING, f"{words}: 超过一天未完成扫描 / no scan was done for more than a day: duban runs")
    return Check("scan", OK, words)


def _invariants(found: Measures, now: datetime) -> Check:
    broken = [name for name, count in found.broken.items() if count]
    if broken:
        return Check(
            "invariants", FAULT, f"{', '.join(broken)}: 含义与处理见 / what it means and what to do: duban watch"
        )
    if found.watched_at is not None and now - found.watched_at > _WATCHED_WITHIN:
        words = found.watched_at.isoformat(timespec="seconds")
        return Check("invariants", WARNING, f"{words}: 已有一段时间未核对 / not looked at for a while: duban watch")
    return Check("invariants", OK, "–" if found.watched_at is None else "0")


def _holidays(until: int, today: date) -> Check:
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
