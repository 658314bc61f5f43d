"""The unit's worklist: its list as it stands today, in its sections, and the lists that it was told."""

from functools import partial

from starlette.responses import Response

from service.domain.listing import Section
from service.domain.obligation import INFORMATION, MILESTONES, Kind
from service.domain.visitors import ScopeKind
from service.flows import worklist as flow
from service.flows.worklist import File, Wanted
from service.letters.sections import MARKS, SECTIONS, answered
from service.letters.spreadsheet import list_workbook_name
from service.letters.status import status
from service.store.console import worklists
from service.store.database import reading
from service.web.answers import decided
from service.web.asked import SHEETS, Asked, Missing, download
from service.web.page import KEEPERS, UNITS, Page
from service.web.paging import ROWS, part

_TONES = {
    Section.OVERDUE: "bad",
    Section.SILENT: "warn",
    Section.UNDELIVERABLE: "warn",
    Section.CLAIMED: "wait",
    Section.OWN: "calm",
    Section.COMING: "calm",
}
_LONGEST_WORDS = 100


def units(asked: Asked) -> Response:
    """The units to choose from, with how many rows each has; an officer goes to the own one."""
    if asked.scope.kind is ScopeKind.UNIT:
        return asked.go(f"/lists/{asked.scope.id}")
    return asked.page("lists/units.html", found=flow.overview(asked.house.desk, asked.scope, asked.today))


def one(asked: Asked) -> Response:
    """A unit's list, what of it is wanted, a page at a time; or all of it as the file that the letter carries."""
    if asked.word("as"):
        file = flow.workbook(asked.house.desk, asked.scope, asked.id(), asked.today, asked.language)
        return _workbook(asked, file, asked.id())
    page = asked.number("page") or 1
    found = flow.worklist(
        asked.house.desk, asked.scope, asked.id(), _wanted(asked), asked.today, (page - 1) * ROWS, ROWS
    )
    if found is None:
        raise Missing
    known = {
        "sections": SECTIONS[asked.language],
        "marks": MARKS[asked.language],
        "kinds": [kind for kind in Kind if kind not in INFORMATION],
        "milestones": MILESTONES,
        "tones": _TONES,
        "answered": lambda said: answered(said, asked.language),
        "stands": lambda matter: status(matter, asked.today, asked.language),
        "following": asked.with_query(page=page + 1) if page * ROWS < found.fitting else "",
        "may_change": asked.visitor.role in KEEPERS,
    }
    return asked.page("lists/one.html", found=found, **known)


def _wanted(asked: Asked) -> Wanted:
    section, kind = asked.word("section"), asked.word("kind")
    if (section and section not in tuple(Section)) or (kind and kind not in tuple(Kind)):
        raise Missing
    return Wanted(Section(section) if section else None, Kind(kind) if kind else None, asked.word("q")[:_LONGEST_WORDS])


def decide(asked: Asked) -> Response:
    """Confirm or reopen the claims that were ticked."""
    with reading(asked.house.engine) as connection:
        if worklists.the_unit(connection, asked.scope, asked.id()) is None:
            raise Missing
    return decided(asked, asked.with_query())


def past(asked: Asked) -> Response:
    """The lists that a unit was told, by day."""
    with reading(asked.house.engine) as connection:
        of = worklists.the_unit(connection, asked.scope, asked.id())
        if of is None:
            raise Missing
        read = partial(worklists.past, connection, asked.scope, of.id)
        found = part(asked, read, lambda each: each.id)
    return asked.page("lists/past.html", of=of, found=found)


def told(asked: Asked) -> Response:
    """A past list as it was told, as a file."""
    return _workbook(asked, flow.workbook_told(asked.house.desk, asked.scope, asked.id(), asked.language), asked.id())


def _workbook(asked: Asked, file: File | None, number: int) -> Response:
    if file is None or asked.word("as") not in ("", "xlsx"):
        raise Missing
    asked.note("exported", ("list", number), {"list": "worklist", "rows": file.rows})
    return download(file.content, list_workbook_name(file.on, asked.language), SHEETS["xlsx"])


PAGES = (
    Page("/lists", units, UNITS),
    Page("/lists/{id:int}", one, UNITS, sees="unit"),
    Page("/lists/{id:int}", decide, KEEPERS, "POST"),
    Page("/lists/{id:int}/told", past, UNITS, sees="unit"),
    Page("/lists/told/{id:int}", told, UNITS, sees="list"),
)
