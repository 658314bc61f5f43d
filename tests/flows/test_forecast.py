"""A forecast: what would be sent by the plan and the record as they stand, and that days that pass agree with it."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from service.domain.certification import Level
from service.domain.delivery import Purpose
from service.domain.errors import RequestRefused
from service.domain.lifecycle import Event, EventType
from service.domain.rounds import Round
from service.domain.unit_rules import UnitRule
from service.flows import close, rounds, units
from service.flows.forecast import LIST, foresee
from service.flows.simulate import simulate
from service.store.tables import obligation
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House

SAFE = date(2028, 9, 7)
UNIT = {"owner_kind": "unit", "owner": "江苏省", "name": "联络员（演示）", "email": "handler@u.example"}
NOBODY = {name: cell for name, cell in EXCELLENCE.items() if not name.startswith("contact")}
CULTIVATED = {
    **{"enterprise": "乙方演示有限公司", "level": "pioneer", "recommending_unit": "江苏省"},
    **{"cultivation_from": "2026-11-24", "cultivation_months": "24"},
    **{"contact_name": "经办人（演示）", "contact_email": "handler@b.example"},
}
ADVANCED = {
    **{"enterprise": "丙方演示有限公司", "level": "advanced", "recommending_unit": "浙江省", "listed_on": "2026-03-09"},
    **{"contact_name": "经办人（演示）", "contact_email": "handler@c.example"},
}
ROUND = Round(2028, Level.EXCELLENCE, "虚构通知", date(2028, 5, 8), date(2028, 7, 31), date(2028, 8, 31))


def of(house: House, kind: str, first: date, last: date) -> list[tuple[date, str, int]]:
    return [(each.day, each.stage, each.letters) for each in foresee(house.desk, first, last) if each.kind == kind]


def test_each_stage_of_a_matter_is_a_row_of_its_day(house: House) -> None:
    house.take_in(EXCELLENCE)

    assert of(house, "review_application", TODAY, SAFE) == [
        (date(2028, 6, 9), "90d", 1),
        (date(2028, 7, 7), "60d", 1),
        (date(2028, 8, 8), "30d", 1),
        (date(2028, 8, 23), "15d", 1),
        (date(2028, 8, 31), "7d", 1),
        (date(2028, 9, 4), "3d", 1),
        (date(2028, 9, 6), "1d", 1),
        (date(2028, 9, 7), "0d", 1),
    ]
    assert of(house, "validity_end", SAFE, date(2028, 12, 31)) == [(date(2028, 12, 8), "end", 1)]


def test_from_thirty_days_before_the_directors_letter_is_counted_too(house: House) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)

    assert [letters for _, _, letters in of(house, "review_application", TODAY, SAFE)] == [1, 1, 2, 2, 2, 2, 2, 2]


def test_what_was_missed_comes_on_the_first_day_as_its_newest_stage_alone(house: House) -> None:
    house.take_in(EXCELLENCE)
    first = SAFE - timedelta(days=5)

    assert of(house, "review_application", first, SAFE)[:2] == [(first, "7d", 1), (date(2028, 9, 4), "3d", 1)]


def test_what_is_in_the_outbox_is_not_foreseen_again(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    house.meet({"owner_kind": "enterprise", "owner": "甲方演示有限公司", "name": "二", "email": "second@a.example"})

    assert of(house, "review_application", TODAY, TODAY) == [(TODAY, "90d", 1)]
    house.sent()
    assert of(house, "review_application", TODAY, TODAY) == []


def test_what_is_closed_or_has_nobody_to_tell_has_no_row(house: House) -> None:
    house.take_in(EXCELLENCE, NOBODY | {"enterprise": "丁方演示有限公司"})
    house.record(EventType.REVIEW_APPLIED, TODAY)

    assert {each.kind for each in foresee(house.desk, TODAY, date(2028, 12, 31))} == {"validity_end"}


def test_what_rests_on_a_year_that_is_not_announced_is_provisional(house: House) -> None:
    house.meet(UNIT)
    settled = {"enterprise": "戊方演示有限公司", "listed_on": "", "valid_through": "2026-12-09"}
    house.take_in(EXCELLENCE, EXCELLENCE | settled)
    near = foresee(house.desk, date(2026, 8, 1), date(2027, 1, 31))

    assert {each.provisional for each in near if each.kind == "review_application"} == {False}
    lists = {each.day: each.provisional for each in near if each.kind == LIST}
    assert [day for day, provisional in lists.items() if provisional][:2] == [date(2026, 12, 28), date(2027, 1, 4)]
    assert {each.provisional for each in foresee(house.desk, TODAY, SAFE)} == {True}


def test_a_unit_has_a_list_on_the_first_day_on_every_monday_and_on_the_first_of_a_month(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.meet(UNIT, UNIT | {"name": "副处长（演示）", "email": "second@u.example"})

    assert of(house, LIST, date(2028, 8, 6), date(2028, 9, 4)) == [
        *((date(2028, 8, 6), "2028-08", 2), (date(2028, 8, 14), "2028-W33", 2), (date(2028, 8, 21), "2028-W34", 2)),
        *((date(2028, 8, 28), "2028-W35", 2), (date(2028, 9, 1), "2028-09", 2), (date(2028, 9, 4), "2028-W36", 2)),
    ]
    house.escalate(date(2028, 8, 14))
    assert [day for day, _, _ in of(house, LIST, date(2028, 8, 14), date(2028, 8, 21))] == [date(2028, 8, 21)]
    assert [day for day, _, _ in of(house, LIST, date(2028, 8, 15), date(2028, 8, 21))] == [date(2028, 8, 21)]


def test_a_row_that_is_about_to_lapse_has_a_list_on_every_working_day(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.meet(UNIT)
    days = [day for day, _, _ in of(house, LIST, date(2028, 11, 8), date(2028, 12, 13))]

    assert days[:4] == [date(2028, 11, day) for day in (8, 13, 14, 15)]  # validity ends on Saturday 9 December
    assert date(2028, 12, 11) in days
    assert date(2028, 12, 12) not in days


def test_a_forecast_writes_nothing(house: House) -> None:
    mixed(house)
    before = house.sizes(), house.rows(obligation)
    told: list[int] = []
    assert foresee(house.desk, TODAY, SAFE, told.append)

    assert (house.sizes(), house.rows(obligation)) == before
    assert told == [sum(row.check_on is not None and row.check_on <= SAFE for row in before[1])]


@pytest.mark.parametrize("last", [date(2051, 1, 1), date.max])
def test_a_day_beyond_the_working_day_table_is_refused(house: House, last: date) -> None:
    with pytest.raises(RequestRefused, match=str(last.year)):
        foresee(house.desk, TODAY, last)


def mixed(house: House) -> None:
    """Matters of most kinds, some already reminded of, some late, one that nobody can be told of."""
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR, CULTIVATED, ADVANCED, NOBODY | {"enterprise": "丁方演示有限公司"})
    house.meet(UNIT, UNIT | {"owner": "浙江省", "email": "handler@v.example"})
    rule = UnitRule(date(2026, 1, 1), 36, 3, True, (9, 20), "虚构〔2026〕2号")
    for unit in ("江苏省", "浙江省"):
        units.set_rule(house.desk, unit, replace(rule, annual_report=(9, 20)), "test", TODAY)
    rounds.add(house.desk, ROUND, "test", TODAY)
    for event in (
        Event(EventType.CHANGED, date(2028, 4, 14)),
        Event(EventType.INQUIRY_RECEIVED, date(2028, 6, 1), date(2028, 6, 30)),
    ):
        close.record(house.desk, house.certification(), event, "test", "", TODAY)
    house.sent(date(2028, 6, 5))


@pytest.mark.parametrize(
    ("first", "last"),
    [(TODAY, TODAY), (date(2028, 11, 20), date(2029, 1, 8)), (date(2028, 8, 15), date(2028, 9, 11))],
)
def test_the_days_as_they_pass_lead_to_what_was_foreseen(house: House, first: date, last: date) -> None:
    mixed(house)
    foreseen = {(each.day, each.kind, each.stage): each.letters for each in foresee(house.desk, first, last)}
    done = simulate(house.desk, first, last)
    passed = Counter[tuple[date, str, str]]()
    for each in done.carried:
        assert each.purpose in (Purpose.REMINDER, Purpose.LIST)
        passed[each.day, each.kind or LIST, each.stage] += each.letters

    assert passed == foreseen
    assert passed
