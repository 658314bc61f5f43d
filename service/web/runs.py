"""The job log: every run, also the empty ones, and what each examined, planned, sent and skipped."""

from starlette.responses import Response

from service.store import runs
from service.store.database import reading
from service.web.asked import Asked
from service.web.page import HOUSE, Page
from service.web.paging import part

_JOBS = ("scan", "deliver", "escalate", "returned", "watch", "heartbeat", "import", "contacts", "holidays", "policy")


def listed(asked: Asked) -> Response:
    """The newest runs, of a job where one is chosen."""
    job = asked.word("job") or None
    with reading(asked.house.engine) as connection:
        found = part(asked, lambda limit, before: runs.newest(connection, job, limit, before), lambda run: run.id)
    return asked.page("runs/list.html", found=found, jobs=_JOBS, job=job or "")


PAGES = (Page("/runs", listed, HOUSE),)
