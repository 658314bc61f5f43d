"""``duban import``, ``contacts import``, ``event``: what comes in."""

import getpass
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.outbox import Ids
from service.cli.terminal import AsJson, certification, counted, day, day_given, house, print_json, print_rows, progress
from service.domain.errors import RequestRefused
from service.domain.lifecycle import Event, EventType
from service.domain.particulars import unread
from service.flows import close, contacts, intake, returned
from service.flows.imported import Imported
from service.store import certifications
from service.store.database import reading
from service.wiring import business_day

File = Annotated[Path, typer.Argument(metavar="FILE", help=".xlsx 或 .csv")]


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command("import")(import_)
    app.command()(event)
    app.command()(events)
    people = typer.Typer(help="联系人 / contacts", no_args_is_help=True, rich_markup_mode=None)
    people.command("import")(import_contacts)
    people.command("restore")(restore_contacts)
    app.add_typer(people, name="contacts")

    @people.callback()
    def _contacts() -> None:
        """联系人 / contacts."""


def author() -> str:
    """Who acts at this terminal: the account's name."""
    return f"cli:{getpass.getuser()}"


def import_(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不保存 / check only, store nothing")] = False,
    as_json: AsJson = False,
) -> None:
    """导入认定名单：全部导入，或有错则一行也不导入 / take in a sheet of certifications: all rows or none."""
    with house() as opened, progress("导入 / importing") as told:
        done = intake.import_sheet(opened.desk, file, business_day(), author(), dry_run=dry_run, progress=told)
    _show(done, as_json)


def import_contacts(file: File, as_json: AsJson = False) -> None:
    """导入联系人 / take in a sheet of contacts."""
    with house() as opened:
        done = contacts.import_contacts(opened.desk, file, business_day(), author())
    _show(done, as_json)


def restore_contacts(ids: Ids, as_json: AsJson = False) -> None:
    """恢复因多次退信而停用的地址 / let addresses that were held back after returned mail work again."""
    with house() as opened:
        returned.restore(opened.desk, ids)
    print_json({"ids": sorted(set(ids))}) if as_json else typer.echo(f"已恢复 / restored: {len(set(ids))}")


def document(done: Imported) -> dict[str, Any]:
    """An import's outcome as the contract writes it."""
    return {
        "added": done.added,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "errors": [{"row": each.row, "column": each.column, "message": each.message} for each in done.errors],
        "findings": [{"code": each.code, "row": each.row, "message": each.message} for each in done.findings],
    }


def _show(done: Imported, as_json: bool) -> None:
    if as_json:
        print_json(document(done))
    else:
        print_rows(("新增 / added", "变更 / changed", "未变 / unchanged"), [(done.added, done.changed, done.unchanged)])
        for finding in done.findings:
            typer.echo(f"提示 finding, 第 {finding.row or '–'} 行: {finding.message}", err=True)
    for error in done.errors:
        typer.echo(f"错误 error, 第 {error.row} 行 row {error.row}, {error.column}: {error.message}", err=True)
    if done.errors:
        typer.echo("有错误，一行也没有导入 / there are errors: nothing was taken in", err=True)
        sys.exit(1)


def event(
    certification_text: Annotated[str, typer.Argument(metavar="CERTIFICATION", help="编号，或能找到唯一认定的文字")],
    type_: Annotated[EventType, typer.Argument(metavar="TYPE")],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="发生之日 / the day it happened")],
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="载明的截止日或期限 / a printed last day, or the day a letter names"),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="其他要素，如 cause、received_on / what else it takes: docs/operating.md"
        ),
    ] = None,
    note: Annotated[str, typer.Option(help="备注 / a remark")] = "",
    as_json: AsJson = False,
) -> None:
    """登记一项事件，如已提交申请 / record what happened, such as an application that was made."""
    happened = Event(type_, day("--on", on), day_given("--until", until), _details(set_ or []))
    with house() as opened:
        found = certification(opened, certification_text)
        done = close.record(opened.desk, found, happened, author(), note, business_day())
    for name in unread(happened):
        words = f"--set {name}=…：没有任何推算用到它，请核对 / no date is worked out from it: is it misspelt?"
        typer.echo(f"提示 / note: {words}", err=True)
    if happened.on is not None and happened.on > business_day():
        typer.echo(f"提示：{happened.on} 尚未到来，请核对 / note: {happened.on} is still to come, check it", err=True)
    refreshed = done.refreshed
    result = {
        "certification": found.id,
        "number": done.number,
        "event": type_,
        "on": happened.on,
        "opened": refreshed.opened,
        "moved": refreshed.moved,
        "closed": refreshed.closed,
        "cancellations": refreshed.cancellations,
    }
    print_json(result) if as_json else print_rows(("", ""), result.items())


def events(
    certification_text: Annotated[str, typer.Argument(metavar="CERTIFICATION", help="编号，或能找到唯一认定的文字")],
    as_json: AsJson = False,
) -> None:
    """某项认定的事件日志；误记的用 corrected 撤销 / a certification's log; a mistake is taken back by corrected."""
    with house() as opened:
        found = certification(opened, certification_text)
        with reading(opened.engine) as connection:
            log = certifications.logs(connection, [found.id]).get(found.id, [])
    rows = [
        {"number": each.order, "event": each.type, "on": each.on, "until": each.until, "details": dict(each.details)}
        for each in log
    ]
    print_json(rows) if as_json else print_rows(
        ("number", "event", "on", "until", "details"),
        [(*list(row.values())[:4], counted(dict(each.details))) for row, each in zip(rows, log, strict=True)],
    )


def _details(pairs: list[str]) -> dict[str, str]:
    details = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise RequestRefused(f"--set“{pair}”应写作 KEY=VALUE", f'--set "{pair}" must be KEY=VALUE')
        details[name.strip()] = value.strip()
    return details
