"""Today: is all well, what went out, what is coming, and what waits for a person. To each their own part of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection
from starlette.responses import Response

from service.domain.findings import Code
from service.domain.visitors import ScopeKind
from service.store import measures, returned
from service.store.console import deliveries, today
from service.store.console.deliveries import Wanted
from service.store.console.today import Gone
from service.store.database import reading
from service.web import today_enterprise, today_health
from service.web.asked import Asked
from service.web.charts import Chart, Column, chart
from service.web.deliveries_filter import TOLD, begin, lately, of_house
from service.web.deliveries_terms import stage_words
from service.web.page import EVERYONE, Page

_DAYS, _WEEKS = 7, 13
_LABELLED = 3
_LATE_SINCE = timedelta(days=90)
_SHOWN = 8
_MOST = 200


@dataclass(frozen=True)
class Waits:
    """What waits for a person, how many, and where they see to it."""

    label: str
    count: int
    href: str

    @property
    def told(self) -> str:
        """The number, counted no further than 200."""
        return str(self.count) if self.count < _MOST else f"{_MOST}+"


def glance(asked: Asked) -> Response:
    """The first page after signing in."""
    if asked.scope.kind is ScopeKind.ENTERPRISE:
        return today_enterprise.glance(asked)
    house = of_house(asked)
    with reading(asked.house.engine) as connection:
        month = _next_month(asked.today)
        known = {
            "coming": _coming(asked, connection),
            "next_month": today.factories_due(connection, asked.scope, *month),
            "month": month[0],
        }
        known["gone"] = gone = _gone(asked, connection)
        known["failed_yesterday"] = gone.drawn[-2].column.bad
        if house:
            known["waits"] = list(_waits(asked, connection))
        else:
            since, until = asked.today - _LATE_SINCE, asked.today + timedelta(weeks=_WEEKS)
            known["matters"] = today.next_matters(connection, asked.scope, since, until, _SHOWN)
            known["letters"] = deliveries.listed(connection, asked.scope, Wanted(TOLD), _SHOWN)
    if house:
        known["signs"] = today_health.signs(asked)
    return asked.page(
        "today/house.html" if house else "today/own.html",
        stage=lambda code: stage_words(code, asked.say),
        **known,
    )


def _gone(asked: Asked, connection: Connection) -> Chart:
    """What went out in the last seven days, this one the last."""
    days = [asked.today - timedelta(days=number) for number in range(_DAYS - 1, -1, -1)]
    edges = [begin(day) for day in [*days, asked.today + timedelta(days=1)]]
    return chart(list(_days(asked, days, today.went_out(connection, asked.scope, edges))))


def _days(asked: Asked, days: Sequence[date], gone: Sequence[Gone]) -> Iterator[Column]:
    for day, each in zip(days, gone, strict=True):
        words = asked.say(
            f"{day}：已接受 {each.accepted}，未送达 {each.failed}",
            f"{day}: {each.accepted} accepted, {each.failed} failed",
        )
        href = f"/deliveries?day={day}" if each.accepted or each.failed else ""
        yield Column(f"{day:%m-%d}", words, each.accepted, each.failed, href)


def _coming(asked: Asked, connection: Connection) -> Chart:
    """What comes in 13 weeks, from today on, by the safe day; each week leads to its certifications."""
    edges = [asked.today + timedelta(weeks=number) for number in range(_WEEKS + 1)]
    counts = today.coming(connection, asked.scope, edges)
    return chart(
        [
            Column(
                f"{first:%m-%d}" if number % _LABELLED == 0 else "",
                asked.say(f"{first} 起一周：{count} 项", f"week from {first}: {count}"),
                count,
                href=f"/certifications?from={first}&to={first + timedelta(days=6)}" if count else "",
            )
            for number, (first, count) in enumerate(zip(edges[:-1], counts, strict=True))
        ]
    )


def _waits(asked: Asked, connection: Connection) -> Iterator[Waits]:
    say, scope = asked.say, asked.scope
    held = measures.counted(connection, [measures.WAITING[0]])[measures.WAITING[0]]
    for label, count, href in (
        (
            say("无人收到的信", "Letters that reached nobody"),
            deliveries.count_unreached(connection, scope, lately(asked), _MOST),
            "/deliveries?state=unreached",
        ),
        (say("待处理退信", "Returned mail"), returned.count_waiting(connection), "/deliveries/returned"),
        (say("隔离待批", "Held in quarantine"), held, "/quarantine"),
        (say("停用的地址", "Addresses held back"), today.dead_addresses(connection, scope), _DEAD),
    ):
        yield Waits(label, count, href)


_DEAD = f"/findings?code={Code.ADDRESS_HELD_BACK}"


def _next_month(day: date) -> tuple[date, date]:
    """The first day of the month after this one, and of the one after that."""
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


PAGES = (Page("/", glance, EVERYONE), *today_health.PAGES)
