"""Forecast: what would be sent on which day, by the plan and the record as they stand, without sending or writing.

What is planned already is in the outbox (``duban deliveries --state planned``) and not foreseen again; a matter that
is opened later, as the report of a coming year is, cannot be foreseen from the record, nor how far silence will carry
a matter up its ladder: a simulation shows both.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.people import OwnerKind, audience, owner_of
from service.domain.plan import Stage, aloud, reached, stages
from service.domain.regulations.annual_round import is_over
from service.flows.desk import Desk, Moment, Progress, looking
from service.flows.matters import choices_of, contacts_by_owner
from service.flows.unit_lists import heard_on, next_bell, wanted
from service.store import answers, foresight, obligations, people
from service.store.subjects import by_subjects

LIST = "list"
_CHUNK = 500
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Foreseen:
    """How many letters of a kind and stage a day will have; units' lists are of kind ``list``, their stage is the
    month, week or day that they are for.

    ``provisional``: the day, or the date that a letter reminds of, rests on a day that no notice has settled yet.
    """

    day: date
    kind: str
    stage: str
    letters: int
    provisional: bool


def foresee(desk: Desk, first: date, last: date, progress: Progress | None = None) -> list[Foreseen]:
    """The reminders and the units' lists from ``first`` to ``last``, by day, if nothing changes on record.

    What was reached before ``first`` and not looked at yet goes out on ``first``, as its newest stage alone.
    Raises RequestRefused where a day is outside the working-day table.
    """
    found = _Found()
    done = 0
    with looking(desk) as now:
        for day in (first, last):
            now.workdays.read(day)
        for ids in foresight.to_be_looked_at(now.connection, last, _CHUNK):
            _count_reminders(now, ids, first, last, found)
            done += len(ids)
            if progress is not None:
                progress(done)
        _count_lists(now, first, last, found)
    return [Foreseen(*key, count, key in found.provisional) for key, count in sorted(found.letters.items()) if count]


class _Found:
    """Letters by day, kind and stage, and which of these are provisional."""

    def __init__(self) -> None:
        self.letters: Counter[tuple[date, str, str]] = Counter()
        self.provisional: set[tuple[date, str, str]] = set()

    def add(self, day: date, kind: str, stage: str, letters: int, *, provisional: bool) -> None:
        self.letters[day, kind, stage] += letters
        if letters and provisional:
            self.provisional.add((day, kind, stage))


def _count_reminders(now: Moment, ids: list[int], first: date, last: date, found: _Found) -> None:
    stored = obligations.by_ids(now.connection, ids)
    abouts = by_subjects(now.connection, {each.subject for each in stored.values()})
    contacts = contacts_by_owner(now.connection, abouts.values())
    planned = foresight.planned(now.connection, ids)
    quiet = answers.quiet(now.connection, ids)
    for each in stored.values():
        about, dates = abouts[each.subject], each.obligation.dates
        theirs = contacts.get(owner_of(each.obligation.holder, about), [])
        plan = stages(each.obligation.kind, dates, choices_of(now, each, about).plan, now.workdays)
        for day, stage in _coming(aloud(plan, quiet.get(each.id)), max(each.check_on or first, first), last):
            if is_over(each.obligation, day):
                break
            told = audience(theirs, director_too=stage.director_too)
            new = sum((each.id, each.revision, stage.name, contact.id) not in planned for contact in told)
            provisional = dates.provisional or now.workdays.read(day).forecast
            found.add(day, each.obligation.kind, stage.name, new, provisional=provisional)


def _coming(plan: Sequence[Stage], begins: date, last: date) -> Iterator[tuple[date, Stage]]:
    """The stages that go out where the first look is on ``begins``, each with its day: of two on a day the newer."""
    newest = reached(plan, begins).newest
    if newest is not None:
        yield begins, newest
    yield from {stage.on: stage for stage in plan if begins < stage.on <= last}.items()


def _count_lists(now: Moment, first: date, last: date, found: _Found) -> None:
    """Every bell that a unit's list may be due on; the first day makes up for those that were not heard."""
    heard, day = heard_on(now.connection, first), first
    while True:
        units = wanted(now, day, heard)
        contacts = people.contacts_of(now.connection, OwnerKind.UNIT, units)
        told: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for id, list_wanted in units.items():
            theirs = audience(contacts.get(id, []), director_too=False)
            told[list_wanted.period] |= {(id, contact.id) for contact in theirs}
        for period, of_period in told.items():
            new = of_period - foresight.lists_planned(now.connection, period)
            found.add(day, LIST, period, len(new), provisional=now.workdays.read(day).forecast)
        following = next_bell(now.connection, now.workdays, day + _DAY, last)
        if following is None:
            return
        heard, day = day, following
