"""The lists that a unit was told, by day, and each as a file."""

from functools import partial

from starlette.responses import Response

from service.flows import worklist as flow
from service.flows.worklist import File
from service.letters.spreadsheet import list_workbook_name
from service.store.console import past_lists, worklists
from service.store.database import reading
from service.web.asked import SHEETS, Asked, Missing, download
from service.web.page import UNITS, Page
from service.web.paging import part


def past(asked: Asked) -> Response:
    """The lists that a unit was told, by day."""
    with reading(asked.house.engine) as connection:
        of = worklists.the_unit(connection, asked.scope, asked.id())
        if of is None:
            raise Missing
        read = partial(past_lists.past, connection, asked.scope, of.id)
        found = part(asked, read, lambda each: each.id)
    return asked.page("lists/past.html", of=of, found=found)


def told(asked: Asked) -> Response:
    """A past list as it was told, as a file."""
    return list_file(asked, flow.workbook_told(asked.house.desk, asked.scope, asked.id(), asked.language), asked.id())


def list_file(asked: Asked, file: File | None, number: int) -> Response:
    """A list as the file that its letter carries, on record in the audit; no page where there is none."""
    if file is None or asked.word("as") not in ("", "xlsx"):
        raise Missing
    asked.note("exported", ("list", number), {"list": "worklist", "rows": file.rows})
    return download(file.content, list_workbook_name(file.on, asked.language), SHEETS["xlsx"])


PAGES = (
    Page("/lists/{id:int}/told", past, UNITS, sees="unit"),
    Page("/lists/told/{id:int}", told, UNITS, sees="list"),
)
