"""Ten years with a scanner that is often down: each stage that is reached ends once, as sent or as overtaken."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.escalation import Cadence, ListDay, due, window
from service.domain.lifecycle import Event, EventType
from service.domain.people import audience, owner_of
from service.domain.plan import LAPSE, stages
from service.domain.unit_rules import UnitRule
from service.flows import close, units
from service.flows.desk import looking
from service.flows.matters import choices_of, contacts_by_owner
from service.flows.simulate import SetClock, pass_days
from service.store import chased, obligations
from service.store.database import open_engine
from service.store.snapshot import copied
from service.store.subjects import by_subjects
from service.store.tables import attempt, delivery, obligation, unit_list
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House

FIRST, LAST = date(2026, 1, 5), date(2036, 1, 6)
DAY = timedelta(days=1)
UNIT = {"owner_kind": "unit", "owner": "江苏省", "name": "联络员（演示）", "email": "handler@u.example"}
BACKUP = {"contact_name": "备用（演示）", "contact_email": "backup@a.example", "contact_role": "backup"}
RULE = UnitRule(date(2026, 1, 1), annual_report=(9, 20), basis="虚构〔2026〕2号")

Outages = Sequence[tuple[int, int]]
"""So many days up, then so many down, over and over."""


def printed(name: str, end: str) -> dict[str, str]:
    """An enterprise whose certificate prints its last valid day."""
    return EXCELLENCE | {
        **{"enterprise": f"{name}演示有限公司", "contact_email": f"handler@{end}.example"},
        **{"listed_on": "", "valid_through": end},
    }


def fill(house: House) -> None:
    """Matters of most kinds, spread over the years; nobody will act on any of them."""
    house.take_in(
        *(EXCELLENCE, EXCELLENCE | DIRECTOR, EXCELLENCE | BACKUP),
        {
            **{"enterprise": "乙方演示有限公司", "level": "pioneer", "recommending_unit": "江苏省"},
            **{"cultivation_from": "2025-11-24", "cultivation_months": "24"},
            **{"contact_name": "经办人（演示）", "contact_email": "handler@b.example"},
        },
        printed("丙方", "2031-05-31"),
        printed("丁方", "2034-11-30"),
    )
    house.meet(UNIT, UNIT | {"name": "处长（演示）", "email": "director@u.example", "role": "director"})
    units.set_rule(house.desk, "江苏省", RULE, "test", TODAY)
    for of, event in (
        ("甲方", Event(EventType.CHANGED, date(2026, 7, 1))),
        ("丙方", Event(EventType.INQUIRY_RECEIVED, date(2029, 3, 5), date(2029, 4, 27))),
        ("乙方", Event(EventType.ACCEPTANCE_APPLIED, date(2027, 8, 2))),
    ):
        close.record(house.desk, house.certification(of), event, "test", "", TODAY)


def days_up(outages: Outages) -> list[date]:
    """The days of the ten years on which the scanner is up."""

    def each() -> Iterator[date]:
        day = FIRST
        for up, down in cycle(outages):
            yield from (day + days * DAY for days in range(up))
            day += (up + down) * DAY
            if day > LAST:
                return

    return [day for day in each() if day <= LAST]


Ended = dict[tuple[int, str, int], tuple[str, date | None]]
"""How the reminder of an obligation's stage to a contact ended, and the day on which it was sent."""


def by_the_plan(house: House, up: Sequence[date]) -> Ended:
    """Of the stages that a day up is the first to see, the newest is sent to its audience; the others are overtaken."""
    found: Ended = {}
    with looking(house.desk) as now:
        stored = obligations.by_ids(now.connection, [row.id for row in house.rows(obligation) if not row.closed])
        abouts = by_subjects(now.connection, {each.subject for each in stored.values()})
        people = contacts_by_owner(now.connection, abouts.values())
        for each in stored.values():
            about, dates = abouts[each.subject], each.obligation.dates
            theirs = people[owner_of(each.obligation.holder, about)]
            plan = stages(each.obligation.kind, dates, choices_of(now, each, about).plan, now.workdays)
            seen = [(up[place], stage) for stage in plan if (place := bisect_left(up, stage.on)) < len(up)]
            newest = dict(seen)
            for day, stage in seen:
                ended = ("sent", day) if newest[day] is stage else ("superseded", None)
                told = audience(theirs, director_too=stage.director_too)
                found |= {(each.id, stage.name, contact.id): ended for contact in told}
    return found


def in_the_outbox(house: House) -> Ended:
    """What became of each reminder; what is sent was attempted once, and nothing else was."""
    attempts = house.rows(attempt)
    sent_on = {row.delivery_id: row.at.date() for row in attempts}
    assert len(sent_on) == len(attempts)
    rows = house.rows(delivery)
    assert {row.id for row in rows if row.state == "sent"} == set(sent_on)
    reminders = [row for row in rows if row.purpose == "reminder"]
    found = {(row.subject_id, row.stage, row.contact_id): (row.state, sent_on.get(row.id)) for row in reminders}
    assert len(found) == len(reminders)
    return found


def check_reminders(house: House, up: Sequence[date]) -> None:
    """Every stage that was reached ended once for each of its audience, as sent or overtaken by one that was sent."""
    found = in_the_outbox(house)
    assert found == by_the_plan(house, up)
    last_sent = {(id, contact_id): on for (id, _, contact_id), (state, on) in found.items() if state == "sent"}
    assert all((id, contact_id) in last_sent for id, _, contact_id in found)
    assert set(house.states()) <= {"sent", "superseded"}
    lapse_after = {row.id: row.lapse_after for row in house.rows(obligation)}
    lapses = [(id, on) for (id, stage, _), (_, on) in found.items() if stage == LAPSE]
    assert len(lapses) >= 3
    assert all(on is not None and on > lapse_after[id] for id, on in lapses)


def check_lists(house: House, up: Sequence[date]) -> None:
    """On each day up the widest list that it is the first to reach, once the unit has a row for it."""
    with looking(house.desk) as now:
        [unit_id] = {row.unit_id for row in house.rows(unit_list)}
        listed = chased.on_list(now.connection, unit_id, window(Cadence.MONTHLY, LAST))
        expected = []
        for heard, day in zip((None, *up), up, strict=False):
            for each in due(ListDay(), heard, day, now.workdays):
                taken = window(each.cadence, day)
                dates = [(row.obligation.dates, row.obligation.pending) for row in listed]
                if any(taken.takes(of.safe_due_on, of.lapse_after, pending=pending) for of, pending in dates):
                    expected.append((each.period, day))
                    break
    assert [(row.period, row.on_day) for row in house.rows(unit_list)] == expected


def check_ten_years(house: House, outages: Outages) -> None:
    up, clock = days_up(outages), SetClock(FIRST)
    is_up = set(up).__contains__
    pass_days(replace(house.desk, clock=clock), clock, FIRST, LAST, is_up=is_up)
    check_reminders(house, up)
    check_lists(house, up)


def outages_of(longest_up: int) -> st.SearchStrategy[Outages]:
    down = st.integers(1, 40).map(lambda days: 41 - days)  # the simplest is the longest: its ten years pass soonest
    return st.lists(st.tuples(st.integers(1, longest_up), down), min_size=1, max_size=8)


each_on_a_copy = partial(settings, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture
def filled(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    engine = open_engine(sqlite_url)
    house = House(engine, tmp_path)
    fill(house)
    yield house
    engine.dispose()


@each_on_a_copy(max_examples=2)
@given(outages=outages_of(3))
def test_a_stage_that_is_reached_ends_once_whatever_days_the_scanner_is_down(filled: House, outages: Outages) -> None:
    with copied(filled.engine) as copy:
        check_ten_years(House(copy, filled.folder), outages)


@pytest.mark.slow
@each_on_a_copy(max_examples=30)
@given(outages=outages_of(30))
def test_and_so_with_many_more_outages(filled: House, outages: Outages) -> None:
    with copied(filled.engine) as copy:
        check_ten_years(House(copy, filled.folder), outages)


def test_and_so_on_postgresql_with_one_pattern_of_outages(postgresql_url: str, tmp_path: Path) -> None:
    engine = open_engine(postgresql_url)
    house = House(engine, tmp_path)
    fill(house)
    check_ten_years(house, ((1, 40), (3, 31)))
    engine.dispose()


@pytest.mark.slow
def test_and_so_when_it_is_never_down(filled: House) -> None:
    check_ten_years(filled, ((7, 0),))
