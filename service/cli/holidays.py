"""``duban holidays`` and ``holidays import``: how far the working-day table is official; a year's notice into it."""

from pathlib import Path
from typing import Annotated

import typer

from service.cli.intake import author
from service.cli.terminal import AsJson, house, print_json, print_rows, progress
from service.flows.holidays import load_notice
from service.store import workdays
from service.store.database import reading
from service.wiring import business_day


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    family = typer.Typer(
        help="节假日：工作日表及其依据 / holidays: the working-day table and what it rests on",
        invoke_without_command=True,
        rich_markup_mode=None,
    )
    family.callback()(holidays)
    family.command("import")(import_)
    app.add_typer(family, name="holidays")


def holidays(context: typer.Context, as_json: AsJson = False) -> None:
    """节假日：已公布的年份 / the announced years of the working-day table."""
    if context.invoked_subcommand is not None:
        return
    with house() as opened, reading(opened.engine) as connection:
        until = workdays.load(connection).announced_until
        years = workdays.announced_years(connection)
    if as_json:
        zone = opened.settings.zone
        listed = [vars(each) | {"loaded_at": each.loaded_at.astimezone(zone)} for each in years]
        print_json({"announced_until": until, "years": listed})
        return
    headers = ("年份 / year", "休 / rest", "班 / worked", "文号 / notice", "来源 / source")
    print_rows(headers, [(each.year, each.rest, each.work, each.notice or "–", each.source) for each in years])
    typer.echo(f"正式安排至 {until} 年；此后的日期为暂定 / official to the end of {until}; later dates are provisional")


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="一年的放假安排 / a year's notice: .csv, .xlsx, .json")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不保存 / check only, store nothing")] = False,
    as_json: AsJson = False,
) -> None:
    """导入一年的放假安排，并重算全部未办结的期限 / take in a year's notice and count every open date anew."""
    with house() as opened, progress("重算 / counting anew") as told:
        done = load_notice(opened.desk, file, business_day(), author(), dry_run=dry_run, progress=told)
    counts = {
        "days": len(done.notice.days),
        "moved": done.moved,
        "settled": done.settled,
        "unchanged": done.unchanged,
    }
    if as_json:
        findings = [{"code": each.code, "row": each.row, "message": each.message} for each in done.findings]
        print_json({"year": done.notice.year, "notice": done.notice.number, **counts, "findings": findings})
        return
    headers = ("天数 / days", "移动 / moved", "由暂定转正 / settled", "未变 / unchanged")
    print_rows(headers, [tuple(counts.values())])
    for finding in done.findings:
        typer.echo(f"提示 finding: {finding.message}", err=True)
