"""Certifications: the search, and what is due between two days, as pages and as files to keep."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from starlette.responses import Response

from service.domain.certification import Level
from service.domain.errors import RequestRefused
from service.domain.obligation import Kind
from service.letters.table import Cell, Table
from service.letters.words import WORDS
from service.store.console.certifications import Filter, Listed, Place, Span, by_day, found, units_of
from service.store.database import reading
from service.web import certifications_events, certifications_one, certifications_overrides
from service.web.asked import Asked, Missing
from service.web.page import EVERYONE, Page
from service.web.paging import ROWS, Part, part

_EXPORTED = 100_000
_LONGEST_WORDS = 100
_FIRST, _LAST = date(2000, 1, 1), date(2099, 12, 31)
_KINDS = tuple(kind for kind in Kind if kind not in (Kind.LIST_REPORT, Kind.ANNUAL_REPORT))


def listed(asked: Asked) -> Response:
    """The list, as a page or as a file; what was typed wrong is said above an empty one."""
    wanted = Filter(asked.word("q").replace("\0", "")[:_LONGEST_WORDS], asked.number("unit"), _level(asked))
    try:
        span, refusal = _span(asked), ""
    except RequestRefused as wrong:
        span, refusal = None, asked.say(wrong.zh, wrong.en)
    if asked.word("as") and not refusal:
        return _file(asked, wanted, span)
    with reading(asked.house.engine) as connection:
        units = units_of(connection, asked.scope)
        if refusal:
            shown: Part[Listed] = Part([], "")
        elif span is None:
            shown = part(
                asked, lambda limit, before: found(connection, asked.scope, wanted, limit, before), lambda row: row.id
            )
        else:
            rows = by_day(connection, asked.scope, wanted, span, ROWS + 1, _place(asked))
            shown = Part(rows[:ROWS], _following(asked, rows))
    known = {"wanted": wanted, "span": span, "found": shown, "units": units, "refusal": refusal}
    page = "certifications/list.html"
    return asked.page(page, 422 if refusal else 200, levels=tuple(Level), kinds=_KINDS, **known)


def _level(asked: Asked) -> Level | None:
    return Level(asked.word("level")) if asked.word("level") in tuple(Level) else None


def _span(asked: Asked) -> Span | None:
    """The days that are asked for: by a word (``next-month``), or between two; None where none are."""
    kind = Kind(asked.word("kind")) if asked.word("kind") in tuple(Kind) else None
    first, last = asked.day_word("from", "自", "from"), asked.day_word("to", "至", "to")
    match asked.word("due"):
        case "this-month":
            first, last = asked.today.replace(day=1), _month_end(asked.today)
        case "next-month":
            first = _month_end(asked.today) + timedelta(days=1)
            last = _month_end(first)
        case "passed":
            first, last = _FIRST, asked.today - timedelta(days=1)
    if first is None and last is None and kind is None:
        return None
    if first is not None and last is not None and last < first:
        raise RequestRefused(f"“至” {last} 早于“自” {first}", f'"to" {last} is before "from" {first}')
    return Span(first or _FIRST, last or _LAST, kind)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _place(asked: Asked) -> Place | None:
    """Where a list by day goes on: ``2028-07-30.100``."""
    if not asked.word("after"):
        return None
    day, _, id = asked.word("after").partition(".")
    try:
        return date.fromisoformat(day), asked.number_in(id)
    except ValueError:
        raise Missing from None


def _following(asked: Asked, rows: Sequence[Listed]) -> str:
    last = rows[ROWS - 1].matter if len(rows) > ROWS else None
    return "" if last is None else asked.with_query(after=f"{last.safe_due_on}.{last.id}")


def _file(asked: Asked, wanted: Filter, span: Span | None) -> Response:
    with reading(asked.house.engine) as connection:
        if span is None:
            rows = found(connection, asked.scope, wanted, _EXPORTED)
        else:
            rows = by_day(connection, asked.scope, wanted, span, _EXPORTED)
    table = Table(_header(asked), [_cells(asked, row) for row in rows])
    response = asked.sheet("certifications", table, asked.word("as"))
    asked.note("exported", ("certification", 0), {"rows": len(rows)})
    return response


def _header(asked: Asked) -> list[str]:
    zh = ("编号", "企业", "统一社会信用代码", "工厂", "级别", "批次", "推荐单位", "最急事项", "建议日期", "最晚日期")
    en = ("Number", "Enterprise", "USCC", "Factory", "Level", "Batch", "Unit", "Most urgent", "Suggested day", "Latest")
    return [asked.say(*words) for words in zip(zh, en, strict=True)]


def _cells(asked: Asked, row: Listed) -> list[Cell]:
    words, matter = WORDS[asked.language], row.matter
    names: list[Cell] = [row.id, row.enterprise, row.uscc, row.factory, words.levels[row.level], row.batch, row.unit]
    if matter is None:
        return [*names, "", None, None]
    return [*names, words.of_kind(matter.kind, matter.holder).title, matter.safe_due_on, matter.due_on]


PAGES = (
    Page("/certifications", listed, EVERYONE),
    *certifications_one.PAGES,
    *certifications_events.PAGES,
    *certifications_overrides.PAGES,
)
