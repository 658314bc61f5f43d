"""``duban findings``: what cannot be reminded, or not surely, and whose it is to mend."""

from typing import Annotated

import typer

from service.cli.terminal import AsJson, house, print_json, print_rows, unit
from service.domain.findings import Code, Whose
from service.flows.findings import find
from service.wiring import business_day

_NONE = "–"


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(findings)


def findings(
    owner: Annotated[
        str | None,
        typer.Option(metavar="unit|ops|NAME", help="由谁处理：各推荐单位、本系统运维，或某一推荐单位 / whose to mend"),
    ] = None,
    code: Annotated[Code | None, typer.Option(help="只看此类 / this code only")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="每类最多列出几条 / rows of each code")] = 100,
    as_json: AsJson = False,
) -> None:
    """无法或不能确保提醒的事项、原因及由谁处理 / what cannot be reminded surely, why, and whose it is to mend."""
    with house() as opened:
        whose: Whose | int = Whose.ANYONE
        if owner is not None:
            whose = Whose(owner) if owner in (Whose.UNIT, Whose.OPS) else unit(opened, owner).id
        found = list(find(opened.desk, business_day(), whose, code, limit))
    listed = [each for of_code in found for each in of_code.shown]
    if as_json:
        print_json([vars(each) for each in listed])
        return
    totals = [(of_code.code, of_code.total, of_code.concerned) for of_code in found]
    print_rows(("类别 / code", "条 / findings", "涉及 / concerns"), totals)
    headers = ("类别 / code", "由谁处理 / owner", "认定 / certification", "")
    rows = [(e.code, e.owner or _NONE, e.certification or _NONE, e.message) for e in listed]
    print_rows(headers, rows)
