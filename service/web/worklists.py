"""The unit's worklist: its list as it stands today, in its sections."""

from starlette.responses import Response

from service.domain.listing import Section
from service.domain.obligation import INFORMATION, MILESTONES, Kind
from service.domain.visitors import ScopeKind
from service.flows import worklist as flow
from service.flows.worklist import Wanted
from service.letters.sections import MARKS, SECTIONS, answered
from service.letters.status import status
from service.store.console import worklists
from service.store.database import reading
from service.web import past_lists
from service.web.answers import decided
from service.web.asked import Asked, Missing
from service.web.page import KEEPERS, UNITS, Page
from service.web.paging import ROWS
from service.web.past_lists import list_file

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
        return list_file(asked, file, asked.id())
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


PAGES = (
    Page("/lists", units, UNITS),
    Page("/lists/{id:int}", one, UNITS, sees="unit"),
    Page("/lists/{id:int}", decide, KEEPERS, "POST"),
    *past_lists.PAGES,
)
