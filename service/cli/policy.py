"""``duban policy``, ``policy preview`` and ``policy apply``: the policy in force; what another one would move."""

from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.intake import author
from service.cli.terminal import AsJson, house, print_json, print_rows, progress
from service.domain.certification import Certification
from service.domain.policy_document import tables, written
from service.flows.matters import About
from service.flows.policy import Days, Effect, Shift, put_in_force
from service.store import rules
from service.store.database import reading
from service.wiring import business_day

File = Annotated[Path, typer.Argument(metavar="FILE", help="政策文件（TOML） / a policy document in TOML")]
Limit = Annotated[int, typer.Option(min=0, max=10_000, help="最多列出几项变动 / how many shifts to list at most")]
_COUNTS = ("moved", "opened", "closed", "unchanged", "replanned")


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    family = typer.Typer(
        help="政策：规定未明确之处的选择 / policy: the choices that the regulation leaves open",
        invoke_without_command=True,
        rich_markup_mode=None,
    )
    family.callback()(policy)
    family.command()(preview)
    family.command()(apply)
    app.add_typer(family, name="policy")


def policy(context: typer.Context, as_json: AsJson = False) -> None:
    """现行政策的全部层次，即一份可修改的政策文件 / every layer in force, as a document to change and preview."""
    if context.invoked_subcommand is not None:
        return
    with house() as opened, reading(opened.engine) as connection:
        standing, by = rules.standing_policy(connection)
    since = None if by is None else by.at.astimezone(opened.settings.zone).isoformat(timespec="seconds")
    name = None if by is None else by.name
    if as_json:
        stated = tables(standing)
        print_json({"version": stated.pop("version"), "since": since, "author": name, **stated})
        return
    typer.echo(f"# 自 since {since}, {name}" if by is not None else "# 程序自带 / built in")
    typer.echo(written(standing), nl=False)


def preview(file: File, limit: Limit = 100, as_json: AsJson = False) -> None:
    """只看哪些日期会变，不保存 / what would move, storing nothing."""
    _show(_put(file, limit, dry_run=True), as_json)
    typer.echo("预览，未保存 / a preview: nothing is stored", err=True)


def apply(file: File, limit: Limit = 100, as_json: AsJson = False) -> None:
    """启用，并重算全部未办结的期限 / put it in force and count every open date anew."""
    _show(_put(file, limit, dry_run=False), as_json)


def _put(file: Path, limit: int, *, dry_run: bool) -> Effect:
    with house() as opened, progress("重算 / counting anew") as told:
        return put_in_force(opened.desk, file, business_day(), author(), limit=limit, dry_run=dry_run, progress=told)


def _show(done: Effect, as_json: bool) -> None:
    counts = {name: getattr(done, name) for name in _COUNTS}
    total = done.moved + done.opened + done.closed
    if as_json:
        changes = [_document(shift, about) for shift, about in done.shifts]
        print_json({"version": done.version, "was": done.was, **counts, "total": total, "changes": changes})
        return
    headers = ("移动 / moved", "新增 / opened", "终结 / closed", "未变 / unchanged", "提醒改期 / replanned")
    print_rows(headers, [tuple(counts.values())])
    if done.shifts:
        columns = ("变动 / change", "事项 / matter", "", "法定日期 / statutory", "建议日期 / safe")
        print_rows(columns, [_row(shift, about) for shift, about in done.shifts])
    if total > len(done.shifts):
        typer.echo(
            f"共 {total} 项变动，只列出 {len(done.shifts)} 项（--limit） / {total} in all, {len(done.shifts)} shown"
        )


def _document(shift: Shift, about: About) -> dict[str, Any]:
    if isinstance(about, Certification):
        of: dict[str, Any] = {"certification": about.id, "enterprise": about.enterprise}
    else:
        of = {"unit": about.id, "name": about.name}
    return {
        "change": shift.word,
        **of,
        "kind": shift.kind,
        "occurrence": shift.occurrence,
        "before": None if shift.before is None else vars(shift.before),
        "after": None if shift.after is None else vars(shift.after),
    }


def _row(shift: Shift, about: About) -> tuple[object, ...]:
    name = about.enterprise if isinstance(about, Certification) else about.name
    return (
        shift.word,
        f"{about.id} {name}",
        f"{shift.kind} {shift.occurrence}",
        _from_to(shift, "due_on"),
        _from_to(shift, "safe_due_on"),
    )


def _from_to(shift: Shift, day: str) -> str:
    before, after = (_day(days, day) for days in (shift.before, shift.after))
    return before if before == after else f"{before} → {after}"


def _day(days: Days | None, name: str) -> str:
    return "–" if days is None else str(getattr(days, name))
