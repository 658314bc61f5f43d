"""``duban explain``: the obligations of a certification, and how each date came about."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from service.cli.terminal import AsJson, certification, day, day_given, house, print_json, unit
from service.domain.certification import Level
from service.domain.counting import Counting
from service.domain.errors import RequestRefused
from service.domain.history import live
from service.domain.lifecycle import Change, Event, EventType, Life
from service.domain.obligation import Obligation, SubjectKind
from service.domain.policy import Policy
from service.domain.regulations import derive
from service.letters.explanation import explain as worded
from service.letters.explanation import note
from service.letters.letter import Language
from service.letters.words import WORDS
from service.store import obligations
from service.store.database import reading
from service.store.official_days import official_workdays


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(explain)


def explain(
    certification_text: Annotated[
        str | None, typer.Argument(metavar="CERTIFICATION", help="编号，或能找到唯一认定的文字")
    ] = None,
    level: Annotated[Level | None, typer.Option(help="级别 / level")] = None,
    listed_on: Annotated[str | None, typer.Option(metavar="DATE", help="公布日期 / day of the list")] = None,
    valid_through: Annotated[str | None, typer.Option(metavar="DATE", help="有效期至 / printed last valid day")] = None,
    cultivation_from: Annotated[
        str | None, typer.Option(metavar="DATE", help="培育期起 / first day of cultivation")
    ] = None,
    months: Annotated[int | None, typer.Option(help="培育月数 / months of cultivation")] = None,
    cultivation_until: Annotated[str | None, typer.Option(metavar="DATE", help="培育期至 / printed last day")] = None,
    changed_on: Annotated[str | None, typer.Option(metavar="DATE", help="重大变化之日 / day of a major change")] = None,
    unit_text: Annotated[
        str | None, typer.Option("--unit", metavar="UNIT", help="推荐单位自己的事项 / a unit's own duties")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """各项期限及其推算过程；给出日期时无需数据库 / each date and how it came about; from dates without a database."""
    dates = _Dates(level, listed_on, valid_through, cultivation_from, months, cultivation_until, changed_on)
    if sum((certification_text is not None, unit_text is not None, dates != _Dates())) > 1:
        raise RequestRefused(
            "CERTIFICATION、--unit 与日期选项只能给出一类", "give a CERTIFICATION, a --unit or dates: one of them"
        )
    if certification_text is not None:
        found = _on_record(SubjectKind.CERTIFICATION, certification_text)
    elif unit_text is not None:
        found = _on_record(SubjectKind.UNIT, unit_text)
    else:
        found = [(each, Policy().version) for each in dates.obligations()]
    if not found:
        words = "没有可推算的期限：有效期或培育期的截止日未知 / no date can be worked out: the end is not known"
        typer.echo(words, err=True)
    _show(found, as_json)


@dataclass(frozen=True)
class _Dates:
    """The options that give dates, as typed."""

    level: Level | None = None
    listed_on: str | None = None
    valid_through: str | None = None
    cultivation_from: str | None = None
    months: int | None = None
    cultivation_until: str | None = None
    changed_on: str | None = None

    def obligations(self) -> list[Obligation]:
        """What these dates imply. Raises RequestRefused where they are too few, or of several matters, or cannot be."""
        cultivation = (self.cultivation_from, self.months, self.cultivation_until)
        matters = ((self.listed_on, self.valid_through), cultivation, (self.changed_on,))
        if sum(any(given is not None for given in matter) for matter in matters) > 1:
            raise RequestRefused(
                "认定、培育、重大变化的日期只能给出一类",
                "give dates of a listing, of a cultivation or of a change: one of them",
            )
        if self.changed_on is not None:
            change = Change(day("--changed-on", self.changed_on))
            return derive(Life(Level.EXCELLENCE, changes=(change,)), Counting(official_workdays()))
        if self.level is None:
            raise RequestRefused(
                "请给出 CERTIFICATION、--unit、--level 或 --changed-on",
                "give a CERTIFICATION, --unit, --level or --changed-on",
            )
        return derive(live(self.level, [self._listing()]), Counting(official_workdays()))

    def _listing(self) -> Event:
        listed_on = day_given("--listed-on", self.listed_on)
        valid_through = day_given("--valid-through", self.valid_through)
        if listed_on is not None or valid_through is not None:
            return Event(EventType.LISTED, listed_on, valid_through)
        start = day_given("--cultivation-from", self.cultivation_from)
        until = day_given("--cultivation-until", self.cultivation_until)
        if start is None and until is None:
            raise RequestRefused(
                "请给出 --listed-on、--valid-through、--cultivation-from 或 --cultivation-until",
                "give --listed-on, --valid-through, --cultivation-from or --cultivation-until",
            )
        details = {} if self.months is None else {"months": str(self.months)}
        return Event(EventType.CULTIVATION_LISTED, start, until, details)


def _on_record(kind: SubjectKind, text: str) -> list[tuple[Obligation, str]]:
    with house() as opened:
        found = certification(opened, text) if kind is SubjectKind.CERTIFICATION else unit(opened, text)
        with reading(opened.engine) as connection:
            stored = obligations.of_subjects(connection, kind, [found.id]).get(found.id, [])
    return [(each.obligation, each.policy) for each in stored]


def _show(found: list[tuple[Obligation, str]], as_json: bool) -> None:
    if as_json:
        print_json([_document(obligation, policy) for obligation, policy in found])
        return
    for obligation, _policy in found:
        for line in _lines(obligation):
            typer.echo(line)


def _document(obligation: Obligation, policy: str) -> dict[str, Any]:
    dates = obligation.dates
    return {
        "kind": obligation.kind,
        "occurrence": obligation.occurrence,
        "article": obligation.article,
        "holder": obligation.holder,
        "anchor_on": dates.anchor_on,
        "ends_on": dates.ends_on,
        "due_on": dates.due_on,
        "late_after": dates.late_after,
        "lapse_after": dates.lapse_after,
        "safe_due_on": dates.safe_due_on,
        "provisional": dates.provisional,
        "policy": policy,
        "closed": obligation.closed,
        "trace": [
            {"rule": step.rule, "input": step.input, "output": step.output, "note": note(step)} for step in dates.trace
        ],
    }


def _lines(obligation: Obligation) -> list[str]:
    dates = obligation.dates
    title = " / ".join(WORDS[language].of_kind(obligation.kind, obligation.holder).title for language in Language)
    lines = [
        f"{title}（{obligation.article}）{'' if obligation.closed is None else f' [{obligation.closed}]'}",
        f"  建议日期 safe {dates.safe_due_on}  法定日期 statutory {dates.due_on}  截止 end {dates.ends_on or '–'}"
        f"{'  暂定 provisional' if dates.provisional else ''}",
    ]
    for language in Language:
        lines += [f"  · {sentence}" for sentence in worded(dates.trace, language)]
    return [*lines, ""]
