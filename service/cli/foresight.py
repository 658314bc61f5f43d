"""``duban forecast`` and ``simulate``: what will go out, and when."""

from datetime import date, timedelta
from typing import Annotated

import typer

from service.cli.terminal import AsJson, business_day, counted, day, house, print_json, print_rows, progress
from service.domain.errors import RequestRefused
from service.flows import forecast as forecasting
from service.flows import simulate as simulating
from service.flows.simulate import Simulated

_DAYS_AHEAD = timedelta(days=90)


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(forecast)
    app.command()(simulate)


def forecast(
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="起始日，默认今天 / the first day, default today")
    ] = None,
    to: Annotated[
        str | None, typer.Option(metavar="DATE", help="截止日，默认 90 天后 / the last day, default 90 days on")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """将发哪些信件，不发送也不记录 / what would be sent, a row for each day and stage, without sending."""
    first = business_day(None) if from_ is None else day("--from", from_)
    last = first + min(_DAYS_AHEAD, date.max - first) if to is None else day("--to", to)
    _in_order(first, last)
    with house() as opened, progress("推算 / looking ahead") as told:
        found = forecasting.foresee(opened.desk, first, last, told)
    if as_json:
        print_json([vars(each) for each in found])
        return
    headers = ("日期 / day", "事项 / kind", "阶段 / stage", "封数 / letters", "")
    rows = [(e.day, e.kind, e.stage, e.letters, "暂定 / provisional" if e.provisional else "") for e in found]
    print_rows(headers, rows)


def simulate(
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help="起始日 / the first day")],
    to: Annotated[str, typer.Option(metavar="DATE", help="截止日 / the last day")],
    as_json: AsJson = False,
) -> None:
    """在数据库副本上逐日运行真实流程，只计数，不发信 / run the real flows day by day on a copy, without a mail."""
    first, last = day("--from", from_), day("--to", to)
    _in_order(first, last)
    with house() as opened, progress("模拟 / simulating", (last - first).days) as told:
        done = simulating.simulate(opened.desk, first, last, told)
    if as_json:
        print_json({"from": first, "to": last, **_document(done)})
    else:
        _tell(done)


def _in_order(first: date, last: date) -> None:
    if last < first:
        raise RequestRefused(f"--to {last} 早于 --from {first}", f"--to {last} is before --from {first}")


def _document(done: Simulated) -> dict[str, object]:
    passed, busiest = done.passed, done.busiest
    return {
        "days": passed.days,
        "letters": sum(done.totals.values()),
        "totals": done.totals,
        "superseded": passed.superseded,
        "withdrawn": passed.withdrawn,
        "skipped": [{"reason": reason, "count": count} for reason, count in sorted(passed.skipped.items())],
        "busiest_day": busiest and {"day": busiest[0], "letters": busiest[1]},
        "months": [
            {"month": month, "kind": kind, "stage": stage, "letters": letters}
            for (month, kind, stage), letters in sorted(done.months.items())
        ],
        "units": [vars(each) for each in done.units],
    }


def _tell(done: Simulated) -> None:
    passed, busiest = done.passed, done.busiest
    rows = [
        ("运行天数 / days on which something ran", passed.days),
        ("信件 / letters", f"{sum(done.totals.values())} {counted(done.totals)}"),
        ("被取代 / superseded", passed.superseded),
        ("撤回 / withdrawn", passed.withdrawn),
        ("跳过 / skipped", counted(passed.skipped) or "0"),
        ("最忙的一天 / the busiest day", "–" if busiest is None else f"{busiest[0]} ({busiest[1]})"),
    ]
    print_rows(("", ""), rows)
    months = [(*key, letters) for key, letters in sorted(done.months.items())]
    print_rows(("月份 / month", "事项 / kind", "阶段 / stage", "封数 / letters"), months)
    units = [(each.unit, each.lists, each.letters) for each in done.units]
    print_rows(("推荐单位 / unit", "清单 / lists", "封数 / letters"), units)
