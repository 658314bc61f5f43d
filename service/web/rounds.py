"""The yearly rounds: the notices, and the units' own earlier days in them; each change first shows what would move."""

from collections.abc import Callable

from starlette.responses import Response

from service.domain.certification import Level, RecommendingUnit
from service.domain.errors import RequestRefused
from service.domain.rounds import FROM, Round
from service.flows import rounds
from service.flows.rounds import Changed
from service.store.console import worklists
from service.store.database import reading
from service.web.asked import Asked
from service.web.page import HOUSE, OPS, Page

_FIELDS = ("year", "level", "notice", "announced_on", "apply_by", "recommend_by", "round", "unit", "own_by")
_YEARS = range(2025, 2100)


def listed(asked: Asked) -> Response:
    """The rounds on record, with the units' own days and how far each has come."""
    return _listed(asked)


def add(asked: Asked) -> Response:
    """What a year's notice would move, and on a second word its recording."""
    return _changed(asked, "add", _add)


def own_day(asked: Asked) -> Response:
    """The same of a unit's own day for its enterprises."""
    return _changed(asked, "own", _own_day)


def remove(asked: Asked) -> Response:
    """The same of taking a notice back."""
    return _changed(asked, "remove", _remove)


def _changed(asked: Asked, what: str, change: Callable[[Asked, bool], Changed]) -> Response:
    confirmed = asked.field("confirmed") == "yes"
    try:
        done = change(asked, not confirmed)
    except RequestRefused as refusal:
        return _listed(asked, refusal)
    return asked.go("/rounds", what) if confirmed else _listed(asked, what=what, foreseen=done)


def _add(asked: Asked, dry_run: bool) -> Changed:
    level = asked.field("level")
    if level not in FROM:
        raise RequestRefused("请选择级别", "choose a level")
    days = (
        asked.day(asked.field("announced_on"), "通知日期", "day of the notice"),
        asked.day(asked.field("apply_by"), "企业申报截止", "enterprises apply by"),
        asked.day(asked.field("recommend_by"), "推荐截止", "units recommend by"),
    )
    round = Round(_year(asked.field("year")), Level(level), asked.field("notice"), *days)
    if not dry_run:
        _note(asked, "round_added", round.occurrence)
    return rounds.add(asked.house.desk, round, asked.visitor.actor.author, asked.today, dry_run=dry_run)


def _own_day(asked: Asked, dry_run: bool) -> Changed:
    year, level = _named(asked)
    of, by = _unit(asked), asked.day(asked.field("own_by"), "内部截止日", "the unit's own day")
    if not dry_run:
        asked.note("round_day_set", ("unit", of.id), {"round": f"{year}-{level}", "by": str(by)})
    author = asked.visitor.actor.author
    told = rounds.set_own_day(asked.house.desk, year, level, of, by, author, asked.today, dry_run=dry_run)
    return Changed(told)


def _remove(asked: Asked, dry_run: bool) -> Changed:
    year, level = _named(asked)
    if not dry_run:
        _note(asked, "round_removed", f"{year}-{level}")
    return Changed(rounds.remove(asked.house.desk, year, level, asked.today, dry_run=dry_run))


def _note(asked: Asked, action: str, occurrence: str) -> None:
    asked.note(action, ("round", 0), {"round": occurrence})


def _year(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) == 4 and int(text) in _YEARS):
        raise RequestRefused(f"“{text[:20]}”不是年度，请写作 2028", f'"{text[:20]}" is no year, write it as 2028')
    return int(text)


def _named(asked: Asked) -> tuple[int, Level]:
    """The round that was chosen, as ``2028-excellence``."""
    year, _, level = asked.field("round").partition("-")
    if level not in FROM:
        raise RequestRefused("请选择一次年度申报", "choose a round")
    return _year(year), Level(level)


def _unit(asked: Asked) -> RecommendingUnit:
    with reading(asked.house.engine) as connection:
        found = worklists.the_unit(connection, asked.scope, asked.number_in(asked.field("unit")))
    if found is None:
        raise RequestRefused("请选择推荐单位", "choose a recommending unit")
    return found


def _listed(
    asked: Asked, refusal: RequestRefused | None = None, *, what: str = "", foreseen: Changed | None = None
) -> Response:
    with reading(asked.house.engine) as connection:
        units = worklists.units(connection, asked.scope)
    known = {
        "rounds": rounds.standings(asked.house.desk),
        "units": units,
        "levels": list(FROM),
        "what": what,
        "foreseen": foreseen,
        "refusal": asked.say(refusal.zh, refusal.en) if refusal else "",
        "typed": {name: asked.field(name) for name in _FIELDS},
    }
    return asked.page("rounds/list.html", 422 if refusal else 200, **known)


PAGES = (
    Page("/rounds", listed, HOUSE),
    Page("/rounds", add, OPS, "POST"),
    Page("/rounds/own", own_day, OPS, "POST"),
    Page("/rounds/remove", remove, OPS, "POST"),
)
