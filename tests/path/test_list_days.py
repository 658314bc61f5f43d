"""On which days a unit gets which list: months, weeks, days, its own weekday and hour, and days that were down."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from service.domain.answer import Answer
from service.domain.lifecycle import EventType
from service.domain.visitors import EVERYTHING, Actor, ActorKind
from service.flows import answers, units
from service.flows.escalate import escalate
from service.flows.simulate import SetClock
from service.store.tables import delivery, unit_list
from tests.house import EXCELLENCE, House

SAFE, LAPSE_AFTER = date(2028, 9, 7), date(2028, 12, 11)
DAY = timedelta(days=1)
UNIT = {"owner_kind": "unit", "owner": "江苏省", "name": "联络员（演示）", "email": "unit@u.example"}
OPS = Actor(ActorKind.ACCOUNT, 1)


def of(number: int, unit: str = "江苏省", **cells: str) -> dict[str, str]:
    """An excellence factory of an enterprise of this number."""
    named = {"enterprise": f"企业{number}有限公司", "contact_email": f"handler@e{number}.example"}
    return EXCELLENCE | named | {"recommending_unit": unit} | cells


def days(first: date, last: date) -> Iterator[date]:
    return (first + offset * DAY for offset in range((last - first).days + 1))


def listed(house: House) -> list[tuple[date, str]]:
    """The day and the period of each list that was planned."""
    return [(row.on_day, row.period) for row in house.rows(unit_list)]


def begun(house: House, *rows: dict[str, str], on: date) -> None:
    """Units with an address, and a bell that was heard on this day with nothing on record to tell."""
    house.meet(UNIT, UNIT | {"owner": "浙江省", "email": "unit@v.example"})
    house.escalate(on)
    house.take_in(*rows)


def ring(house: House, first: date, last: date) -> None:
    for day in days(first, last):
        house.escalate(day)


def test_a_month_takes_ninety_days_a_week_thirty_and_each_comes_once(house: House) -> None:
    begun(house, of(1), on=date(2028, 5, 31))
    ring(house, date(2028, 6, 1), date(2028, 9, 15))

    assert listed(house) == [
        *((date(2028, 7, 3), "2028-07"), (date(2028, 8, 1), "2028-08")),  # on 1 June the safe day is 98 days ahead
        *((date(2028, 8, 14), "2028-W33"), (date(2028, 8, 21), "2028-W34"), (date(2028, 8, 28), "2028-W35")),
        *((date(2028, 9, 1), "2028-09"), (date(2028, 9, 4), "2028-W36"), (date(2028, 9, 11), "2028-W37")),
    ]


def test_a_second_look_on_a_day_plans_nothing(house: House) -> None:
    begun(house, of(1), on=SAFE - 40 * DAY)
    monday = date(2028, 8, 14)
    assert [house.escalate(monday).planned for _ in range(2)] == [1, 0]
    assert [house.escalate(monday + offset * DAY).planned for offset in (1, 6, 7)] == [0, 0, 1]


def test_a_row_that_comes_near_within_a_week_waits_for_the_units_own_weekday(house: House) -> None:
    begun(house, of(1), on=date(2028, 8, 7))
    ring(house, date(2028, 8, 8), date(2028, 8, 14))

    assert listed(house) == [(date(2028, 8, 14), "2028-W33")]


def test_a_scheduler_that_was_down_on_monday_sends_the_weeks_list_on_the_first_day_up(house: House) -> None:
    begun(house, of(1), on=date(2028, 8, 11))
    ring(house, date(2028, 8, 16), date(2028, 8, 20))

    assert listed(house) == [(date(2028, 8, 16), "2028-W33")]


def test_one_that_was_down_for_the_first_of_the_month_sends_the_wider_list_alone(house: House) -> None:
    begun(house, of(1), on=date(2028, 7, 28))
    ring(house, date(2028, 8, 15), date(2028, 8, 18))

    assert listed(house) == [(date(2028, 8, 15), "2028-08")]


def test_a_monday_that_rests_gives_way_to_the_next_working_day(house: House) -> None:
    """Tomb-sweeping Day of 2026 rests until Monday 6 April."""
    printed = of(1, listed_on="", valid_through="2026-07-21")  # safe until 2026-04-20
    begun(house, printed, on=date(2026, 4, 3))
    ring(house, date(2026, 4, 4), date(2026, 4, 13))

    assert listed(house) == [(date(2026, 4, 7), "2026-W15"), (date(2026, 4, 13), "2026-W16")]


def test_where_lapse_threatens_every_working_day_has_a_list_until_it_is_done(house: House) -> None:
    begun(house, of(1), of(2, valid_through="2029-06-30", listed_on=""), on=LAPSE_AFTER - 31 * DAY)
    ring(house, date(2028, 11, 11), date(2028, 11, 17))
    house.record(EventType.REVIEW_APPLIED, date(2028, 11, 17))
    ring(house, date(2028, 11, 18), date(2028, 11, 22))

    assert listed(house) == [
        *((date(2028, 11, 13), "2028-W46"), (date(2028, 11, 14), "2028-11-14"), (date(2028, 11, 15), "2028-11-15")),
        *((date(2028, 11, 16), "2028-11-16"), (date(2028, 11, 17), "2028-11-17")),
        (date(2028, 11, 20), "2028-W47"),  # the end of validity itself, which the result is awaited for
    ]


def claim(house: House, on: date) -> None:
    """The enterprise answers from its newest letter that it has filed."""
    house.clock.now = datetime.combine(on, datetime.min.time(), UTC) + timedelta(hours=1)
    [letter, *_] = [letter for letter in house.sent(on) if letter.to == "handler@e1.example"]
    link = next(word for word in letter.text.split() if "/answer/" in word)
    answers.answer(house.desk, link.rpartition("/")[2], Answer.FILED, {"on": str(on)}, on)


def daily(house: House, on: date) -> bool:
    before = len(listed(house))
    house.escalate(on)
    return len(listed(house)) > before


def test_a_claim_that_nobody_confirmed_does_not_end_the_daily_list_nor_one_that_was_reopened(house: House) -> None:
    begun(house, of(1), on=date(2028, 11, 10))
    house.escalate(date(2028, 11, 13))
    claim(house, date(2028, 11, 14))
    assert daily(house, date(2028, 11, 15))
    answers.decide(house.desk, EVERYTHING, 1, OPS, date(2028, 11, 15), confirmed=False)
    assert daily(house, date(2028, 11, 16))


def test_a_claim_that_was_confirmed_ends_the_daily_list(house: House) -> None:
    begun(house, of(1), on=date(2028, 11, 10))
    house.escalate(date(2028, 11, 13))
    claim(house, date(2028, 11, 14))
    answers.decide(house.desk, EVERYTHING, 1, OPS, date(2028, 11, 14), confirmed=True)
    assert not daily(house, date(2028, 11, 15))


def test_each_unit_has_its_own_weekday(house: House) -> None:
    begun(house, of(1), of(2, "浙江省"), on=date(2028, 8, 11))
    units.set_list_day(house.desk, "浙江省", 3, None)
    ring(house, date(2028, 8, 14), date(2028, 8, 18))

    assert listed(house) == [(date(2028, 8, 14), "2028-W33"), (date(2028, 8, 17), "2028-W33")]


def test_a_weekday_that_is_changed_within_a_week_gives_no_second_list(house: House) -> None:
    begun(house, of(1), on=date(2028, 8, 11))
    house.escalate(date(2028, 8, 14))
    units.set_list_day(house.desk, "江苏省", 3, None)
    ring(house, date(2028, 8, 15), date(2028, 8, 24))

    assert listed(house) == [(date(2028, 8, 14), "2028-W33"), (date(2028, 8, 24), "2028-W34")]


def test_a_list_waits_for_the_units_hour(house: House) -> None:
    begun(house, of(1), of(2, "浙江省"), on=date(2028, 8, 11))
    units.set_list_day(house.desk, "浙江省", None, 14)
    monday = date(2028, 8, 14)
    clock = SetClock(monday)  # 08:30 in Shanghai
    house.clock.now = clock()
    house.escalate(monday)
    house.deliver(monday)
    assert [letter.to for letter in house.letters()] == ["unit@u.example"]

    house.clock.step(hours=5, minutes=29)
    house.deliver(monday)
    assert house.letters() == []
    house.clock.step(minutes=1)
    house.deliver(monday)
    assert [letter.to for letter in house.letters()] == ["unit@v.example"]


def test_a_list_that_is_asked_for_by_hand_waits_for_no_hour(house: House) -> None:
    begun(house, of(1), on=date(2028, 8, 11))
    house.clock.now = datetime(2028, 8, 13, 19, 0, tzinfo=UTC)  # 03:00 in Shanghai
    escalate(house.desk, date(2028, 8, 14), at_once=True)
    assert house.deliver(date(2028, 8, 14)) == {"sent": 1}


def test_a_dry_run_plans_nothing_and_is_no_bell_that_was_heard(house: House) -> None:
    begun(house, of(1), on=date(2028, 8, 11))
    monday = date(2028, 8, 14)
    assert escalate(house.desk, monday, dry_run=True).units == 1
    assert (listed(house), house.rows(delivery)) == ([], [])
    house.escalate(monday + DAY)
    assert listed(house) == [(monday + DAY, "2028-W33")]
