"""The recommending units: what they recommend, have to do themselves, and have set of their own."""

from typing import Any

from starlette.responses import Response

from service.domain.errors import RequestRefused
from service.domain.escalation import HOURS, checked_day
from service.domain.obligation import Kind
from service.domain.unit_rules import UnitRule, month_and_day
from service.flows import contacts, overseers, units
from service.flows.units import Ruled, Standing
from service.letters.rungs import RUNGS
from service.store.console import units as console
from service.store.database import reading
from service.store.rules import Act
from service.web.asked import Asked, Missing
from service.web.page import HOUSE, OPS, Page

_RULE = ("from", "basis", "validity_months", "review_months_before", "lapses", "annual_report")


def listed(asked: Asked) -> Response:
    """Every unit."""
    return _listed(asked)


def add(asked: Asked) -> Response:
    """Put a central group on record."""
    try:
        asked.note("unit_added", ("unit", 0), {})
        id = contacts.add_group(asked.house.desk, asked.field("name"))
    except RequestRefused as refusal:
        return _listed(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    return asked.go(f"/units/{id}", "added")


def one(asked: Asked) -> Response:
    """A unit with its rules and its own duties."""
    return _one(asked)


def rule(asked: Asked) -> Response:
    """What a rule would move, and on a second word its recording."""
    found = _standing(asked)
    try:
        stated = _rule(asked)
        confirmed = asked.field("confirmed") == "yes"
        if confirmed:
            asked.note("unit_rule_set", ("unit", found.unit.id), {"from": str(stated.effective_on)})
        ruled = _set(asked, found, stated, dry_run=not confirmed)
    except RequestRefused as refusal:
        return _one(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    if confirmed:
        return asked.go(f"/units/{found.unit.id}", "ruled")
    return _one(asked, foreseen=ruled)


def done(asked: Asked) -> Response:
    """Record that a unit has done one of its own duties, or has not after all."""
    unit_id = _standing(asked).unit.id
    kind, occurrence = asked.field("kind"), asked.field("occurrence")
    try:
        if kind not in units.OWN:
            raise RequestRefused("请选择该单位自己的事项", "choose one of the unit's own duties")
        on = asked.day(asked.field("on"), "办理日期", "day") if asked.field("on") else None
        if (on is None) != (asked.field("take_back") == "yes"):
            raise RequestRefused("请给出办理日期", "give the day on which it was done")
        act = Act(unit_id, Kind(kind), occurrence, on)
        asked.note("unit_duty_done", ("unit", unit_id), {"kind": kind, "occurrence": occurrence[:40], "on": str(on)})
        units.record_done(asked.house.desk, act, asked.field("note"), asked.visitor.actor.author, asked.today)
    except RequestRefused as refusal:
        return _one(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    return asked.go(f"/units/{unit_id}", "done")


def list_day(asked: Asked) -> Response:
    """Set the weekday and hour at which a unit gets its lists."""
    found = _standing(asked)
    try:
        weekday, hour = _choice(asked, "weekday"), _choice(asked, "hour")
        checked_day(weekday, hour)
        asked.note("list_day_set", ("unit", found.unit.id), {"weekday": weekday + 1, "hour": hour})
        units.set_list_day(asked.house.desk, found.unit.name, weekday, hour)
    except RequestRefused as refusal:
        return _one(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    return asked.go(f"/units/{found.unit.id}", "list-day")


def _choice(asked: Asked, name: str) -> int:
    text = asked.field(name)
    if not (text.isascii() and text.isdecimal() and len(text) <= 2):
        raise RequestRefused("请选择周几和钟点", "choose a weekday and an hour")
    return int(text)


def _listed(asked: Asked, status: int = 200, *, refusal: str = "") -> Response:
    standings = units.standings(asked.house.desk, asked.today)
    with reading(asked.house.engine) as connection:
        counts = console.recommended(connection, asked.scope)
    return asked.page("units/list.html", status, refusal=refusal, standings=standings, counts=counts)


def _one(asked: Asked, status: int = 200, *, refusal: str = "", foreseen: Ruled | None = None) -> Response:
    found = _standing(asked)
    with reading(asked.house.engine) as connection:
        count = console.recommended(connection, asked.scope, found.unit.id).get(found.unit.id, 0)
    above = {"above": overseers.standings(asked.house.desk, found.unit.id), "rungs": RUNGS[asked.language]}
    typed = {name: asked.field(name) for name in _RULE}
    known: dict[str, Any] = {"refusal": refusal, "foreseen": foreseen, "typed": typed, "hours": HOURS}
    return asked.page("units/one.html", status, found=found, count=count, **above, **known)


def _standing(asked: Asked) -> Standing:
    for each in units.standings(asked.house.desk, asked.today):
        if each.unit.id == asked.id():
            return each
    raise Missing


def _rule(asked: Asked) -> UnitRule:
    stated = UnitRule(
        asked.day(asked.field("from"), "自此日起", "from"),
        _months(asked, "validity_months"),
        _months(asked, "review_months_before"),
        {"yes": True, "no": False}.get(asked.field("lapses")),
        month_and_day(asked.field("annual_report")) if asked.field("annual_report") else None,
        asked.field("basis"),
    )
    if stated.sets_nothing:
        raise RequestRefused("请至少填写一项规则", "set at least one thing")
    return stated


def _months(asked: Asked, name: str) -> int | None:
    text = asked.field(name)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 3):
        raise RequestRefused(f"“{text[:20]}”不是月数", f'"{text[:20]}" is no number of months')
    return int(text)


def _set(asked: Asked, found: Standing, stated: UnitRule, *, dry_run: bool) -> Ruled:
    author, today = asked.visitor.actor.author, asked.today
    return units.set_rule(asked.house.desk, found.unit.name, stated, author, today, dry_run=dry_run)


PAGES = (
    Page("/units", listed, HOUSE),
    Page("/units", add, OPS, "POST"),
    Page("/units/{id:int}", one, HOUSE, sees="unit"),
    Page("/units/{id:int}/rule", rule, OPS, "POST"),
    Page("/units/{id:int}/list-day", list_day, OPS, "POST"),
    Page("/units/{id:int}/done", done, OPS, "POST"),
)
