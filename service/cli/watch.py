"""``duban runs``, ``watch`` and ``doctor``: what ran, and whether all is well."""

from typing import Annotated
from urllib.parse import urlsplit

import typer

from jobs import brokers
from service import settings, wiring
from service.cli.terminal import AsJson, counted, house, print_json, print_rows
from service.domain.errors import DubanError
from service.flows import doctor as checks
from service.flows import watch as watching
from service.store import runs as log
from service.store.database import reading

_SHOWN = 200
_NAMED = 20


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(runs)
    app.command()(watch)
    app.command()(doctor)


def runs(
    job: Annotated[str | None, typer.Option(help="只看此任务 / this job only")] = None, as_json: AsJson = False
) -> None:
    """任务日志 / the job log."""
    with house() as opened, reading(opened.engine) as connection:
        found = log.newest(connection, job, _SHOWN)
    rows = [
        {
            "id": run.id,
            "job": run.job,
            "as_of": run.as_of,
            "started_at": run.started_at.astimezone(opened.settings.zone).isoformat(timespec="seconds"),
            "seconds": run.seconds,
            "outcome": run.outcome,
            "counts": run.counts,
            "skipped": run.skipped,
            "error": run.error,
        }
        for run in found
    ]
    if as_json:
        print_json(rows)
        return
    told = [
        [*list(row.values())[:6], counted(run.counts), counted(run.skipped), run.error]
        for row, run in zip(rows, found, strict=True)
    ]
    print_rows(("id", "job", "as_of", "started_at", "seconds", "outcome", "counts", "skipped", "error"), told)


def watch(as_json: AsJson = False) -> None:
    """立即核对各项不变量 / look now whether every invariant holds; exit code 1 where one does not."""
    with house() as opened:
        found = watching.watch(opened.desk, wiring.business_day())
    if as_json:
        told = [
            {"invariant": each.invariant, "count": len(each.ids), "ids": each.ids[:_NAMED], "message": each.message}
            for each in found
        ]
        print_json(told)
    else:
        named = [", ".join(map(str, each.ids[:_NAMED])) for each in found]
        rows = [(each.invariant, each.count, ids, each.message) for each, ids in zip(found, named, strict=True)]
        print_rows(("invariant", "count", "ids", "message"), rows)
    if not all(each.holds for each in found):
        raise typer.Exit(1)


def doctor(as_json: AsJson = False) -> None:
    """检查设置、数据库、任务队列、时钟、调度、积压、节假日与邮件中继 / check that everything that is needed works."""
    in_force = settings.load()
    with wiring.built(in_force) as built:
        findings = [*checks.examine(built.desk, built.post, wiring.business_day()), _broker(built)]
    if misspelt := settings.unknown():
        words = f"未知的设置，拼写有误？ / unknown, misspelt? {', '.join(misspelt)}"
        findings.append(checks.Check("settings", checks.WARNING, words))
    if as_json:
        print_json({"settings": settings.shown(in_force), "checks": [vars(each) for each in findings]})
    else:
        print_rows(("", "", ""), [tuple(row.values()) for row in settings.shown(in_force)])
        print_rows(("", "", ""), [(each.level, each.name, each.words) for each in findings])
    if any(each.level == "fault" for each in findings):
        raise typer.Exit(1)


def _broker(built: wiring.House) -> checks.Check:
    """Whether the queue of doorbells can be reached; one in the database is looked at with it."""
    url = built.settings.broker_url
    try:
        brokers.open_broker(url, built.engine, wiring.now).close()
    except DubanError as fault:
        return checks.Check("broker", checks.FAULT, str(fault))
    return checks.Check("broker", checks.OK, urlsplit(url).netloc.rpartition("@")[2] or "在数据库内 / in the database")
