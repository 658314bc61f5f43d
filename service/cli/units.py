"""``duban units`` and ``unit``: what the recommending units have set of their own, and what they have done."""

from typing import Annotated, Any

import typer

from service.cli.intake import author
from service.cli.terminal import AsJson, DryRun, day, house, print_effect, print_json, print_rows, progress, unit
from service.domain.errors import RequestRefused
from service.domain.obligation import Kind
from service.domain.unit_rules import UnitRule, month_and_day
from service.flows import contacts, units
from service.store.rules import Act
from service.wiring import business_day

Unit = Annotated[str, typer.Argument(metavar="UNIT", help="推荐单位名称 / the unit's name")]
_NONE = "–"


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command("units")(list_units)
    of_unit = typer.Typer(help="推荐单位 / a recommending unit", no_args_is_help=True, rich_markup_mode=None)
    for name, command in (("add", add), ("rule", rule), ("done", done), ("list", list_day)):
        of_unit.command(name)(command)
    app.add_typer(of_unit, name="unit")


def add(name: Annotated[str, typer.Argument(metavar="NAME", help="集团名称 / the group's name")]) -> None:
    """登记一家中央企业集团；省级单位无需登记 / put a central group on record; provincial units need none."""
    with house() as opened:
        typer.echo(f"{contacts.add_group(opened.desk, name)} {name}")


def rule(
    name: Unit,
    from_: Annotated[
        str, typer.Option("--from", metavar="DATE", help="自此日公布的名单起适用 / for lists from then on")
    ],
    basis: Annotated[str, typer.Option(metavar="TEXT", help="依据的文件 / the unit's document")],
    validity_months: Annotated[int | None, typer.Option(metavar="N", help="先进级有效期月数 / validity")] = None,
    review_months_before: Annotated[
        int | None, typer.Option(metavar="N", help="届满前几个月申请复核 / review, months before the end")
    ] = None,
    lapses: Annotated[
        bool | None, typer.Option("--lapses/--no-lapses", help="期满未申请是否失效 / whether it lapses without one")
    ] = None,
    annual_report: Annotated[
        str | None, typer.Option(metavar="MM-DD", help="年度报送的月日 / the day of the yearly report")
    ] = None,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="撤销自此日起的规则 / take back what was set from that day on")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """登记推荐单位自定的规则，并重算受影响的期限 / what a unit has set of its own; what leans on it is counted anew."""
    stated = UnitRule(
        day("--from", from_), validity_months, review_months_before, lapses, _month_and_day(annual_report), basis
    )
    if stated.sets_nothing != take_back:
        raise RequestRefused(
            "请至少用 --validity-months、--review-months-before、--lapses、--annual-report 之一设定一项；"
            "撤销已登记的规则则只用 --take-back",
            "set at least one of --validity-months, --review-months-before, --lapses, --annual-report; "
            "to take back what was set, give --take-back and none of them",
        )
    with house() as opened, progress("重算 / counting anew") as told:
        made = units.set_rule(opened.desk, name, stated, author(), business_day(), dry_run=dry_run, progress=told)
    told_of = {"unit": made.unit.name, "from": stated.effective_on, **_settings(made.in_force), **vars(made.told)}
    print_effect(told_of, as_json, dry_run=dry_run)


def done(
    name: Unit,
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="、".join(units.OWN))],
    occurrence: Annotated[str, typer.Argument(metavar="OCCURRENCE", help="2027-03-01、2027、2027-excellence")],
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="办理之日 / the day it was done")] = None,
    note: Annotated[str, typer.Option(help="备注 / a remark")] = "",
    take_back: Annotated[bool, typer.Option("--take-back", help="撤销误记 / it was not done after all")] = False,
    as_json: AsJson = False,
) -> None:
    """登记推荐单位自己的事项已办 / record that a unit has done one of its own duties."""
    if (on is None) != take_back:
        raise RequestRefused("请给出 --on 日期，或用 --take-back 撤销", "give --on DATE, or --take-back without it")
    if kind not in units.OWN:
        known = "、".join(units.OWN)
        raise RequestRefused(
            f"KIND 须为 {known} 之一；{kind} 随认定的事件办结（duban event）",
            f"KIND is one of {', '.join(units.OWN)}; {kind} is closed by an event of its certification (duban event)",
        )
    on_day = None if on is None else day("--on", on)
    with house() as opened:
        of = unit(opened, name)
        made = units.record_done(opened.desk, Act(of.id, kind, occurrence, on_day), note, author(), business_day())
    print_effect({"unit": of.name, "kind": kind, "occurrence": occurrence, "on": on_day, **vars(made)}, as_json)


def list_day(
    name: Unit,
    weekday: Annotated[int | None, typer.Option(metavar="N", help="周几，1 至 7 / the weekday, 1 is Monday")] = None,
    hour: Annotated[int | None, typer.Option(metavar="HH", help="几点，8 至 18 / the hour, 8 to 18")] = None,
    as_json: AsJson = False,
) -> None:
    """推荐单位接收督办清单的周几和钟点 / the weekday and hour at which a unit gets its lists."""
    with house() as opened:
        of, day = units.set_list_day(opened.desk, name, None if weekday is None else weekday - 1, hour)
    print_effect({"unit": of.name, "weekday": day.weekday + 1, "hour": day.hour}, as_json)


def list_units(as_json: AsJson = False) -> None:
    """各推荐单位：自定规则、联系人、自己的未办事项 / the units: rules of their own, people, open duties."""
    with house() as opened:
        found = units.standings(opened.desk, business_day())
    if as_json:
        print_json([_unit_document(each) for each in found])
        return
    headers = ("推荐单位 / unit", "类别 / kind", "规则 / rules", "联系人 / contacts", "未办 / open")
    print_rows(headers, [_unit_row(each) for each in found])


def _month_and_day(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    try:
        return month_and_day(text)
    except RequestRefused as fault:
        raise RequestRefused(f"--annual-report：{fault.zh}", f"--annual-report: {fault.en}") from None


def _settings(rule: UnitRule) -> dict[str, Any]:
    report = None if rule.annual_report is None else "{:02d}-{:02d}".format(*rule.annual_report)
    return {
        "validity_months": rule.validity_months,
        "review_months_before": rule.review_months_before,
        "lapses": rule.lapses,
        "annual_report": report,
        "basis": rule.basis,
    }


def _unit_document(each: units.Standing) -> dict[str, Any]:
    return {
        "id": each.unit.id,
        "name": each.unit.name,
        "kind": each.unit.kind,
        "in_force": _settings(each.in_force),
        "rules": [{"from": rule.effective_on, **_settings(rule)} for rule in each.rules],
        "contacts": each.contacts,
        "list": {"weekday": each.list_day.weekday + 1, "hour": each.list_day.hour},
        "duties": [
            {
                "kind": duty.obligation.kind,
                "occurrence": duty.obligation.occurrence,
                "due_on": duty.obligation.dates.due_on,
                "safe_due_on": duty.obligation.dates.safe_due_on,
            }
            for duty in each.duties
        ],
    }


def _unit_row(each: units.Standing) -> tuple[object, ...]:
    set_already = {name: value for name, value in _settings(each.in_force).items() if value not in (None, "")}
    duties = "; ".join(
        f"{duty.obligation.kind} {duty.obligation.occurrence} ({duty.obligation.dates.due_on})" for duty in each.duties
    )
    said = " ".join(f"{name}={value}" for name, value in set_already.items())
    return each.unit.name, each.unit.kind, said or _NONE, each.contacts, duties or _NONE
