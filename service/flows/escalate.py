"""Escalate: tell each recommending unit, once a week, whom it has to chase (Art. 9, 10)."""

from dataclasses import dataclass
from datetime import date

from service.domain.delivery import Purpose
from service.domain.escalation import listed_until, period
from service.domain.people import OwnerKind, audience
from service.flows.desk import Desk, looking, moment, recorded
from service.flows.holders import unit_named
from service.flows.matters import list_rows
from service.letters.spreadsheet import list_workbook
from service.store import deliveries, lists, obligations, people
from service.store.deliveries import Plan


@dataclass(frozen=True)
class Escalated:
    """How many units have something to chase, and how many letters were planned for them; ``skipped`` by reason."""

    units: int
    planned: int
    skipped: dict[str, int]


def escalate(desk: Desk, today: date) -> Escalated:
    """Plan this week's list for every unit with a row that is late or whose safe day is near; again plans nothing."""
    with recorded(desk, "escalate", today) as tally:
        with moment(desk) as now:
            week = period(today)
            units = obligations.rows_by_unit(now.connection, listed_until(today))
            lists.add(now.connection, week, today, units)
            plans: list[Plan] = []
            contacts = people.contacts_of(now.connection, OwnerKind.UNIT, units)
            for planned in lists.of_period(now.connection, week):
                if planned.unit_id not in units:
                    continue  # planned earlier this week, and nothing is left to chase
                told = audience(contacts.get(planned.unit_id, []), director_too=False)
                if not told:
                    tally.skipped["no_address"] += 1
                plans += [Plan(lists.SUBJECT, planned.id, 0, Purpose.LIST, week, contact.id) for contact in told]
            tally.counts["planned"] += deliveries.plan(now.connection, plans, today, now.now)
        tally.counts["examined"] = len(units)
    return Escalated(len(units), tally.counts["planned"], dict(tally.skipped))


def workbook(desk: Desk, unit_text: str, today: date) -> bytes:
    """The list of one unit, found by its name, as a workbook. Raises RequestRefused where no such unit is on record."""
    with looking(desk) as now:
        found = unit_named(now.connection, unit_text)
        return list_workbook(found.name, found.kind, today, tuple(list_rows(now, found.id, today)))
