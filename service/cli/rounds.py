"""``duban rounds`` and ``round``: the yearly notices, and the units' own earlier days in them."""

from typing import Annotated, Any

import typer

from service.cli.intake import author
from service.cli.terminal import AsJson, DryRun, day, house, print_effect, print_json, print_rows, progress, unit
from service.cli.units import Unit
from service.domain.certification import Level
from service.domain.rounds import Round
from service.flows import rounds
from service.flows.recount import Told
from service.wiring import business_day

Year = Annotated[int, typer.Argument(metavar="YEAR", help="年度 / the year")]
OfLevel = Annotated[Level, typer.Argument(metavar="LEVEL", help="excellence 或 pioneer")]


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command("rounds")(list_rounds)
    family = typer.Typer(help="年度申报 / a year's round", no_args_is_help=True, rich_markup_mode=None)
    for name, command in (("add", add), ("unit", own_day), ("remove", remove)):
        family.command(name)(command)
    app.add_typer(family, name="round")


def add(
    year: Year,
    level: OfLevel,
    announced_on: Annotated[str, typer.Option(metavar="DATE", help="通知日期 / day of the notice")],
    apply_by: Annotated[str, typer.Option(metavar="DATE", help="企业申报截止 / enterprises apply by")],
    recommend_by: Annotated[str, typer.Option(metavar="DATE", help="推荐截止 / units recommend by")],
    notice: Annotated[str, typer.Option(metavar="TEXT", help="通知文号或名称 / its number or name")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """登记一年的申报通知（可再次登记以变更），告知可申报的企业和各推荐单位 / a year's notice, or what it says now."""
    days = day("--announced-on", announced_on), day("--apply-by", apply_by), day("--recommend-by", recommend_by)
    with house() as opened, progress("重算 / counting anew") as told:
        made = rounds.add(
            opened.desk,
            Round(year, level, notice, *days),
            author(),
            business_day(),
            dry_run=dry_run,
            progress=told,
        )
    print_effect({**_named(year, level, made.told), "set_aside": list(made.set_aside)}, as_json, dry_run=dry_run)


def own_day(
    year: Year,
    level: OfLevel,
    name: Unit,
    apply_by: Annotated[str, typer.Option(metavar="DATE", help="该单位的内部截止日 / the unit's own day")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """登记推荐单位自己更早的申报截止日 / a unit's own earlier day for its enterprises."""
    last = day("--apply-by", apply_by)
    with house() as opened:
        of = unit(opened, name)
        told = rounds.set_own_day(opened.desk, year, level, of, last, author(), business_day(), dry_run=dry_run)
    print_effect({**_named(year, level, told), "unit": of.name, "apply_by": last}, as_json, dry_run=dry_run)


def remove(year: Year, level: OfLevel, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """撤销误登记的申报通知，及由此产生的提醒 / take back a notice recorded by mistake, and what it opened."""
    with house() as opened, progress("重算 / counting anew") as told:
        made = rounds.remove(opened.desk, year, level, business_day(), dry_run=dry_run, progress=told)
    print_effect(_named(year, level, made), as_json, dry_run=dry_run)


def list_rounds(as_json: AsJson = False) -> None:
    """已登记的年度申报 / the rounds on record."""
    with house() as opened:
        found = rounds.standings(opened.desk)
    rows = [
        {
            **{name: value for name, value in vars(each.round).items() if name != "own"},
            "own_days": [{"unit": name, "apply_by": last} for name, last in each.own_days],
            **vars(each.counted),
        }
        for each in found
    ]
    if as_json:
        print_json(rows)
        return
    own_days = ["、".join(f"{name} {last}" for name, last in each.own_days) or "–" for each in found]
    told = [{**row, "own_days": days} for row, days in zip(rows, own_days, strict=True)]
    print_rows(tuple(rows[0]) if rows else (), [tuple(row.values()) for row in told])


def _named(year: int, level: Level, told: Told) -> dict[str, Any]:
    return {"year": year, "level": level, **vars(told)}
