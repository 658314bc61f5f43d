"""``duban scan``, ``escalate``, ``deliver``, and the outbox: what goes out, what went, and a person's word on it."""

from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from service.cli.noted import OPERATOR
from service.cli.terminal import AsJson, AsOf, business_day, certification, house, print_json, print_rows, progress
from service.domain.delivery import State
from service.domain.errors import RequestRefused
from service.flows import deliver as delivering
from service.flows import escalate as escalating
from service.flows import outbox, remind
from service.store import deliveries as store
from service.store.database import reading

_SHOWN = 1000
_LARGEST_ID = 2**31 - 1
Ids = Annotated[list[int], typer.Argument(metavar="ID...", min=1, max=_LARGEST_ID)]


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    for command in (scan, escalate, deliver, escalation, deliveries, retry, abort):
        app.command()(command)


def scan(
    as_of: AsOf = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不保存 / show only, store nothing")] = False,
    as_json: AsJson = False,
) -> None:
    """扫描一次：计划当日应发的提醒 / one scan: plan the reminders that the day has reached."""
    today = business_day(as_of)
    with house() as opened, progress("扫描 / scanning") as told:
        done = remind.scan(opened.desk, today, dry_run=dry_run, progress=told)
    document = {
        "examined": done.examined,
        "planned": done.planned,
        "superseded": done.superseded,
        "skipped": [{"reason": reason, "count": count} for reason, count in sorted(done.skipped.items())],
        "quarantined": done.quarantined,
    }
    if as_json:
        print_json(document)
    else:
        print_rows(("", ""), [(name, value) for name, value in document.items() if name != "skipped"])
        print_rows(("跳过 / skipped", ""), sorted(done.skipped.items()))


def escalate(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """计划当日应发给推荐单位的督办清单（月、周、日） / plan the units' lists that are due today."""
    today = business_day(as_of)
    with house() as opened:
        done = escalating.escalate(opened.desk, today, at_once=True)
    document = {"units": done.units, "planned": done.planned, "skipped": done.skipped}
    print_json(document) if as_json else print_rows(("", ""), document.items())


def deliver(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """在本进程内投递所有待发信件 / deliver what waits, in this process, until nothing is left to do now."""
    today = business_day(as_of)
    with house() as opened, progress("投递 / delivering") as told:
        counts = delivering.deliver_waiting(opened.desk, opened.post, today, progress=told)
    document = {word: counts[word] for word in ("sent", "retry", "refused", "unknown", "withdrawn")}
    print_json(document) if as_json else print_rows(("", ""), document.items())
    if counts["retry"] or counts["refused"] or counts["unknown"]:
        raise typer.Exit(1)


def escalation(
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="推荐单位名称 / the unit's name")],
    xlsx: Annotated[Path, typer.Option("--xlsx", metavar="FILE", help="写到此文件 / write to this file")],
    as_of: AsOf = None,
) -> None:
    """生成某推荐单位的督办清单；过去的日期按当时告知的重制 / write a unit's list, a past one as it was told."""
    today = business_day(as_of)
    if xlsx.suffix.lower() != ".xlsx":
        raise RequestRefused(f"--xlsx：{xlsx} 应以 .xlsx 结尾", f"--xlsx: {xlsx} must end in .xlsx")
    with house() as opened:
        again = escalating.workbook_as_told(opened.desk, unit, today) if today < business_day(None) else None
        workbook = escalating.workbook(opened.desk, unit, today) if again is None else again.workbook
    try:
        xlsx.write_bytes(workbook)
    except OSError as failure:
        raise RequestRefused(
            f"--xlsx：无法写入 {xlsx}：{failure.strerror}", f"--xlsx: cannot write {xlsx}: {failure.strerror}"
        ) from None
    typer.echo(str(xlsx))
    typer.echo(_made_from(again, today), err=True)


def _made_from(again: escalating.Again | None, today: date) -> str:
    """Which list was made: one that was told, or that of the record as it stands."""
    if again is None:
        return f"按现有记录生成，截至 {today} / by the record as it stands, as of {today}"
    gone = f"；{again.gone} 项已不在记录中 / {again.gone} rows are on record no more" if again.gone else ""
    return f"按 {again.on} 告知的清单重制 / the list as it was told on {again.on}{gone}"


def deliveries(
    state: Annotated[State | None, typer.Option(help="只看此状态 / this state only")] = None,
    certification_text: Annotated[str | None, typer.Option("--certification", metavar="CERTIFICATION")] = None,
    as_json: AsJson = False,
) -> None:
    """发件箱：最近的投递；不给状态时不列被取代的 / the newest deliveries; without --state no superseded ones."""
    with house() as opened:
        ids = None if certification_text is None else [certification(opened, certification_text).id]
        with reading(opened.engine) as connection:
            found = store.listed(connection, state, ids, _SHOWN)
    zone = opened.settings.zone
    if as_json:
        print_json([_document(each, zone) for each in found])
        return
    told = [_document(each, zone) for each in found if state or each.delivery.state is not State.SUPERSEDED]
    print_rows(_TOLD, [[each[name] for name in _TOLD] for each in told])


_TOLD = ("id", "state", "reason", "purpose", "stage", "certification", "enterprise", "role", "settled_at")


def _document(each: store.Listed, zone: ZoneInfo) -> dict[str, object]:
    settled_at = each.settled_at and each.settled_at.astimezone(zone).isoformat(timespec="seconds")
    return {
        "id": each.delivery.id,
        "state": each.delivery.state,
        "reason": each.delivery.reason,
        "purpose": each.delivery.purpose,
        "stage": each.delivery.stage,
        "subject": f"{each.delivery.subject_kind} {each.delivery.subject_id}",
        "certification": each.certification_id or None,
        "enterprise": each.enterprise,
        "revision": each.delivery.revision,
        "contact": each.delivery.contact_id,
        "digest": each.delivery.digest_id,
        "role": each.role,
        "attempts": each.delivery.attempts,
        "planned_for": each.delivery.planned_for,
        "not_before": each.not_before.astimezone(zone).isoformat(timespec="seconds"),
        "settled_at": settled_at,
    }


def retry(ids: Ids, as_json: AsJson = False) -> None:
    """重新投递已结束的信件（Message-ID 不变） / deliver ended ones again, under the same Message-ID."""
    with house() as opened:
        outbox.retry(opened.desk, ids, OPERATOR)
    _told(ids, "重投 / retried", as_json)


def abort(ids: Ids, as_json: AsJson = False) -> None:
    """中止尚未发出的信件 / end waiting deliveries unsent."""
    with house() as opened:
        outbox.abort(opened.desk, ids, OPERATOR)
    _told(ids, "中止 / aborted", as_json)


def _told(ids: list[int], words: str, as_json: bool) -> None:
    done = sorted(set(ids))
    print_json({"ids": done}) if as_json else typer.echo(f"{words}: {len(done)}")
