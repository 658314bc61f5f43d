"""``duban override`` and ``overrides``: dates that a person sets, and those that were."""

from typing import Annotated

import typer

from service.cli.intake import author
from service.cli.terminal import AsJson, certification, day_given, house, print_json, print_rows, unit
from service.domain.errors import RequestRefused
from service.domain.obligation import Kind, Subject, SubjectKind
from service.flows import override as flow
from service.flows.override import Which
from service.store import overrides as store
from service.store.database import reading
from service.wiring import business_day


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(override)
    app.command()(overrides)


def override(
    subject_text: Annotated[
        str,
        typer.Argument(metavar="CERTIFICATION", help="某项认定，加 --unit 则为推荐单位 / with --unit, a unit"),
    ],
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="事项，如 review_application / the kind of matter")],
    of_unit: Annotated[bool, typer.Option("--unit", help="推荐单位自己的事项 / a unit's own duty")] = False,
    occurrence: Annotated[str, typer.Option(help="同类多项时指明哪一项 / which one, where several are open")] = "",
    due_on: Annotated[str | None, typer.Option(metavar="DATE", help="法定最晚日期 / the statutory day")] = None,
    safe_due_on: Annotated[str | None, typer.Option(metavar="DATE", help="建议日期 / the day to work towards")] = None,
    lift: Annotated[bool, typer.Option("--lift", help="恢复推算的日期 / let the counted days stand again")] = False,
    reason: Annotated[str, typer.Option(help="理由，信中会写明 / why; letters say it")] = "",
    as_json: AsJson = False,
) -> None:
    """人工设定一项期限，优先于一切规则，导入不会改动 / set a date by hand: it beats every rule, no import undoes it."""
    due, safe = day_given("--due-on", due_on), day_given("--safe-due-on", safe_due_on)
    if lift and (due or safe):
        raise RequestRefused("--lift 不能与日期同用", "--lift goes without dates")
    with house() as opened:
        found = unit(opened, subject_text) if of_unit else certification(opened, subject_text)
        of = Subject(SubjectKind.UNIT if of_unit else SubjectKind.CERTIFICATION, found.id)
        which = Which(of, kind, occurrence)
        if lift:
            done = flow.lift(opened.desk, which, reason, author(), business_day())
        else:
            done = flow.set_days(opened.desk, which, due, safe, reason, author(), business_day())
    dates = done.obligation.dates
    result = {
        of.kind: of.id,
        "kind": kind,
        "occurrence": done.obligation.occurrence,
        "due_on": dates.due_on,
        "safe_due_on": dates.safe_due_on,
        "revision": done.revision,
    }
    print_json(result) if as_json else print_rows(("", ""), result.items())


def overrides(as_json: AsJson = False) -> None:
    """人工设定的日期，及其理由和设定人 / the dates set by hand, with reason and author."""
    with house() as opened, reading(opened.engine) as connection:
        found = store.standing(connection)
    rows = [
        {
            "certification": each.of.id if each.of.kind is SubjectKind.CERTIFICATION else None,
            "unit": each.of.id if each.of.kind is SubjectKind.UNIT else None,
            "kind": each.override.kind,
            "occurrence": each.override.occurrence,
            "due_on": each.override.due_on,
            "safe_due_on": each.override.safe_due_on,
            "reason": each.override.reason,
            "author": each.by.name,
            "recorded_at": each.by.at.astimezone(opened.settings.zone).isoformat(timespec="seconds"),
        }
        for each in found
    ]
    print_json(rows) if as_json else print_rows(tuple(rows[0]) if rows else (), [tuple(row.values()) for row in rows])
