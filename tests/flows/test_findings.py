"""What is found, whose it is to mend, and that doing what it says mends it."""

from datetime import date

import pytest
from sqlalchemy import update

from service.domain.certification import Level
from service.domain.findings import Code, Finding, Whose
from service.domain.lifecycle import Event, EventType
from service.domain.obligation import Kind, Subject, SubjectKind
from service.domain.rounds import Round
from service.domain.unit_rules import UnitRule
from service.flows import close, override, rounds, units
from service.flows.desk import moment
from service.flows.findings import find
from service.flows.holders import unit_named
from service.flows.override import Which
from service.store.tables import contact, obligation
from tests.house import DIRECTOR, EXCELLENCE, TODAY, USCC_A, USCC_B, House

UNIT = EXCELLENCE["recommending_unit"]
OFFICER = {"owner_kind": "unit", "owner": UNIT, "name": "联络员（演示）", "email": "officer@u.example"}
HANDLER = {"owner_kind": "enterprise", "owner": EXCELLENCE["enterprise"], "name": "新经办人", "email": "new@a.example"}
ALONE = {**EXCELLENCE, "contact_name": "", "contact_email": ""}
ADVANCED = {**EXCELLENCE, "level": "advanced"}
PIONEER = {**EXCELLENCE, "level": "pioneer", "listed_on": "", "cultivation_from": "2025-11-24"}
IN_2026 = date(2026, 3, 2)
REVIEW = Which(Subject(SubjectKind.CERTIFICATION, 1), Kind.REVIEW_APPLICATION)


def found(house: House, code: Code, today: date = TODAY, whose: Whose | int = Whose.ANYONE) -> list[Finding]:
    return [finding for of_code in find(house.desk, today, whose, code) for finding in of_code.shown]


def codes(house: House, today: date = TODAY, whose: Whose | int = Whose.ANYONE) -> set[Code]:
    return {of_code.code for of_code in find(house.desk, today, whose)}


def set_rule(house: House, **says: int | tuple[int, int]) -> None:
    """A rule of the unit, in force from the day of the regulation."""
    rule = UnitRule(date(2025, 12, 9), basis="演示文件", **says)  # type: ignore[arg-type]
    units.set_rule(house.desk, UNIT, rule, "test", TODAY)


def test_a_house_in_order_has_no_findings(house: House) -> None:
    house.take_in({**EXCELLENCE, "uscc": USCC_A, "listed_on": "", "valid_through": "2026-12-08"})
    house.meet(OFFICER)
    set_rule(house, annual_report=(12, 20))

    assert codes(house, date(2026, 3, 2)) <= {Code.YEAR_NOT_ANNOUNCED}


def test_an_enterprise_without_an_address_is_for_its_unit_to_mend(house: House) -> None:
    house.take_in(ALONE)
    house.meet(OFFICER)
    [finding] = found(house, Code.NO_ADDRESS)

    assert (finding.owner, finding.unit, finding.enterprise) == (UNIT, UNIT, EXCELLENCE["enterprise"])
    assert (finding.certification, finding.count) == (1, 2)
    assert "2028-09-07" in finding.message
    house.meet(HANDLER)
    assert found(house, Code.NO_ADDRESS) == []


def test_where_there_is_no_unit_to_ask_it_is_for_ops_to_mend(house: House) -> None:
    house.take_in({**ALONE, "recommending_unit": ""})

    assert [(each.owner, each.unit) for each in found(house, Code.NO_ADDRESS)] == [("ops", None)]


def test_an_enterprise_with_several_factories_is_one_finding(house: House) -> None:
    house.take_in(ALONE, {**ALONE, "factory": "另一工厂"})

    [finding] = [each for each in found(house, Code.NO_ADDRESS) if each.enterprise]
    assert (finding.certification, finding.count) == (None, 4)


def test_a_unit_without_an_address_is_for_ops_to_mend(house: House) -> None:
    house.take_in(EXCELLENCE)
    [finding] = found(house, Code.NO_ADDRESS)

    assert (finding.owner, finding.unit, finding.enterprise) == ("ops", UNIT, None)
    house.meet(OFFICER)
    assert found(house, Code.NO_ADDRESS) == []


def test_an_address_that_is_held_back_is_found_until_another_of_its_role_works(house: House) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)
    house.meet(OFFICER)
    with house.engine.begin() as connection:
        held = update(contact).where(contact.c.address.in_([EXCELLENCE["contact_email"], OFFICER["email"]]))
        connection.execute(held.values(working=False))

    assert [(each.owner, each.unit, each.count) for each in found(house, Code.ADDRESS_HELD_BACK)] == [
        (UNIT, UNIT, 1),
        ("ops", UNIT, 1),
    ]
    house.meet(HANDLER, {**OFFICER, "email": "other@u.example"})
    assert found(house, Code.ADDRESS_HELD_BACK) == []


def test_the_validity_that_a_unit_has_not_set_is_one_finding_for_all_that_it_listed(house: House) -> None:
    house.take_in(
        ADVANCED, {**ADVANCED, "factory": "另一工厂"}, {**ADVANCED, "factory": "印明", "valid_through": "2030-01-01"}
    )
    [finding] = found(house, Code.VALIDITY_NOT_SET)

    assert (finding.owner, finding.count, finding.certification) == (UNIT, 2, None)
    set_rule(house, validity_months=36)
    assert found(house, Code.VALIDITY_NOT_SET) == []


def test_a_validity_without_a_period_for_its_review_is_found(house: House) -> None:
    house.take_in({**ADVANCED, "listed_on": str(IN_2026)})
    set_rule(house, validity_months=36)
    [finding] = found(house, Code.REVIEW_NOT_SET)

    assert (finding.owner, finding.count, finding.certification) == (UNIT, 1, 1)
    units.set_rule(house.desk, UNIT, UnitRule(IN_2026, review_months_before=3, basis="演示"), "test", TODAY)
    assert found(house, Code.REVIEW_NOT_SET) == []
    units.set_rule(house.desk, UNIT, UnitRule(IN_2026, basis="撤销（演示）"), "test", TODAY)
    assert len(found(house, Code.REVIEW_NOT_SET)) == 1


def test_an_advanced_factory_that_was_cancelled_needs_no_validity(house: House) -> None:
    house.take_in(ADVANCED)
    house.record(EventType.CANCELLED, TODAY, cause="violation")

    assert found(house, Code.VALIDITY_NOT_SET) == []


def test_a_unit_that_has_set_no_day_for_its_yearly_report_is_found_once(house: House) -> None:
    house.meet(OFFICER)
    assert found(house, Code.ANNUAL_REPORT_NOT_SET) == []  # it has recommended nobody yet
    house.take_in(EXCELLENCE, {**EXCELLENCE, "factory": "另一工厂"})

    assert [(each.owner, each.unit) for each in found(house, Code.ANNUAL_REPORT_NOT_SET)] == [(UNIT, UNIT)]
    set_rule(house, annual_report=(12, 20))
    assert found(house, Code.ANNUAL_REPORT_NOT_SET) == []
    set_rule(house)  # takes it back
    assert len(found(house, Code.ANNUAL_REPORT_NOT_SET)) == 1


def test_a_cultivation_without_an_end_is_found_until_one_is_recorded(house: House) -> None:
    house.take_in(PIONEER)

    assert [(each.owner, each.certification) for each in found(house, Code.CULTIVATION_END_UNKNOWN)] == [("ops", 1)]
    house.record(EventType.CORRECTED, TODAY, field="cultivation_months", value="24")
    assert found(house, Code.CULTIVATION_END_UNKNOWN) == []


@pytest.mark.parametrize("happened", [EventType.ACCEPTANCE_APPLIED, EventType.CANCELLED])
def test_a_cultivation_that_is_applied_for_or_cancelled_needs_no_end(house: House, happened: EventType) -> None:
    house.take_in(PIONEER)
    house.record(happened, TODAY, cause="violation")

    assert found(house, Code.CULTIVATION_END_UNKNOWN) == []


def follow(house: House, command: str) -> None:
    """Record what the commands of a finding say, with a day for DATE."""
    for part in command.replace("DATE", "2028-07-03").split(" && "):
        _duban, _event, of, type, *options = part.split()
        given = dict(zip(options[::2], options[1::2], strict=True))
        set_ = [value.split("=") for name, value in zip(options[::2], options[1::2], strict=True) if name == "--set"]
        until = date.fromisoformat(given["--until"]) if "--until" in given else None
        event = Event(EventType(type), date.fromisoformat(given["--on"]), until, dict(set_))
        close.record(house.desk, house.certification(of), event, "test", "", TODAY)


@pytest.mark.parametrize(
    ("asked", "answered", "kind"),
    [
        (EventType.INQUIRY_RECEIVED, EventType.INQUIRY_ANSWERED, Kind.INQUIRY_REPLY),
        (EventType.RECTIFICATION_ORDERED, EventType.RECTIFIED, Kind.RECTIFICATION),
    ],
)
def test_what_was_asked_for_without_a_day_is_found_and_each_gets_its_own_by_the_command_that_is_told(
    house: House, asked: EventType, answered: EventType, kind: Kind
) -> None:
    house.take_in(EXCELLENCE)
    for day in (date(2028, 5, 8), date(2028, 5, 15), date(2028, 5, 22)):
        house.record(asked, day)
    assert [(each.owner, each.kind) for each in found(house, Code.REPLY_DAY_UNKNOWN)] == [(UNIT, kind)] * 3

    house.record(answered, TODAY, **{"received_on" if kind is Kind.INQUIRY_REPLY else "ordered_on": "2028-05-22"})
    for left in (1, 0):
        first = found(house, Code.REPLY_DAY_UNKNOWN)[0]
        follow(house, "duban event" + first.message.partition("duban event")[2])
        assert len(found(house, Code.REPLY_DAY_UNKNOWN)) == left

    dates = {row.occurrence: row.due_on for row in house.rows(obligation) if row.kind == kind}
    assert dates == {"2028-05-08": date(2028, 7, 3), "2028-05-15": date(2028, 7, 3)}


def test_what_was_asked_of_a_factory_that_was_cancelled_waits_for_no_day(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.record(EventType.INQUIRY_RECEIVED, date(2028, 5, 8))
    house.record(EventType.CANCELLED, TODAY, cause="no_reply")

    assert found(house, Code.REPLY_DAY_UNKNOWN) == []


def test_a_validity_that_is_presumed_lapsed_is_found_once_reminders_have_ended(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan(date(2028, 12, 8))
    assert found(house, Code.LAPSED_UNDECIDED, date(2028, 12, 12)) == []

    house.scan(date(2028, 12, 12))
    [finding] = found(house, Code.LAPSED_UNDECIDED, date(2028, 12, 12))
    assert (finding.owner, finding.certification, finding.kind) == (UNIT, 1, Kind.REVIEW_APPLICATION)
    assert "取消" not in finding.message.partition("duban")[0].partition("/")[0]
    assert not codes(house, date(2028, 12, 12)) & {Code.PLAN_FINISHED, Code.RESULT_AWAITED}

    house.record(EventType.CANCELLED, date(2028, 12, 20), cause="lapse")
    assert found(house, Code.LAPSED_UNDECIDED, date(2028, 12, 21)) == []


def test_an_application_without_a_result_is_found_once_the_period_is_over(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.record(EventType.REVIEW_APPLIED, date(2028, 8, 1))
    assert found(house, Code.RESULT_AWAITED, date(2028, 12, 9)) == []

    [finding] = found(house, Code.RESULT_AWAITED, date(2028, 12, 10))
    assert (finding.owner, finding.kind) == (UNIT, Kind.VALIDITY_END)
    assert "review_passed" in finding.message
    house.record(EventType.REVIEW_PASSED, date(2028, 12, 11))
    assert found(house, Code.RESULT_AWAITED, date(2028, 12, 12)) == []


def test_a_matter_whose_reminders_have_ended_is_found_until_it_is_done(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.record(EventType.CHANGED, date(2026, 1, 5))
    house.scan(TODAY)

    [finding] = found(house, Code.PLAN_FINISHED)
    assert (finding.owner, finding.kind, finding.certification) == (UNIT, Kind.MAJOR_CHANGE_FILING, 1)
    house.record(EventType.CHANGE_FILED, TODAY)
    assert found(house, Code.PLAN_FINISHED) == []


def test_a_units_own_duty_whose_reminders_have_ended_is_its_own_to_mend(house: House) -> None:
    house.take_in({**ADVANCED, "listed_on": "2026-01-05"})
    house.scan(TODAY)

    [finding] = found(house, Code.PLAN_FINISHED)
    assert (finding.owner, finding.kind, finding.certification) == (UNIT, Kind.LIST_REPORT, None)
    assert "list_report 2026-01-05" in finding.message


def test_nobody_is_asked_why_a_factory_did_not_apply_in_a_round(house: House) -> None:
    house.take_in(ADVANCED)
    notice = Round(2028, Level.EXCELLENCE, "演示通知", date(2028, 3, 1), date(2028, 6, 1), date(2028, 6, 8))
    rounds.add(house.desk, notice, "test", date(2028, 3, 1))
    house.scan(date(2028, 6, 1))

    assert {each.kind for each in found(house, Code.PLAN_FINISHED, date(2028, 6, 1))} == {Kind.LIST_REPORT}


def test_a_certification_without_a_unit_is_found_until_one_is_imported(house: House) -> None:
    house.take_in({**EXCELLENCE, "recommending_unit": ""})

    assert [(each.owner, each.certification) for each in found(house, Code.UNIT_MISSING)] == [("ops", 1)]
    house.take_in(EXCELLENCE)
    assert found(house, Code.UNIT_MISSING) == []


def test_an_enterprise_known_by_its_name_is_found_until_its_code_is_imported(house: House) -> None:
    house.take_in(EXCELLENCE, {**EXCELLENCE, "factory": "另一工厂"})

    assert [(each.owner, each.count) for each in found(house, Code.UNIDENTIFIED)] == [("ops", 2)]
    house.take_in({**EXCELLENCE, "uscc": USCC_A})
    assert found(house, Code.UNIDENTIFIED) == []


def test_what_is_only_proposed_or_ended_is_nobodys_to_mend(house: House) -> None:
    proposed = {**ALONE, "recommending_unit": "", "listed_on": "", "status": "公示"}
    house.take_in(proposed, {**ALONE, "recommending_unit": "", "factory": "另一工厂"})
    house.record(EventType.CANCELLED, TODAY, of="2", cause="violation")
    house.scan(date(2031, 6, 10))  # the ban is over and was told
    opened = {row.kind for row in house.rows(obligation) if not row.closed}

    assert opened == {"reapplication_opens"}
    assert found(house, Code.PLAN_FINISHED, date(2031, 6, 11)) == []
    assert codes(house, date(2031, 6, 11)) <= {Code.YEAR_NOT_ANNOUNCED}


def test_a_namesake_with_a_code_is_found_instead_of_a_missing_code(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.take_in({**ALONE, "uscc": USCC_A, "factory": "甲"}, {**ALONE, "uscc": USCC_B, "factory": "乙"})

    assert found(house, Code.UNIDENTIFIED) == []
    assert [(each.owner, each.certification) for each in found(house, Code.POSSIBLY_SAME)] == [("ops", 1)]
    house.record(EventType.CORRECTED, TODAY, field="event", value="1")
    assert found(house, Code.POSSIBLY_SAME) == []


def test_an_event_dated_after_today_is_found_until_its_day_or_until_it_is_taken_back(house: House) -> None:
    house.take_in(EXCELLENCE)
    recorded = house.record(EventType.CHANGED, date(2028, 7, 3))
    [finding] = found(house, Code.DATE_AHEAD)

    assert (finding.owner, finding.certification, finding.count) == ("ops", 1, 1)
    assert f"{recorded.number} changed 2028-07-03" in finding.message
    assert found(house, Code.DATE_AHEAD, date(2028, 7, 3)) == []
    house.record(EventType.CORRECTED, TODAY, field="event", value=str(recorded.number))
    assert found(house, Code.DATE_AHEAD) == []


def test_a_day_corrected_to_one_after_today_is_found_too(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.record(EventType.CORRECTED, TODAY, field="listed_on", value="2029-12-09")
    assert [each.count for each in found(house, Code.DATE_AHEAD)] == [1]

    house.record(EventType.CORRECTED, TODAY, field="listed_on", value="2025-12-09")
    assert found(house, Code.DATE_AHEAD) == []


def test_a_day_set_by_hand_is_found_with_reason_and_author_until_it_is_lifted(house: House) -> None:
    house.take_in(EXCELLENCE)
    override.set_days(house.desk, REVIEW, None, date(2028, 8, 1), "请联系 x@a.example", "cli:tester", TODAY)
    override.set_days(house.desk, REVIEW, None, date(2028, 8, 2), "来函 请联系 x@a.example", "cli:tester", TODAY)
    [finding] = found(house, Code.OVERRIDDEN)

    assert (finding.owner, finding.certification, finding.kind) == ("ops", 1, Kind.REVIEW_APPLICATION)
    assert "2028-08-02（cli:tester: 来函 请联系 …）" in finding.message
    override.lift(house.desk, REVIEW, "不再适用", "cli:tester", TODAY)
    assert found(house, Code.OVERRIDDEN) == []


def test_a_units_duty_set_by_hand_is_found_too(house: House) -> None:
    house.take_in({**ADVANCED, "listed_on": "2028-06-01"})
    duty = Which(Subject(SubjectKind.UNIT, 1), Kind.LIST_REPORT)
    override.set_days(house.desk, duty, None, date(2028, 6, 15), "演示", "cli:tester", TODAY)

    [finding] = found(house, Code.OVERRIDDEN)
    assert (finding.certification, finding.unit) == (None, UNIT)
    assert "--unit 江苏省 list_report" in finding.message.replace("'", "")


def test_dates_that_no_notice_has_settled_are_one_finding(house: House) -> None:
    settled = {**EXCELLENCE, "factory": "第三工厂", "listed_on": "", "valid_through": "2026-06-30"}
    house.take_in(EXCELLENCE, {**EXCELLENCE, "factory": "另一工厂"}, settled)

    assert [(each.owner, each.count) for each in found(house, Code.YEAR_NOT_ANNOUNCED)] == [("ops", 4)]


def test_an_open_matter_that_nothing_watches_is_a_fault_that_is_found(house: House) -> None:
    house.take_in(EXCELLENCE)
    with house.engine.begin() as connection:
        lost = update(obligation).where(obligation.c.kind == "validity_end")
        connection.execute(lost.values(check_on=None, idle=""))

    assert [(each.owner, each.kind) for each in found(house, Code.UNWATCHED)] == [("ops", Kind.VALIDITY_END)]


def test_a_unit_is_shown_what_is_its_own_to_mend_and_nothing_else(house: House) -> None:
    house.take_in(
        ALONE,
        {**ADVANCED, "factory": "先进"},
        {**ALONE, "enterprise": "乙方", "recommending_unit": "浙江省"},
        {**ALONE, "enterprise": "丙方", "recommending_unit": ""},
    )
    with moment(house.desk) as now:
        unit = unit_named(now.connection, UNIT).id

    def owners(whose: Whose | int) -> set[str | None]:
        return {each.owner for of_code in find(house.desk, TODAY, whose) for each in of_code.shown}

    assert owners(unit) == {UNIT}
    assert owners(Whose.UNIT) == {UNIT, "浙江省"}
    assert owners(Whose.OPS) == {"ops"}
    assert owners(Whose.ANYONE) == owners(Whose.UNIT) | owners(Whose.OPS)
    assert codes(house) == codes(house, whose=Whose.UNIT) | codes(house, whose=Whose.OPS)


def test_what_a_limit_leaves_out_is_added_up(house: House) -> None:
    house.take_in(*({**ALONE, "enterprise": f"第{n}演示", "listed_on": f"2025-12-{n:02d}"} for n in range(9, 14)))
    [of_code] = find(house.desk, TODAY, Whose.UNIT, Code.NO_ADDRESS, limit=2)

    assert (of_code.total, of_code.concerned) == (5, 10)
    assert [(each.enterprise, each.count) for each in of_code.shown] == [("第9演示", 2), ("第10演示", 2), (None, 6)]


def test_every_one_of_many_logs_is_judged(house: House) -> None:
    house.take_in(*({**PIONEER, "enterprise": f"第{n}演示"} for n in range(1100)))
    [of_code] = find(house.desk, TODAY, code=Code.CULTIVATION_END_UNKNOWN, limit=3)

    assert (of_code.total, of_code.concerned) == (1100, 1100)
    assert [each.certification for each in of_code.shown] == [1, 2, 3, None]


def test_no_finding_names_a_person_or_an_address(house: House) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR, {**ADVANCED, "factory": "先进"}, {**PIONEER, "factory": "培育"})
    house.meet(OFFICER)
    with house.engine.begin() as connection:
        connection.execute(update(contact).values(working=False))
    house.record(EventType.INQUIRY_RECEIVED, TODAY)
    house.scan(date(2029, 1, 15))
    text = str(list(find(house.desk, date(2029, 1, 15))))

    assert len(codes(house, date(2029, 1, 15))) > 8
    assert "@" not in text
    people = (EXCELLENCE["contact_name"], DIRECTOR["contact_name"], OFFICER["name"])
    assert not {name for name in people if name in text}
