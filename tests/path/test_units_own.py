"""What a unit sets, owes and is asked for, and a year's round: from the record to the right people's mail."""

from dataclasses import replace
from datetime import date, timedelta

from service.domain.certification import Level
from service.domain.lifecycle import Event, EventType
from service.domain.obligation import Kind
from service.domain.rounds import Round
from service.domain.unit_rules import UnitRule
from service.flows import close, contacts, escalate, intake, rounds, units
from service.store.rules import Act
from service.store.tables import delivery
from tests.house import EXCELLENCE, House, Received
from tests.workbooks import matters

TODAY = date(2026, 4, 15)
SET = UnitRule(date(2026, 1, 1), 12, 3, True, None, "演示〔2026〕1号")
REPORTING = UnitRule(date(2026, 1, 1), annual_report=(12, 18), basis="演示〔2026〕2号")
ROUND = Round(2026, Level.EXCELLENCE, "演示通知", date(2026, 5, 6), date(2026, 6, 18), date(2026, 7, 10))
ENTERPRISE, UNIT, UNITS_DIRECTOR = "handler@a.example", "handler@u.example", "director@u.example"
ADVANCED = EXCELLENCE | {"level": "advanced", "listed_on": "2026-04-01"}


def take_in(house: House, *rows: dict[str, str], today: date = TODAY) -> None:
    assert intake.import_sheet(house.desk, house.sheet(*rows), today, "test").errors == []


def meet_unit(house: House, name: str = "江苏省") -> None:
    """A handler and a director of a unit."""
    person = {"owner_kind": "unit", "owner": name}
    house.meet(
        person | {"name": "联络员（演示）", "email": UNIT},
        person | {"name": "处长（演示）", "email": UNITS_DIRECTOR, "role": "director"},
    )


def set_rule(house: House, rule: UnitRule, today: date = TODAY) -> None:
    units.set_rule(house.desk, "江苏省", rule, "test", today)


def done(house: House, kind: Kind, occurrence: str, on: date, today: date) -> None:
    units.record_done(house.desk, Act(1, kind, occurrence, on), "", "test", today)


def add_round(house: House, today: date = date(2026, 5, 8)) -> None:
    rounds.add(house.desk, ROUND, "test", today)


def delivered(house: House, today: date) -> list[Received]:
    """Deliver without a scan, and what that carried."""
    house.deliver(today)
    return house.letters()


def listed(house: House, today: date) -> set[str]:
    """The kinds of the rows on the unit's list, as the workbook names them, beside the heading."""
    return {str(cell) for row in matters(escalate.workbook(house.desk, "江苏省", today)) for cell in row.values()}


def on_days(house: House, first: date, last: date) -> dict[date, set[str]]:
    """Who gets letters on which day, scanning daily."""
    every = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return {day: told for day in every if (told := {letter.to for letter in house.sent(day)})}


def test_a_units_rule_reminds_the_enterprise_and_a_changed_one_updates_the_same_invitation(house: House) -> None:
    """Listed on 2026-04-01 for 12 months: review by 2027-01-01, so the last working day before it."""
    take_in(house, ADVANCED)
    assert house.sent(date(2026, 12, 1)) == []
    set_rule(house, SET, date(2026, 12, 1))
    [first] = house.sent(date(2026, 12, 1))
    assert (first.to, first.invite[0], first.invite[1]) == (ENTERPRISE, "REQUEST", 0)
    assert "演示〔2026〕1号" in first.text

    set_rule(house, replace(SET, validity_months=13, basis="演示〔2026〕3号"), date(2026, 12, 1))
    [moved] = house.sent(date(2026, 12, 1))
    assert (moved.uid, moved.invite[1]) == (first.uid, 1)
    assert moved.invite[2] > first.invite[2]

    set_rule(house, UnitRule(SET.effective_on, basis="误录"), date(2026, 12, 2))
    [cancelled] = delivered(house, date(2026, 12, 2))
    assert (cancelled.uid, cancelled.invite[:2]) == (first.uid, ("CANCEL", 2))
    assert house.sent(date(2027, 1, 15)) == []


def test_a_dry_run_of_a_rule_reaches_nobody(house: House) -> None:
    take_in(house, ADVANCED)
    units.set_rule(house.desk, "江苏省", SET, "test", TODAY, dry_run=True)
    assert house.sent(date(2026, 12, 30)) == []


def test_the_unit_alone_is_reminded_of_its_list_until_it_is_recorded_as_reported(house: House) -> None:
    """The 20th working day after 2026-04-01 is 2026-04-30: Qingming rests on the 6th, and no weekend is worked."""
    take_in(house, ADVANCED)
    meet_unit(house)
    letters = house.sent(date(2026, 4, 15))
    assert {letter.to for letter in letters} == {UNIT, UNITS_DIRECTOR}
    assert {letter.invite for letter in letters} == {("REQUEST", 0, date(2026, 4, 30))}

    done(house, Kind.LIST_REPORT, "2026-04-01", date(2026, 4, 20), date(2026, 4, 21))
    ended = delivered(house, date(2026, 4, 21))
    assert {(letter.to, letter.invite[0]) for letter in ended} == {(UNIT, "CANCEL"), (UNITS_DIRECTOR, "CANCEL")}
    assert on_days(house, date(2026, 4, 22), date(2026, 5, 31)) == {}


def test_a_list_that_nobody_recorded_as_reported_is_chased_week_by_week_and_on_the_units_list(house: House) -> None:
    take_in(house, ADVANCED)
    meet_unit(house)
    told = on_days(house, date(2026, 4, 29), date(2026, 5, 31))
    assert list(told) == [date(2026, 4, 29), date(2026, 4, 30), *(date(2026, 5, day) for day in (7, 14, 21, 28))]
    assert all(people == {UNIT, UNITS_DIRECTOR} for people in told.values())
    assert "名单报送" in " ".join(listed(house, date(2026, 5, 31)))


def test_a_struck_out_list_calls_off_the_units_appointment(house: House) -> None:
    take_in(house, ADVANCED)
    meet_unit(house)
    house.sent(TODAY)
    struck = Event(EventType.CORRECTED, TODAY, details={"field": "event", "value": "1"})
    close.record(house.desk, house.certification(), struck, "test", "", TODAY)
    assert {letter.invite[0] for letter in delivered(house, TODAY)} == {"CANCEL"}


def test_the_yearly_report_is_told_to_the_unit_and_stands_on_its_list(house: House) -> None:
    set_rule(house, REPORTING)
    meet_unit(house)
    assert house.sent(date(2026, 6, 20)) != []
    house.letters()
    told = on_days(house, date(2026, 6, 21), date(2026, 12, 18))
    assert list(told) == [
        *(date(2026, 9, 18), date(2026, 10, 19), date(2026, 11, 18), date(2026, 12, 3)),
        *(date(2026, 12, 11), date(2026, 12, 15), date(2026, 12, 17), date(2026, 12, 18)),
    ]
    assert told[date(2026, 9, 18)] == {UNIT}
    assert told[date(2026, 12, 18)] == {UNIT, UNITS_DIRECTOR}
    assert "年度报送" in " ".join(listed(house, date(2026, 12, 1)))
    house.escalate(date(2026, 12, 1))
    assert [letter.to for letter in delivered(house, date(2026, 12, 1))] == [UNIT]


def test_a_central_groups_letter_speaks_of_its_copy_and_goes_to_nobody_else(house: House) -> None:
    contacts.add_group(house.desk, "演示集团")
    take_in(house, ADVANCED | {"recommending_unit": "演示集团"})
    meet_unit(house, "演示集团")
    letters = house.sent(date(2026, 4, 15))
    assert {letter.to for letter in letters} == {UNIT, UNITS_DIRECTOR}
    assert all("国资委" in letter.text for letter in letters)
    assert {row.channel for row in house.rows(delivery)} == {"email"}


def test_a_round_is_told_to_those_who_may_apply_and_to_the_unit_and_to_nobody_once_it_is_over(house: House) -> None:
    take_in(house, ADVANCED, EXCELLENCE | {"enterprise": "乙方演示有限公司", "contact_email": "handler@b.example"})
    meet_unit(house)
    done(house, Kind.LIST_REPORT, "2026-04-01", TODAY, TODAY)
    add_round(house)
    told = on_days(house, date(2026, 5, 8), date(2026, 8, 31))
    enterprise = [day for day, people in told.items() if ENTERPRISE in people]
    assert enterprise == [date(2026, 5, 19), *(date(2026, 6, day) for day in (3, 11, 17, 18))]
    assert not any("handler@b.example" in people for people in told.values())
    recommending = [day for day, people in told.items() if UNIT in people]
    assert recommending == [
        *(date(2026, 5, 11), date(2026, 6, 10), date(2026, 6, 25)),
        *(date(2026, 7, 3), date(2026, 7, 9), date(2026, 7, 10)),
    ]
    assert "cancellation" not in {row.purpose for row in house.rows(delivery)}


def test_an_enterprises_application_is_never_on_the_units_list_and_the_units_own_is(house: House) -> None:
    take_in(house, ADVANCED)
    meet_unit(house)
    done(house, Kind.LIST_REPORT, "2026-04-01", TODAY, TODAY)
    add_round(house)
    assert "甲方演示有限公司" not in listed(house, date(2026, 6, 12))
    assert house.escalate(date(2026, 4, 10)).units == 0
    assert house.escalate(date(2026, 6, 10)).units == 1


def test_a_listing_above_calls_off_the_application_that_was_told(house: House) -> None:
    take_in(house, ADVANCED)
    add_round(house)
    [told] = house.sent(date(2026, 6, 3))
    assert told.invite == ("REQUEST", 0, date(2026, 6, 18))
    take_in(house, EXCELLENCE | {"listed_on": "2026-06-05"}, today=date(2026, 6, 5))
    [called_off] = delivered(house, date(2026, 6, 5))
    assert (called_off.uid, called_off.invite[:2]) == (told.uid, ("CANCEL", 1))


def test_a_new_contact_hears_nothing_of_a_round_that_is_over(house: House) -> None:
    take_in(house, ADVANCED)
    add_round(house)
    house.sent(date(2026, 6, 17))
    house.sent(date(2026, 6, 19))
    take_in(house, ADVANCED | {"contact_email": "new@a.example"}, today=date(2026, 6, 22))
    assert house.sent(date(2026, 6, 22)) == []
