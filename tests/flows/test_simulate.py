"""A simulation: the real flows on a copy, day by day, and what they would have sent."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from service.domain.delivery import Purpose
from service.domain.errors import RequestRefused
from service.domain.escalation import Cadence, cadence_of
from service.domain.lifecycle import EventType
from service.flows import deliver
from service.flows.desk import Desk
from service.flows.simulate import SetClock, Simulated, pass_days, simulate
from service.store.foresight import UnitCarried
from service.store.tables import contact, delivery, obligation, unit_list
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House

FIRST, LAST = date(2028, 3, 6), date(2028, 12, 29)
SAFE, LAPSE_ON = date(2028, 9, 7), date(2028, 12, 12)
UNIT = {"owner_kind": "unit", "owner": "江苏省", "name": "联络员（演示）", "email": "handler@u.example"}
NOBODY = {name: cell for name, cell in EXCELLENCE.items() if not name.startswith("contact")}
LISTED_FROM = date(2028, 8, 14)  # the first Monday that is not more than 30 days before the safe day
WEEKS = 20  # from there to the last Monday up to LAST


def months(done: Simulated, kind: str) -> list[tuple[str, str, int]]:
    return [(month, stage, letters) for (month, of, stage), letters in sorted(done.months.items()) if of == kind]


def test_every_stage_of_a_matter_that_nobody_acts_on_is_counted_in_its_month(house: House) -> None:
    house.take_in(EXCELLENCE)
    done = simulate(house.desk, FIRST, LAST)

    assert months(done, "review_application")[:4] == [
        *(("2028-03", "180d", 1), ("2028-06", "90d", 1), ("2028-07", "60d", 1), ("2028-08", "15d", 1)),
    ]
    assert Counter(stage for _, stage, _ in months(done, "review_application")) == Counter(
        ["180d", "90d", "60d", "30d", "15d", "7d", "3d", "1d", "0d", *(f"+{week}w" for week in range(1, 14)), "lapse"]
    )
    assert months(done, "validity_end") == [("2028-12", "end", 1)]
    assert done.totals == {"reminder": 24}
    assert (done.passed.superseded, done.passed.withdrawn) == (0, 0)
    assert done.passed.skipped["not_reached"] == 2
    assert done.passed.skipped["list_no_address"] > WEEKS


def test_the_letters_are_those_that_the_same_days_lead_to(house: House) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)
    done = simulate(house.desk, SAFE - timedelta(days=31), SAFE)

    really = {}
    for days in range(31, -1, -1):
        day = SAFE - timedelta(days=days)
        if letters := house.sent(day):
            really[day] = len(letters)
    assert {each.day: each.letters for each in done.carried} == really
    assert sum(really.values()) == 13


def test_nothing_of_it_reaches_the_original_or_a_wire(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.meet(UNIT)
    before = house.sizes(), house.rows(obligation)
    assert simulate(house.desk, LISTED_FROM, SAFE).totals

    assert (house.sizes(), house.rows(obligation)) == before
    assert house.wire.carried == []


def test_the_same_days_again_give_the_same(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.meet(UNIT)

    assert simulate(house.desk, LISTED_FROM, SAFE) == simulate(house.desk, LISTED_FROM, SAFE)


def test_a_unit_gets_a_list_each_month_each_week_and_before_a_lapse_each_working_day(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.meet(UNIT, UNIT | {"name": "副处长（演示）", "email": "second@u.example"})
    done = simulate(house.desk, FIRST, LAST)
    told = {each.stage: each.letters for each in done.carried if each.purpose is Purpose.LIST}
    of = {cadence: [stage for stage in told if cadence_of(stage) is cadence] for cadence in Cadence}

    assert of[Cadence.MONTHLY] == ["2028-07", "2028-08", "2028-09", "2028-10", "2028-11", "2028-12"]
    assert of[Cadence.WEEKLY][0] == "2028-W33"
    assert len(of[Cadence.WEEKLY]) == WEEKS - 2, "a Monday in the October holidays, and the next, the month's first"
    assert of[Cadence.DAILY][0] == "2028-11-14"
    assert "2028-11-20" not in told, "a Monday has its week's list"
    assert of[Cadence.DAILY][-1] < str(LAPSE_ON)
    assert set(told.values()) == {2}
    assert done.units == [UnitCarried("江苏省", len(told), 2 * len(told))]
    assert sum(letters for _, _, letters in months(done, "list")) == done.totals["list"] == 2 * len(told)


def test_whoever_cannot_be_told_is_counted_with_the_reason(house: House) -> None:
    house.take_in(NOBODY)
    done = simulate(house.desk, LISTED_FROM, LISTED_FROM + timedelta(days=7))

    assert done.totals == {}
    assert done.busiest is None
    assert done.passed.skipped == {"list_no_address": 2, "no_address": 1}  # a month's on the first day, then a week's


def test_the_busiest_day_is_the_first_of_those_with_most_letters(house: House) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)

    assert simulate(house.desk, SAFE - timedelta(days=60), SAFE).busiest == (date(2028, 8, 8), 2)


def test_what_was_missed_before_the_first_day_goes_out_on_it_as_the_newest_stage(house: House) -> None:
    house.take_in(EXCELLENCE)
    done = simulate(house.desk, SAFE, SAFE)

    assert [(each.day, each.stage, each.letters) for each in done.carried] == [(SAFE, "0d", 1)]
    assert done.passed.superseded == 8


@pytest.mark.parametrize("taken", [False, True])
def test_what_waits_at_the_start_goes_out_on_the_first_day_whoever_holds_it(house: House, taken: bool) -> None:
    """A worker's lease on the original means nothing to the copy, whose clock would never see it end."""
    house.take_in(EXCELLENCE)
    house.clock.step(hours=7)
    house.scan()
    if taken:
        assert deliver.call(house.desk, house.post)
    done = simulate(house.desk, TODAY, TODAY)

    assert [(each.day, each.stage, each.letters) for each in done.carried] == [(TODAY, "90d", 1)]


def test_what_was_sent_before_is_not_counted(house: House) -> None:
    house.take_in(EXCELLENCE)
    assert len(house.sent()) == 1

    assert simulate(house.desk, TODAY, TODAY).totals == {}


def test_what_goes_out_besides_reminders_is_counted_apart(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    house.record(EventType.REVIEW_APPLIED, TODAY)

    assert simulate(house.desk, TODAY, TODAY).totals == {"cancellation": 1}


def test_an_address_held_back_since_is_withdrawn(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    with house.engine.begin() as connection:
        connection.execute(update(contact).values(working=False))
    done = simulate(house.desk, TODAY, TODAY)

    assert (done.totals, done.passed.withdrawn) == ({}, 1)


@pytest.mark.parametrize(("first", "last"), [("2049-01-04", "2051-01-01"), ("1999-01-04", "2028-01-03")])
def test_days_outside_the_working_day_table_are_refused_before_anything_is_done(
    house: House, monkeypatch: pytest.MonkeyPatch, first: str, last: str
) -> None:
    house.take_in(EXCELLENCE)
    monkeypatch.setattr("service.flows.simulate.copied", pytest.fail)

    with pytest.raises(RequestRefused, match=r"2051|1999"):
        simulate(house.desk, date.fromisoformat(first), date.fromisoformat(last))


def test_the_last_days_of_the_table_are_simulated(house: House) -> None:
    house.take_in(EXCELLENCE)

    assert simulate(house.desk, date(2050, 12, 19), date(2050, 12, 31)).totals == {"reminder": 2}


def on_copy_of_its_own(house: House, first: date) -> tuple[Desk, SetClock]:
    clock = SetClock(first)
    return replace(house.desk, clock=clock), clock


def test_a_monday_that_was_not_up_is_made_up_for_on_the_first_day_that_is(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.meet(UNIT)
    desk, clock = on_copy_of_its_own(house, LISTED_FROM)
    down = {LISTED_FROM + timedelta(days=days) for days in (*range(0, 3), *range(14, 23))}
    pass_days(desk, clock, LISTED_FROM, LISTED_FROM + timedelta(days=27), is_up=lambda day: day not in down)

    assert [row.on_day for row in house.rows(unit_list)] == [LISTED_FROM + timedelta(days=days) for days in (3, 7, 23)]
    assert {row.state for row in house.rows(delivery)} <= {"sent", "superseded"}


def test_days_on_which_nothing_is_due_are_passed_by(house: House) -> None:
    house.take_in(EXCELLENCE)
    told: list[int] = []
    first, last = LISTED_FROM - timedelta(weeks=8), LISTED_FROM
    done = simulate(house.desk, first, last, told.append)
    mondays, months_begun, stages = 9, 2, 4

    assert done.passed.days <= mondays + months_begun + stages
    assert told == sorted(told)
    assert told[-1] == (last - first).days
