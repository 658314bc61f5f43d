"""Escalate: tell each recommending unit on its own day whom it has to chase (Art. 9, 10)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from service.domain.delivery import Purpose
from service.domain.people import OwnerKind, audience
from service.flows.desk import Desk, Moment, Tally, looking, moment, recorded
from service.flows.holders import unit_named
from service.flows.list_rows import letter_rows, widest
from service.flows.unit_lists import JOB, Wanted, heard_on, wanted
from service.letters.spreadsheet import list_workbook
from service.store import deliveries, lists, people
from service.store.deliveries import Plan


@dataclass(frozen=True)
class Escalated:
    """How many units have something to chase, and how many letters were planned for them; ``skipped`` by reason."""

    units: int
    planned: int
    skipped: dict[str, int]


def escalate(desk: Desk, today: date, *, dry_run: bool = False, at_once: bool = False) -> Escalated:
    """Plan the lists that the day has reached, for every unit with a row on its own; again on a day plans nothing.

    They wait for the unit's hour, unless they are wanted ``at_once``: by hand, or by a cron that delivers next.
    """
    with recorded(desk, JOB, today) as tally:
        with moment(desk, dry_run=dry_run) as now:
            units = wanted(now, today, heard_on(now.connection, today))
            of_period: dict[str, dict[int, int]] = defaultdict(dict)
            for id, each in units.items():
                of_period[each.period][id] = each.rows
            for period, rows in of_period.items():
                lists.add(now.connection, period, today, rows)
            plans = [replace(each, not_before=None) if at_once else each for each in _plans(now, today, units, tally)]
            tally.counts["planned"] += deliveries.plan(now.connection, plans, today, now.now)
        tally.counts.update(examined=len(units), dry_run=int(dry_run))
    return Escalated(len(units), tally.counts["planned"], dict(tally.skipped))


def _plans(now: Moment, today: date, units: Mapping[int, Wanted], tally: Tally) -> list[Plan]:
    plans: list[Plan] = []
    contacts = people.contacts_of(now.connection, OwnerKind.UNIT, units)
    for planned in lists.of_day(now.connection, today).values():
        if planned.unit_id not in units:
            continue  # planned earlier on this day, and nothing is left to chase
        told = audience(contacts.get(planned.unit_id, []), director_too=False)
        if not told:
            tally.skipped["no_address"] += 1
        at = units[planned.unit_id].at
        about = (lists.SUBJECT, planned.id, 0, Purpose.LIST, planned.period)
        plans += [Plan(*about, contact.id, not_before=at) for contact in told]
    return plans


def workbook(desk: Desk, unit_text: str, today: date) -> bytes:
    """A unit's widest list of a day by the record as it stands, as a workbook; RequestRefused where there is no such
    unit on record."""
    with looking(desk) as now:
        of = unit_named(now.connection, unit_text)
        return list_workbook(of.name, of.kind, today, letter_rows(now, widest(now, of.id, today), today))


@dataclass(frozen=True)
class Again:
    """A past list made again: the day it was told on, and how many of its rows are not on record any more."""

    workbook: bytes
    on: date
    gone: int


def workbook_as_told(desk: Desk, unit_text: str, day: date) -> Again | None:
    """The last list that a unit was told on or before a day, with its rows and days as they were told; None where it
    was told none. Names and people are those on record now. RequestRefused as above."""
    with looking(desk) as now:
        of = unit_named(now.connection, unit_text)
        told = lists.told_by(now.connection, of.id, day)
        if told is None:
            return None
        rows = letter_rows(now, told.rows, told.on)
        return Again(list_workbook(of.name, of.kind, told.on, rows), told.on, len(told.rows) - len(rows))
