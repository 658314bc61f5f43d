"""Are we healthy? The cheap checks of the doctor as a short list with signs, renewed every minute by itself."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from service.domain.delivery import State
from service.flows import doctor
from service.flows.measures import Measures
from service.web.asked import Asked
from service.web.page import HOUSE, Page
from service.web.terms import term

_TONES = {doctor.OK: "good", doctor.WARNING: "warn", doctor.FAULT: "bad"}
_JOBS = ("deliver", "escalate", "returned", "watch")


@dataclass(frozen=True)
class Sign:
    """One line of the list; ``href`` is where to look, empty for nowhere."""

    tone: str
    label: str
    words: str
    href: str


def signs(asked: Asked) -> list[Sign]:
    """What is looked at, in a fixed order; what waits for a person has a place of its own on the page."""
    found, checks = doctor.glance(asked.house.desk, asked.today)
    levels = {check.name: check.level for check in checks}
    return list(_signs(asked, found, levels))


def _signs(asked: Asked, found: Measures, levels: Mapping[str, str]) -> Iterator[Sign]:
    for name, label, words, href in _LINES:
        level = levels.get(name, doctor.OK)
        if name == "canary" and found.canary is None:
            continue
        unknown = name == "invariants" and found.watched_at is None
        yield Sign(
            "calm" if unknown else _TONES[level], asked.say(*label), words(asked, found, level == doctor.OK), href
        )
    last = [
        f"{term('job', job, asked.language)} {_moment(asked, found, job)}" for job in _JOBS if job in found.last_good
    ]
    yield Sign("calm", asked.say("上次成功", "Last good"), asked.say("，", ", ").join(last) or "–", "/runs")


def _leader(asked: Asked, _found: Measures, is_well: bool) -> str:
    if is_well:
        return asked.say("运行中", "running")
    return asked.say("没有调度进程，请启动 duban up", "none is running: start duban up")


def _scan(asked: Asked, found: Measures, is_well: bool) -> str:
    if "scan" not in found.last_good:
        return asked.say("还没有运行过", "has not run yet")
    when = _moment(asked, found, "scan")
    return when if is_well else asked.say(f"{when}，已超过一天", f"{when}, more than a day ago")


def _backlog(asked: Asked, found: Measures, is_well: bool) -> str:
    count = sum(found.waiting.values()) - found.waiting[State.HELD]
    if not count or found.oldest_unsent is None:
        return asked.say("没有待发信件", "nothing waits")
    since = _span(asked, found.oldest_unsent)
    told = asked.say(f"{count} 封待发，最早的已等 {since}", f"{count} wait, the oldest for {since}")
    if is_well:
        return told
    return told + asked.say(f"；{found.overdue} 封逾一小时未投", f"; {found.overdue} due for an hour and more")


def _relays(asked: Asked, found: Measures, is_well: bool) -> str:
    if is_well:
        return asked.say("没有暂停的", "none rests")
    return asked.say(f"{found.relays_resting} 个因连续失败暂停", f"{found.relays_resting} rest after failures")


def _invariants(asked: Asked, found: Measures, _is_well: bool) -> str:
    broken = [name for name, count in found.broken.items() if count]
    if broken:
        return asked.say("不成立：", "broken: ") + ", ".join(broken)
    if found.watched_at is None:
        return asked.say("尚未核对，运行 duban watch", "not looked at yet: duban watch")
    at = found.watched_at.astimezone(asked.zone)
    return asked.say(f"全部成立（{at:%H:%M} 核对）", f"all hold (looked at {at:%H:%M})")


def _holidays(asked: Asked, found: Measures, is_well: bool) -> str:
    until = asked.say(f"已公布至 {found.announced_until} 年", f"announced until {found.announced_until}")
    return until if is_well else until + asked.say("，请导入后续安排", "; import the next notice")


def _canary(asked: Asked, found: Measures, is_well: bool) -> str:
    if is_well:
        return asked.say("按时到达", "arrives in time")
    return asked.say("未按时到达，请检查中继与退信邮箱", "late: look at relay and mailbox")


def _moment(asked: Asked, found: Measures, job: str) -> str:
    at = found.last_good[job].astimezone(asked.zone)
    return f"{at:%H:%M}" if at.date() == asked.at.astimezone(asked.zone).date() else f"{at:%m-%d %H:%M}"


def _span(asked: Asked, span: timedelta) -> str:
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 120:
        return asked.say(f"{minutes} 分钟", f"{minutes} min")
    hours = minutes // 60
    return (
        asked.say(f"{hours} 小时", f"{hours} h") if hours < 72 else asked.say(f"{hours // 24} 天", f"{hours // 24} d")
    )


_Words = Callable[[Asked, Measures, bool], str]
_LINES: tuple[tuple[str, tuple[str, str], _Words, str], ...] = (
    ("leader", ("调度", "Scheduler"), _leader, ""),
    ("scan", ("扫描", "Scan"), _scan, "/runs?job=scan"),
    ("backlog", ("待发", "Backlog"), _backlog, "/deliveries?state=waiting"),
    ("relays_resting", ("邮件中继", "Mail relays"), _relays, "/deliveries?answer=relay"),
    ("invariants", ("不变量", "Invariants"), _invariants, "/runs?job=watch"),
    ("holidays", ("放假安排", "Holidays"), _holidays, "/holidays"),
    ("canary", ("自检信", "Canary"), _canary, ""),
)


def part(asked: Asked) -> Response:
    """The list alone, for the page that is open to renew it."""
    return asked.page("today/health.html", signs=signs(asked))


PAGES = (Page("/today/health", part, HOUSE),)
