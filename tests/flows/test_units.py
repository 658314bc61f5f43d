"""A unit's rule comes in, or what it has done: what follows from it follows at once, and nothing else moves."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from service.domain.certification import UnitKind
from service.domain.errors import RequestRefused
from service.domain.lifecycle import Event, EventType
from service.domain.obligation import Kind
from service.domain.unit_rules import UnitRule
from service.flows import close, contacts, intake, remind, units
from service.flows.desk import moment
from service.flows.duties import refresh_duties
from service.flows.recount import Told
from service.flows.refresh import Refreshed
from service.store import certifications, people
from service.store.certifications import Author
from service.store.rulebook import unit_act, unit_rule
from service.store.rules import Act
from service.store.tables import obligation, run, unit
from tests.house import EXCELLENCE, House

TODAY = date(2026, 4, 15)
SET = UnitRule(date(2026, 1, 1), 36, 3, True, None, "演示〔2026〕1号")
REPORTING = UnitRule(date(2026, 1, 1), annual_report=(12, 20), basis="演示〔2026〕2号")
LIST_REPORT, ANNUAL_REPORT = Kind.LIST_REPORT, Kind.ANNUAL_REPORT


def advanced(number: int = 1, listed_on: str = "2026-03-02", of: str = "江苏省", **stated: str) -> dict[str, str]:
    """An advanced factory of an enterprise of its own."""
    return EXCELLENCE | {
        **{"enterprise": f"第{number}演示有限公司", "level": "advanced", "recommending_unit": of},
        **{"listed_on": listed_on, "contact_email": f"h{number}@a.example"},
        **stated,
    }


def take_in(house: House, *rows: dict[str, str], today: date = TODAY) -> Any:
    return intake.import_sheet(house.desk, house.sheet(*rows), today, "test")


def set_rule(house: House, rule: UnitRule = SET, of: str = "江苏省", dry_run: bool = False) -> Told:
    return units.set_rule(house.desk, of, rule, "test", TODAY, dry_run=dry_run).told


def record(house: House, type: EventType, on: date, of: str = "1", until: date | None = None, **details: str) -> None:
    close.record(house.desk, house.certification(of), Event(type, on, until, details), "test", "", TODAY)


def done(
    house: House, kind: Kind, occurrence: str, on: date | None, today: date = TODAY, unit_id: int = 1
) -> Refreshed:
    return units.record_done(house.desk, Act(unit_id, kind, occurrence, on), "", "test", today)


def matters(house: House, unit_id: int | None = None) -> dict[tuple[str, str], tuple[date, str]]:
    """Statutory day, and what closed it, of each matter of certifications, or of a unit's own."""
    rows = [row for row in house.rows(obligation) if row.unit_id == unit_id]
    return {(row.kind, row.occurrence): (row.due_on, row.closed) for row in rows}


def lists(house: House, unit_id: int = 1) -> dict[str, str]:
    """What closed each report of a list; empty while it is open."""
    found = matters(house, unit_id)
    return {occurrence: closed for (kind, occurrence), (_, closed) in found.items() if kind == LIST_REPORT}


def test_a_rule_opens_the_review_and_the_end_of_what_was_listed_since(house: House) -> None:
    take_in(house, advanced(1), advanced(2, "2025-12-31"), advanced(3, of="浙江省"))
    assert matters(house) == {}

    assert set_rule(house) == Told(opened=2)
    assert matters(house) == {
        ("review_application", "0"): (date(2028, 12, 2), ""),
        ("validity_end", "0"): (date(2029, 3, 2), ""),
    }
    assert {row.certification_id for row in house.rows(obligation) if row.certification_id} == {1}
    [row] = house.rows(unit_rule)
    assert (row.unit_id, row.effective_on, row.validity_months, row.review_months_before, row.lapses) == (
        *(1, date(2026, 1, 1), 36, 3),
        True,
    )
    assert (row.annual_report, row.basis, row.author, row.recorded_at) == (
        *(None, "演示〔2026〕1号", "test"),
        house.clock.now,
    )
    assert (house.rows(run)[-1].job, house.rows(run)[-1].counts["opened"]) == ("unit_rule", 2)


def test_what_is_imported_after_the_rule_has_its_dates_at_once_and_no_finding(house: House) -> None:
    set_rule(house)
    taken = take_in(house, advanced(1), advanced(2, "2025-12-31"))

    assert {row.certification_id for row in house.rows(obligation) if row.certification_id} == {1}
    assert [(each.code, each.row) for each in taken.findings if each.code == "validity_not_set"] == [
        ("validity_not_set", 3)
    ]


def test_a_rule_may_come_before_anything_of_a_provincial_unit_is_on_record(house: House) -> None:
    with pytest.raises(RequestRefused, match="演示集团"):
        set_rule(house, of="演示集团")
    set_rule(house, of="江苏省工业和信息化厅")

    assert [(row.name, row.kind) for row in house.rows(unit)] == [("江苏省", UnitKind.PROVINCIAL)]
    take_in(house, advanced())
    assert len(house.rows(unit)) == 1


def test_a_shorter_validity_moves_what_was_counted_and_those_alone(house: House) -> None:
    take_in(house, advanced(1), advanced(2, "2026-04-01"), advanced(3, valid_through="2028-03-01"))
    set_rule(house)
    stood = house.rows(obligation)
    made = set_rule(house, replace(SET, effective_on=date(2026, 3, 15), validity_months=24))

    assert made == Told(moved=2)
    moved = {
        after.certification_id for before, after in zip(stood, house.rows(obligation), strict=True) if before != after
    }
    assert moved == {2}


def test_a_printed_end_stands_and_the_rule_says_when_its_review_is(house: House) -> None:
    take_in(house, advanced(valid_through="2028-03-01"))
    assert matters(house) == {("validity_end", "0"): (date(2028, 3, 1), "")}
    assert set_rule(house).opened == 1
    assert matters(house) == {
        ("review_application", "0"): (date(2027, 12, 1), ""),
        ("validity_end", "0"): (date(2028, 3, 1), ""),
    }


def test_the_same_rule_again_tells_nobody_anything(house: House) -> None:
    take_in(house, advanced())
    set_rule(house)
    stood = house.rows(obligation)
    assert set_rule(house) == Told()
    assert house.rows(obligation) == stood


def test_a_rule_taken_back_closes_what_it_opened(house: House) -> None:
    take_in(house, advanced())
    set_rule(house)
    assert set_rule(house, UnitRule(SET.effective_on, basis="误录")) == Told(closed=2)
    assert {closed for _, closed in matters(house).values()} == {"no_longer_applies"}

    assert set_rule(house, replace(SET, validity_months=24)) == Told(opened=2)
    assert matters(house)["validity_end", "0"] == (date(2028, 3, 2), "")


def test_a_dry_run_tells_the_same_and_stores_nothing(house: House) -> None:
    take_in(house, advanced())
    before = house.sizes()
    foretold = set_rule(house, replace(SET, annual_report=(12, 20)), dry_run=True)
    assert house.sizes() == before
    assert set_rule(house, replace(SET, annual_report=(12, 20))) == foretold == Told(opened=4)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (replace(SET, validity_months=0), "--validity-months"),
        (replace(SET, effective_on=date(1999, 1, 1)), "--from"),
        (replace(SET, basis=" "), "--basis"),
        (replace(SET, basis="一\n二"), "--basis"),
        (replace(SET, basis="文" * 201), "--basis"),
        (UnitRule(date(2026, 1, 1), basis="误录"), "--take-back"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_nothing_is_changed(house: House, rule: UnitRule, words: str) -> None:
    take_in(house, advanced())
    before = house.sizes()
    with pytest.raises(RequestRefused, match=words):
        set_rule(house, rule)
    assert house.sizes() == before


def test_a_rule_under_which_a_log_cannot_be_read_is_refused_with_the_certification(house: House) -> None:
    take_in(house, advanced(1), advanced(2, "2026-03-03"))
    record(house, EventType.CHANGED, date(2027, 6, 1), of="2")
    before, stood = house.sizes(), house.rows(obligation)
    with pytest.raises(RequestRefused, match="certification 2: 2027-06-01 is not within validity"):
        set_rule(house, replace(SET, validity_months=12))
    assert (house.sizes(), house.rows(obligation)) == (before, stood)


def test_a_rule_whose_dates_are_beyond_the_working_day_table_is_refused_with_the_certification(house: House) -> None:
    take_in(house, advanced(1), advanced(2, "2048-06-01"))
    before = house.sizes()
    with pytest.raises(RequestRefused, match=r"certification 2: .*2050"):
        set_rule(house)
    assert house.sizes() == before


def test_the_reports_of_this_year_and_the_next_are_opened_and_the_turn_of_the_year_opens_another(house: House) -> None:
    assert set_rule(house, REPORTING) == Told(opened=2)
    assert sorted(matters(house, 1)) == [(ANNUAL_REPORT, "2026"), (ANNUAL_REPORT, "2027")]

    remind.scan(house.desk, date(2026, 12, 31))
    assert len(matters(house, 1)) == 2
    remind.scan(house.desk, date(2027, 1, 1))
    assert matters(house, 1)[ANNUAL_REPORT, "2028"] == (date(2028, 12, 20), "")
    stood = house.rows(obligation)
    remind.scan(house.desk, date(2027, 1, 2))
    assert house.rows(obligation) == stood


def test_years_in_which_nothing_scanned_are_not_left_out(house: House) -> None:
    set_rule(house, REPORTING)
    remind.scan(house.desk, date(2030, 2, 1))
    assert [occurrence for _, occurrence in sorted(matters(house, 1))] == [
        "2026",
        "2027",
        "2028",
        "2029",
        "2030",
        "2031",
    ]


def test_a_report_that_was_looked_ahead_to_from_a_later_day_stays(house: House) -> None:
    set_rule(house, REPORTING)
    remind.scan(house.desk, date(2029, 2, 1))
    stood = matters(house, 1)
    done(house, ANNUAL_REPORT, "2026", TODAY)
    assert matters(house, 1) == stood | {(ANNUAL_REPORT, "2026"): (date(2026, 12, 20), "filed")}


def test_a_dry_scan_at_the_turn_of_the_year_opens_nothing(house: House) -> None:
    set_rule(house, REPORTING)
    stood = house.rows(obligation)
    remind.scan(house.desk, date(2027, 1, 1), dry_run=True)
    assert house.rows(obligation) == stood


def test_a_report_that_was_due_before_its_rule_was_recorded_is_open_until_it_is_recorded_as_done(house: House) -> None:
    late = date(2027, 6, 1)
    units.set_rule(house.desk, "江苏省", REPORTING, "test", late)
    assert matters(house, 1)[ANNUAL_REPORT, "2026"] == (date(2026, 12, 20), "")
    assert done(house, ANNUAL_REPORT, "2026", date(2026, 12, 18), late).closed == 1


def test_a_new_day_of_the_report_moves_the_years_to_which_it_applies(house: House) -> None:
    set_rule(house, REPORTING)
    done(house, ANNUAL_REPORT, "2026", TODAY)
    assert set_rule(house, replace(REPORTING, effective_on=date(2027, 1, 1), annual_report=(11, 30))) == Told(moved=1)
    assert matters(house, 1) == {
        (ANNUAL_REPORT, "2026"): (date(2026, 12, 20), "filed"),
        (ANNUAL_REPORT, "2027"): (date(2027, 11, 30), ""),
    }


def test_a_unit_whose_rule_was_taken_back_is_asked_for_no_further_report(house: House) -> None:
    set_rule(house, REPORTING)
    set_rule(house, UnitRule(REPORTING.effective_on, basis="误录"))
    remind.scan(house.desk, date(2027, 1, 1))
    assert {closed for _, closed in matters(house, 1).values()} == {"no_longer_applies"}


def test_each_day_on_which_a_unit_lists_is_reported_once(house: House) -> None:
    take_in(house, advanced(1), advanced(2), advanced(3, "2026-04-01"), advanced(4, "2025-12-08"))
    take_in(house, advanced(5, of="浙江省"), EXCELLENCE | {"listed_on": "2026-04-03"})
    assert lists(house) == {"2026-03-02": "", "2026-04-01": ""}
    assert lists(house, 2) == {"2026-03-02": ""}


def test_the_same_sheet_again_leaves_the_reports_as_they_are(house: House) -> None:
    take_in(house, advanced(1), advanced(2, "2026-04-01"))
    done(house, LIST_REPORT, "2026-03-02", date(2026, 3, 9))
    stood = house.rows(obligation)
    take_in(house, advanced(1), advanced(2, "2026-04-01"))
    assert house.rows(obligation) == stood


def test_a_listing_by_an_event_is_a_list_too(house: House) -> None:
    take_in(house, advanced(listed_on="", status="proposed"))
    assert lists(house) == {}
    record(house, EventType.LISTED, date(2026, 3, 2))
    assert lists(house) == {"2026-03-02": ""}


def test_a_corrected_day_moves_the_report_where_no_other_factory_was_listed_that_day(house: House) -> None:
    take_in(house, advanced(1), advanced(2))
    record(house, EventType.CORRECTED, TODAY, field="listed_on", value="2026-03-03")
    assert lists(house) == {"2026-03-02": "", "2026-03-03": ""}
    take_in(house, advanced(2, "2026-03-03"))
    assert lists(house) == {"2026-03-02": "no_longer_applies", "2026-03-03": ""}


def test_a_listing_that_is_struck_out_is_reported_no_more_and_comes_back_with_another(house: House) -> None:
    take_in(house, advanced())
    record(house, EventType.CORRECTED, TODAY, field="event", value="1")
    assert lists(house) == {"2026-03-02": "no_longer_applies"}
    record(house, EventType.LISTED, date(2026, 3, 2))
    assert lists(house) == {"2026-03-02": ""}


def test_a_cancelled_factory_was_on_the_list_all_the_same(house: House) -> None:
    take_in(house, advanced())
    record(house, EventType.CANCELLED, TODAY, cause="violation")
    assert lists(house) == {"2026-03-02": ""}


def test_a_factory_that_passes_to_another_unit_takes_its_list_with_it(house: House) -> None:
    set_rule(house)
    take_in(house, advanced(1), advanced(2, "2026-04-01"))
    take_in(house, advanced(1, of="浙江省"))
    assert lists(house) == {"2026-03-02": "no_longer_applies", "2026-04-01": ""}
    assert lists(house, 2) == {"2026-03-02": ""}
    open_now = {row.certification_id for row in house.rows(obligation) if row.certification_id and not row.closed}
    assert open_now == {2}  # the other unit has set no validity


def test_what_a_unit_has_done_is_closed_and_taken_back_it_is_open_again(house: House) -> None:
    take_in(house, advanced())
    made = units.record_done(
        house.desk, Act(1, LIST_REPORT, "2026-03-02", date(2026, 3, 9)), "系统外报送", "test", TODAY
    )
    assert (made.closed, lists(house)) == (1, {"2026-03-02": "filed"})
    [row] = house.rows(unit_act)
    assert (row.kind, row.about, row.on_day, row.note, row.author) == (
        *(LIST_REPORT, "2026-03-02", date(2026, 3, 9)),
        *("系统外报送", "test"),
    )
    done(house, LIST_REPORT, "2026-03-02", None)
    assert lists(house) == {"2026-03-02": ""}
    assert len(house.rows(unit_act)) == 2


@pytest.mark.parametrize(
    ("kind", "occurrence", "on", "words"),
    [
        (LIST_REPORT, "2026-03-03", date(2026, 3, 9), "open are: list_report 2026-03-02, annual_report 2026"),
        (Kind.ANNUAL_ROUND, "2026-excellence", TODAY, "has no annual_round 2026-excellence"),
        (LIST_REPORT, "2026-03-02", date(2026, 3, 1), "from 2026-03-02 to today, 2026-04-15: it cannot be 2026-03-01"),
        (LIST_REPORT, "2026-03-02", date(2026, 4, 16), "it cannot be 2026-04-16"),
        (ANNUAL_REPORT, "2027", date(2026, 4, 15), "from 2026-12-20 to today"),
        (ANNUAL_REPORT, "2026", date(2025, 12, 19), "from 2025-12-20 to today"),
        (LIST_REPORT, "2026-03-02", None, "not recorded as done"),
    ],
)
def test_what_a_unit_cannot_have_done_is_refused_and_nothing_is_stored(
    house: House, kind: Kind, occurrence: str, on: date | None, words: str
) -> None:
    take_in(house, advanced())
    set_rule(house, REPORTING)
    before = house.sizes()
    with pytest.raises(RequestRefused, match=words):
        done(house, kind, occurrence, on)
    assert house.sizes() == before


def test_a_duty_that_no_longer_applies_cannot_be_done(house: House) -> None:
    take_in(house, advanced())
    record(house, EventType.CORRECTED, TODAY, field="event", value="1")
    with pytest.raises(RequestRefused, match="has no list_report 2026-03-02"):
        done(house, LIST_REPORT, "2026-03-02", TODAY)


def test_a_unit_stands_with_its_rules_people_and_open_duties(house: House) -> None:
    contacts.add_group(house.desk, "演示集团")
    take_in(house, advanced(), advanced(2, "2026-04-01"))
    set_rule(house)
    set_rule(house, replace(REPORTING, effective_on=date(2027, 1, 1)))
    house.meet({"owner_kind": "unit", "owner": "江苏省", "name": "联络员（演示）", "email": "u@u.example"})
    done(house, LIST_REPORT, "2026-03-02", TODAY, unit_id=2)
    group, province = units.standings(house.desk, TODAY)

    assert (group.unit.name, group.unit.kind, group.contacts, list(group.rules)) == (
        *("演示集团", UnitKind.CENTRAL_GROUP),
        *(0, []),
    )
    assert (province.unit.name, province.contacts, len(province.rules)) == ("江苏省", 1, 2)
    assert (province.in_force.validity_months, province.in_force.annual_report) == (36, None)
    assert [each.obligation.occurrence for each in province.duties] == ["2026-04-01", "2027"]


def test_an_event_waits_for_the_one_that_is_opening_the_same_report_and_then_finds_it(house: House) -> None:
    take_in(house, *(advanced(number, "", status="proposed") for number in (1, 2)))
    listed = Event(EventType.LISTED, date(2026, 3, 2))
    with ThreadPoolExecutor(1) as pool:
        with moment(house.desk) as now:
            certifications.record(now.connection, [(1, listed)], Author("test", now.now))
            refresh_duties(now, [1], TODAY)
            second = pool.submit(record, house, EventType.LISTED, date(2026, 3, 2), "2")
            with pytest.raises(TimeoutError):
                second.result(0.5)  # long enough to come to the report, did it not wait
        second.result()
    assert lists(house) == {"2026-03-02": ""}


def test_an_event_and_an_import_of_one_unit_at_once_open_one_report(house: House) -> None:
    take_in(house, *(advanced(number, "", status="proposed") for number in range(1, 7)))
    rows = [advanced(number) for number in range(20, 40)] + [advanced(number) for number in range(4, 7)]
    with ThreadPoolExecutor(4) as pool:
        made = [pool.submit(record, house, EventType.LISTED, date(2026, 3, 2), str(id)) for id in range(1, 4)]
        made.append(pool.submit(take_in, house, *rows))
    assert [each.exception() for each in made] == [None] * 4
    assert lists(house) == {"2026-03-02": ""}


def test_a_rule_that_comes_in_while_an_event_is_recorded_waits_and_counts_it(house: House) -> None:
    take_in(house, advanced(listed_on="", status="proposed"))
    ruling = threading.Thread(target=set_rule, args=(house,))
    with moment(house.desk) as now:
        certifications.hold(now.connection, [1])
        ruling.start()
        ruling.join(0.5)  # long enough for the rule to come in, did it not wait
        assert ruling.is_alive()
        _ = now.rulebook  # whoever holds a certification can still read it: no two wait for each other
    ruling.join()
    record(house, EventType.LISTED, date(2026, 3, 2))
    assert matters(house)["validity_end", "0"] == (date(2029, 3, 2), "")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite: one transaction writes at a time
def test_a_unit_that_a_new_certification_names_can_be_held_by_another(house: House) -> None:
    take_in(house, advanced())
    row = {"enterprise_id": 1, "factory": "二", "factory_key": "二", "level": "advanced", "batch": "", "unit_id": 1}
    with house.engine.connect() as naming, house.engine.connect() as holding:
        naming.begin()
        certifications.add(naming, [row | {"proposed": True, "date_basis": "", "source_url": ""}])
        holding.begin()
        holding.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
        people.hold_units(holding, [1])
        holding.rollback()
        naming.rollback()
