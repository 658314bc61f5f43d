"""The job log: every run, also the empty ones, and what each examined, planned, sent and skipped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from service.domain.errors import RequestRefused
from service.flows import escalate, remind
from service.flows.desk import Desk
from service.store.console import runs
from service.store.console.runs import Wanted
from service.store.database import reading
from service.store.runs import DONE, FAILED, RUNNING
from service.web.asked import Asked, Missing
from service.web.page import HOUSE, OPS, Page
from service.web.paging import part

_JOBS = (
    *("scan", "deliver", "escalate", "returned", "watch", "heartbeat", "canary", "import", "contacts", "holidays"),
    *("policy", "quarantine", "event", "override", "round", "unit_rule", "unit_done", "restored"),
)
_OUTCOMES = (DONE, FAILED, RUNNING)
_NO_COUNT = "dry_run"


def _scan(desk: Desk, today: date) -> None:
    remind.scan(desk, today, dry_run=True)


def _escalate(desk: Desk, today: date) -> None:
    escalate.escalate(desk, today, dry_run=True)


_DRY: Mapping[str, Callable[[Desk, date], None]] = {"scan": _scan, "escalate": _escalate}


@dataclass(frozen=True)
class Compared:
    """A count of a run beside that of the day before, which is None where there was no such run."""

    name: str
    now: int
    before: int | None

    @property
    def more(self) -> str:
        """The difference with its sign; empty where there is nothing to compare."""
        return "" if self.before is None else f"{self.now - self.before:+d}" if self.now != self.before else "="


def listed(asked: Asked) -> Response:
    """The newest runs: of a job, an outcome, a business day where one is chosen."""
    refusal, day = "", None
    try:
        day = asked.day_word("day", "业务日", "business day")
    except RequestRefused as wrong:
        refusal = asked.say(wrong.zh, wrong.en)
    wanted = Wanted(_known(asked, "job", _JOBS), _known(asked, "outcome", _OUTCOMES), day)
    with reading(asked.house.engine) as connection:
        found = part(asked, lambda limit, before: runs.listed(connection, wanted, limit, before), lambda run: run.id)
    known = {"wanted": wanted, "refusal": refusal, "jobs": _JOBS, "outcomes": _OUTCOMES, "dry": _DRY}
    return asked.page("runs/list.html", 422 if refusal else 200, found=found, **known)


def _known(asked: Asked, name: str, known: Sequence[str]) -> str:
    return asked.word(name) if asked.word(name) in known else ""


def one(asked: Asked) -> Response:
    """A run, and what the same job counted on the day before."""
    with reading(asked.house.engine) as connection:
        run = runs.one(connection, asked.id())
        if run is None:
            raise Missing
        before = runs.day_before(connection, run)
    return asked.page(
        "runs/one.html",
        run=run,
        before=before,
        counts=_compared(run.counts, before.counts if before else None),
        skipped=_compared(run.skipped, before.skipped if before else None),
        is_dry=bool(run.counts.get(_NO_COUNT)),
        can_run=run.job in _DRY,
    )


def run_dry(asked: Asked) -> Response:
    """Run a job as of today without storing anything but the row of the log, which tells what it would plan."""
    job = asked.field("job")
    if job not in _DRY:
        raise RequestRefused("只有扫描和督办清单可以预演", "only the scan and the lists can be run dry")
    asked.note("ran_dry", ("run", 0), {"job": job})
    _DRY[job](asked.house.desk, asked.today)
    with reading(asked.house.engine) as connection:
        return asked.go(f"/runs/{runs.newest_dry(connection, job)}")


def _compared(now: Mapping[str, int], before: Mapping[str, int] | None) -> list[Compared]:
    names = [name for name in dict.fromkeys([*now, *(before or {})]) if name != _NO_COUNT]
    return [Compared(name, now.get(name, 0), None if before is None else before.get(name, 0)) for name in names]


PAGES = (
    Page("/runs", listed, HOUSE),
    Page("/runs", run_dry, OPS, "POST"),
    Page("/runs/{id:int}", one, HOUSE),
)
