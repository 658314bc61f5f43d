"""Units: what a recommending unit has set of its own, what it has done, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from service.domain import unit_rules
from service.domain.certification import Level, RecommendingUnit
from service.domain.errors import RequestRefused
from service.domain.escalation import ListDay, checked_day
from service.domain.obligation import Closed, Kind, SubjectKind
from service.domain.people import OwnerKind
from service.domain.periods import add_months
from service.domain.unit_rules import UnitRule
from service.flows.desk import Desk, Moment, Progress, changing_rulebook, looking, moment, recorded
from service.flows.duties import refresh_duties
from service.flows.holders import unit_recorded
from service.flows.recount import Told, recount, told
from service.flows.refresh import Refreshed
from service.flows.typed import line
from service.store import certifications, lists, obligations, people, rules
from service.store.certifications import Author
from service.store.obligations import Stored
from service.store.rules import Act

_BASIS_CHARACTERS = 200
_NOTE_CHARACTERS = 300
OWN = (Kind.LIST_REPORT, Kind.ANNUAL_REPORT, Kind.ANNUAL_ROUND)
"""The kinds that are a unit's own duties, apart from any one certification."""


@dataclass(frozen=True)
class Ruled:
    """Whose rule was recorded, all that this unit has set by the rule's first day, and what people will be told."""

    unit: RecommendingUnit
    in_force: UnitRule
    told: Told


def set_rule(
    desk: Desk,
    unit_text: str,
    rule: UnitRule,
    author: str,
    today: date,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Ruled:
    """Record what a unit has set of its own (Art. 9(4), 10(4), 16(4)), and count anew what leans on it.

    Raises RequestRefused, with nothing stored, where it cannot be, alone or beside what is on record.
    """
    rule = replace(rule, basis=line("--basis", rule.basis, _BASIS_CHARACTERS))
    with recorded(desk, "unit_rule", today) as tally:
        with changing_rulebook(desk, dry_run=dry_run) as then:
            of = unit_recorded(then.connection, unit_text)
            unit_rules.check(rule, then.rulebook.rules.get(of.id, ()))
            rules.record_rule(then.connection, of.id, rule, Author(author, then.now))
            now = then.with_rulebook_changed()
            theirs = certifications.at_level(then.connection, Level.ADVANCED, of.id)
            done = told(recount(then, now, theirs, [of.id], today, progress))
        tally.counts.update(vars(done), dry_run=dry_run)
    return Ruled(of, unit_rules.in_force(now.rulebook.rules[of.id], rule.effective_on), done)


def record_done(desk: Desk, act: Act, note: str, author: str, today: date) -> Refreshed:
    """Record that a unit has done one of its own duties, or with no day that it has not; the duty follows.

    Raises RequestRefused, with nothing stored, where no such duty is on record or it cannot have been that day.
    """
    note = line("--note", note, _NOTE_CHARACTERS) if note else ""
    with recorded(desk, "unit_done", today) as tally, moment(desk) as now:
        done = record_done_in(now, act, note, author, today)
        tally.counts.update(vars(done))
    return done


def record_done_in(now: Moment, act: Act, note: str, author: str, today: date) -> Refreshed:
    """The same within a transaction, which has to be given up where it is refused."""
    people.hold_units(now.connection, [act.unit_id])
    duty = _meant(now, act)
    if act.on is None:
        _was_done(now, act)
    else:
        _can_be(duty, act.on, today)
    rules.record_act(now.connection, act, Author(author, now.now), note)
    return refresh_duties(now, [act.unit_id], today)


def _meant(now: Moment, act: Act) -> Stored:
    """The duty on record that is meant, open or done."""
    theirs = _duties(now, [act.unit_id]).get(act.unit_id, [])
    for each in theirs:
        if (each.obligation.kind, each.obligation.occurrence) == (act.kind, act.about):
            return each
    known = [f"{each.obligation.kind} {each.obligation.occurrence}" for each in theirs if not each.obligation.closed]
    raise RequestRefused(
        f"该推荐单位没有 {act.kind} {act.about} 这项事项；未办结的有：{'、'.join(known) or '–'}",
        f"the unit has no {act.kind} {act.about} on record; open are: {', '.join(known) or '–'}",
    )


def _duties(now: Moment, unit_ids: Sequence[int]) -> dict[int, list[Stored]]:
    found = obligations.of_subjects(now.connection, SubjectKind.UNIT, unit_ids)
    gone = Closed.NO_LONGER_APPLIES
    return {id: [each for each in theirs if each.obligation.closed is not gone] for id, theirs in found.items()}


def _was_done(now: Moment, act: Act) -> None:
    if (act.kind, act.about) not in rules.acts(now.connection, [act.unit_id]).get(act.unit_id, {}):
        raise RequestRefused(
            f"{act.kind} {act.about} 没有登记为已办，无可撤销",
            f"{act.kind} {act.about} is not recorded as done: there is nothing to take back",
        )


def _can_be(duty: Stored, on: date, today: date) -> None:
    """Done by today, and not before what asks for it; a yearly report not a whole year before its day."""
    dates = duty.obligation.dates
    first = dates.anchor_on or add_months(dates.due_on, -12)
    if not first <= on <= today:
        raise RequestRefused(
            f"办理日期（--on）应在 {first} 至今天 {today} 之间，现为 {on}",
            f"the day it was done (--on) lies from {first} to today, {today}: it cannot be {on}",
        )


def set_list_day(desk: Desk, unit_text: str, weekday: int | None, hour: int | None) -> tuple[RecommendingUnit, ListDay]:
    """Set what is not None of the weekday (Monday is 0) and hour of a unit's lists; what holds then.

    Raises RequestRefused, with nothing stored, for another weekday or an hour outside the working day.
    """
    checked_day(weekday, hour)
    with moment(desk) as now:
        of = unit_recorded(now.connection, unit_text)
        lists.set_day(now.connection, of.id, weekday=weekday, hour=hour)
        return of, lists.days(now.connection)[of.id]


@dataclass(frozen=True)
class Standing:
    """A unit as it stands on a day: what it has set, how many people it has, and its own duties that are open."""

    unit: RecommendingUnit
    rules: Sequence[UnitRule]
    in_force: UnitRule
    contacts: int
    duties: Sequence[Stored]
    list_day: ListDay


def standings(desk: Desk, today: date) -> list[Standing]:
    """Every unit on record."""
    with looking(desk) as now:
        ids = [id for id, _, _ in people.units(now.connection).values()]
        duties, contacts = _duties(now, ids), people.contacts_of(now.connection, OwnerKind.UNIT, ids)
        days = lists.days(now.connection)
        return [
            Standing(
                unit=of,
                rules=unit_rules.standing(now.rulebook.rules.get(id, ())),
                in_force=unit_rules.in_force(now.rulebook.rules.get(id, ()), today),
                contacts=len(contacts.get(id, [])),
                duties=[each for each in duties.get(id, []) if each.obligation.closed is None],
                list_day=days[id],
            )
            for id, of in sorted(people.units_by_ids(now.connection, ids).items())
        ]
