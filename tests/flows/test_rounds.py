"""A year's notice comes in: who may apply and every unit have its day; with the day the application is over."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from service.domain.certification import Level
from service.domain.errors import RequestRefused
from service.domain.lifecycle import Event, EventType
from service.domain.obligation import Kind, Subject, SubjectKind
from service.domain.rounds import Round
from service.flows import close, contacts, intake, override, remind, rounds, units
from service.flows.recount import Told
from service.store import people
from service.store.duties import Counted
from service.store.rulebook import round_notice, unit_round
from service.store.rules import Act
from service.store.tables import obligation, run
from tests.house import EXCELLENCE, USCC_A, USCC_B, House

TODAY = date(2026, 5, 8)
E, P = Level.EXCELLENCE, Level.PIONEER
ROUND = Round(2026, E, "演示通知", date(2026, 5, 6), date(2026, 6, 18), date(2026, 7, 10))
FOR_PIONEERS = replace(ROUND, level=P)
AFTER = date(2026, 6, 19)


def row(number: int, level: str, of: str = "江苏省", **stated: str) -> dict[str, str]:
    """A factory of an enterprise of its own."""
    return EXCELLENCE | {
        **{"enterprise": f"第{number}演示有限公司", "level": level, "recommending_unit": of},
        **{"listed_on": "2026-03-02", "contact_email": f"h{number}@a.example"},
        **stated,
    }


def take_in(house: House, *rows: dict[str, str], today: date = TODAY) -> Any:
    return intake.import_sheet(house.desk, house.sheet(*rows), today, "test")


def add(house: House, round: Round = ROUND, today: date = TODAY, dry_run: bool = False) -> rounds.Changed:
    return rounds.add(house.desk, round, "test", today, dry_run=dry_run)


def own_day(house: House, apply_by: date, of: str = "江苏省", level: Level = E, year: int = 2026) -> Told:
    with house.engine.begin() as connection:
        unit = next(each for each in people.units_by_ids(connection, range(1, 99)).values() if each.name == of)
    return rounds.set_own_day(house.desk, year, level, unit, apply_by, "test", TODAY)


def record(house: House, of: int, type: EventType, on: date, until: date | None = None, **details: str) -> None:
    found = house.certification(str(of))
    close.record(house.desk, found, Event(type, on, until, details), "test", "", TODAY)


def applications(house: House, occurrence: str = "2026-excellence") -> dict[int, str]:
    """What closed the application of each certification in a round; empty while it is open."""
    found = [row for row in house.rows(obligation) if row.kind == Kind.ANNUAL_ROUND and row.occurrence == occurrence]
    return {row.certification_id: row.closed for row in found if row.certification_id}


def recommendations(house: House) -> dict[tuple[int, str], tuple[date, str]]:
    """The statutory day of each unit's recommendation, and what closed it."""
    found = [row for row in house.rows(obligation) if row.kind == Kind.ANNUAL_ROUND and row.unit_id]
    return {(row.unit_id, row.occurrence): (row.due_on, row.closed) for row in found}


def days(house: House) -> dict[int, date]:
    """The statutory day of each application."""
    return {
        row.certification_id: row.due_on
        for row in house.rows(obligation)
        if row.kind == Kind.ANNUAL_ROUND and row.certification_id
    }


def test_a_notice_opens_the_application_of_each_holder_below_and_the_recommendation_of_each_unit(house: House) -> None:
    contacts.add_group(house.desk, "演示集团")
    take_in(house, row(1, "advanced"), row(2, "excellence"), row(3, "advanced", of="浙江省"), row(4, "advanced", of=""))

    assert add(house) == rounds.Changed(Told(opened=6))
    assert applications(house) == {1: "", 3: "", 4: ""}
    assert set(days(house).values()) == {date(2026, 6, 18)}
    assert recommendations(house) == {(id, "2026-excellence"): (date(2026, 7, 10), "") for id in (1, 2, 3)}
    assert add(house, FOR_PIONEERS).told == Told(opened=4)
    assert applications(house, "2026-pioneer") == {2: ""}
    assert [(row.year, row.level, row.notice, row.author) for row in house.rows(round_notice)] == [
        (2026, "excellence", "演示通知", "test"),
        (2026, "pioneer", "演示通知", "test"),
    ]
    assert (house.rows(run)[-1].job, house.rows(run)[-1].counts["opened"]) == ("round", 4)


def test_a_dry_run_tells_how_many_would_be_told_and_stores_nothing(house: House) -> None:
    take_in(house, row(1, "advanced"))
    before = house.sizes()
    foretold = add(house, dry_run=True)
    assert house.sizes() == before
    assert add(house) == foretold == rounds.Changed(Told(opened=2))


def test_the_same_notice_again_tells_nobody_anything(house: House) -> None:
    take_in(house, row(1, "advanced"))
    add(house)
    stood = house.rows(obligation)
    assert add(house).told == Told()
    assert house.rows(obligation) == stood


def test_a_changed_notice_moves_the_days(house: House) -> None:
    take_in(house, row(1, "advanced"))
    add(house)
    assert add(house, replace(ROUND, apply_by=date(2026, 6, 30))).told == Told(moved=1)
    assert days(house) == {1: date(2026, 6, 30)}


@pytest.mark.parametrize(
    ("round", "words"),
    [
        (replace(ROUND, level=Level.ADVANCED), "units' own"),
        (replace(ROUND, apply_by=date(2026, 5, 5)), "--apply-by 2026-05-05"),
        (replace(ROUND, notice=" "), "--notice"),
        (replace(ROUND, notice="号" * 101), "--notice"),
        (replace(ROUND, year=2062), "2062"),
    ],
)
def test_a_notice_that_cannot_be_is_refused_and_nothing_is_stored(house: House, round: Round, words: str) -> None:
    take_in(house, row(1, "advanced"))
    before = house.sizes()
    with pytest.raises(RequestRefused, match=words):
        add(house, round)
    assert house.sizes() == before


def test_a_units_own_day_moves_its_enterprises_and_nobody_else(house: House) -> None:
    take_in(house, row(1, "advanced"), row(2, "advanced", of="浙江省"))
    add(house)
    assert own_day(house, date(2026, 6, 5)) == Told(moved=1)
    assert days(house) == {1: date(2026, 6, 5), 2: date(2026, 6, 18)}
    assert {due for due, _ in recommendations(house).values()} == {date(2026, 7, 10)}
    assert own_day(house, date(2026, 6, 18)) == Told(moved=1)
    assert days(house) == {1: date(2026, 6, 18), 2: date(2026, 6, 18)}


@pytest.mark.parametrize(
    ("apply_by", "year", "level", "words"),
    [
        (date(2026, 6, 19), 2026, E, "--apply-by 2026-06-19"),
        (date(2026, 5, 5), 2026, E, "--apply-by 2026-05-05"),
        (date(2026, 6, 5), 2026, P, "there are: 2026 excellence"),
        (date(2026, 6, 5), 2027, E, "no round 2027 excellence"),
    ],
)
def test_a_units_own_day_that_cannot_be_is_refused_and_nothing_is_stored(
    house: House, apply_by: date, year: int, level: Level, words: str
) -> None:
    take_in(house, row(1, "advanced"))
    add(house)
    before = house.sizes()
    with pytest.raises(RequestRefused, match=words):
        own_day(house, apply_by, level=level, year=year)
    assert house.sizes() == before


def test_a_changed_notice_says_whose_own_day_it_leaves_outside_and_that_day_counts_no_more(house: House) -> None:
    take_in(house, row(1, "advanced"), row(2, "advanced", of="浙江省"))
    add(house)
    own_day(house, date(2026, 6, 16))
    own_day(house, date(2026, 6, 5), of="浙江省")
    made = add(house, replace(ROUND, apply_by=date(2026, 6, 12)))

    assert made == rounds.Changed(Told(moved=1), ("江苏省",))
    assert days(house) == {1: date(2026, 6, 12), 2: date(2026, 6, 5)}
    assert [each.own_days for each in rounds.standings(house.desk)] == [[("浙江省", date(2026, 6, 5))]]


def test_a_notice_recorded_by_mistake_is_taken_back_with_all_that_it_opened(house: House) -> None:
    take_in(house, row(1, "advanced"))
    add(house)
    own_day(house, date(2026, 6, 5))
    assert rounds.remove(house.desk, 2026, E, TODAY, dry_run=True) == Told(closed=2)
    assert applications(house) == {1: ""}
    assert rounds.remove(house.desk, 2026, E, TODAY) == Told(closed=2)
    assert applications(house) == {1: "no_longer_applies"}
    assert (house.rows(round_notice), house.rows(unit_round)) == ([], [])

    assert add(house).told == Told(opened=2)
    assert days(house) == {1: date(2026, 6, 18)}
    with pytest.raises(RequestRefused, match="no round 2026 pioneer"):
        rounds.remove(house.desk, 2026, P, TODAY)


def above(house: House, level: str, **stated: str) -> None:
    """The first enterprise's factory at another level."""
    take_in(house, row(1, level, **stated))


@pytest.mark.parametrize(
    ("level", "stated"),
    [
        pytest.param("excellence", {}, id="listed"),
        pytest.param("excellence", {"listed_on": "", "status": "proposed"}, id="proposed"),
        pytest.param(
            "pioneer", {"listed_on": "", "cultivation_from": "2026-03-02", "cultivation_months": "24"}, id="cultivated"
        ),
    ],
)
@pytest.mark.parametrize("the_round_first", [False, True])
def test_a_factory_that_has_reached_the_level_is_not_told_or_no_more(
    house: House, level: str, stated: dict[str, str], the_round_first: bool
) -> None:
    take_in(house, row(1, "advanced"), row(2, "advanced"))
    if the_round_first:
        add(house)
        above(house, level, **stated)
        assert applications(house) == {1: "no_longer_applies", 2: ""}
    else:
        above(house, level, **stated)
        add(house)
        assert applications(house) == {2: ""}


@pytest.mark.parametrize(("cause", "closed"), [("lapse", ""), ("accident", "no_longer_applies")])
def test_a_listing_above_ends_the_application_and_its_cancellation_opens_it_again_but_for_a_ban(
    house: House, cause: str, closed: str
) -> None:
    take_in(house, row(1, "advanced"), row(1, "excellence", listed_on="", status="proposed"))
    add(house)
    assert applications(house) == {}
    record(house, 2, EventType.LISTED, date(2026, 3, 2))
    record(house, 2, EventType.CANCELLED, date(2026, 5, 7), cause="lapse")
    assert applications(house) == {1: ""}
    record(house, 2, EventType.CORRECTED, TODAY, field="event", value="3")
    assert applications(house) == {1: "no_longer_applies"}
    record(house, 2, EventType.CANCELLED, date(2026, 5, 7), cause=cause)
    assert applications(house) == {1: closed}


def test_factories_without_a_name_are_one_factory_of_their_enterprise(house: House) -> None:
    first = row(1, "advanced", factory="", uscc=USCC_A)
    take_in(house, first, row(2, "advanced", factory="", uscc=USCC_B), row(1, "advanced", uscc=USCC_A))
    add(house)
    assert applications(house) == {1: "", 2: "", 3: ""}
    take_in(house, row(1, "excellence", factory="", uscc=USCC_A))
    assert applications(house) == {1: "no_longer_applies", 2: "", 3: ""}


def test_a_factory_listed_while_the_round_is_open_is_told_and_one_listed_later_is_not(house: House) -> None:
    add(house)
    take_in(house, row(1, "advanced", listed_on="2026-05-07"))
    assert applications(house) == {1: ""}
    take_in(house, row(2, "advanced", listed_on="2026-05-07"), today=AFTER)
    assert applications(house) == {1: ""}


def test_a_unit_that_is_on_record_since_is_asked_by_the_next_scan_but_not_once_the_round_is_over(house: House) -> None:
    add(house)
    contacts.add_group(house.desk, "演示集团")
    assert recommendations(house) == {}
    remind.scan(house.desk, TODAY)
    assert recommendations(house) == {(1, "2026-excellence"): (date(2026, 7, 10), "")}
    contacts.add_group(house.desk, "另一演示集团")
    take_in(house, row(1, "advanced"), today=date(2026, 7, 11))
    remind.scan(house.desk, date(2026, 7, 11))
    assert set(recommendations(house)) == {(1, "2026-excellence")}


def test_a_round_that_was_over_when_it_was_recorded_opens_nothing(house: House) -> None:
    take_in(house, row(1, "advanced"))
    assert add(house, today=date(2026, 7, 11)).told == Told()
    assert (applications(house), recommendations(house)) == ({}, {})


def test_with_its_day_an_application_is_over_and_a_recommendation_stays_the_units_duty(house: House) -> None:
    take_in(house, row(1, "advanced"), row(2, "advanced", of="浙江省"))
    add(house)
    own_day(house, date(2026, 6, 5))
    remind.scan(house.desk, date(2026, 6, 5))
    assert applications(house) == {1: "", 2: ""}
    remind.scan(house.desk, date(2026, 6, 6))
    assert applications(house) == {1: "ended", 2: ""}
    remind.scan(house.desk, date(2026, 8, 1))
    assert applications(house) == {1: "ended", 2: "ended"}
    assert [closed for _, closed in recommendations(house).values()] == ["", ""]


def test_what_happens_after_the_day_and_before_the_scan_ends_the_application_as_the_scan_would(house: House) -> None:
    take_in(house, row(1, "advanced"))
    add(house)
    take_in(house, row(1, "excellence"), today=AFTER)
    assert applications(house) == {1: "ended"}
    take_in(house, row(1, "advanced", listed_on="2026-03-03"), today=AFTER)
    assert applications(house) == {1: "ended"}


def test_a_round_that_is_lengthened_after_its_day_is_open_again(house: House) -> None:
    take_in(house, row(1, "advanced"))
    add(house)
    remind.scan(house.desk, AFTER)
    longer = replace(ROUND, apply_by=date(2026, 6, 30))
    assert add(house, longer, today=AFTER).told == Told(opened=1)
    assert days(house) == {1: date(2026, 6, 30)}


def test_a_later_day_set_by_hand_keeps_one_application_open(house: House) -> None:
    take_in(house, row(1, "advanced"), row(2, "advanced"))
    add(house)
    which = override.Which(Subject(SubjectKind.CERTIFICATION, 1), Kind.ANNUAL_ROUND)
    override.set_days(house.desk, which, date(2026, 6, 26), None, "主管部门同意延期（演示）", "test", TODAY)
    remind.scan(house.desk, AFTER)
    assert applications(house) == {1: "", 2: "ended"}
    remind.scan(house.desk, date(2026, 6, 27))
    assert applications(house) == {1: "ended", 2: "ended"}


def test_more_applications_than_one_batch_are_all_over_after_one_scan(house: House) -> None:
    take_in(house, *(row(number, "advanced") for number in range(1, 602)))
    add(house)
    remind.scan(house.desk, AFTER)
    assert set(applications(house).values()) == {"ended"}


def test_the_rounds_stand_with_what_has_become_of_them(house: House) -> None:
    take_in(house, row(1, "advanced"), row(2, "advanced", of="浙江省"))
    add(house)
    units.record_done(house.desk, Act(1, Kind.ANNUAL_ROUND, "2026-excellence", TODAY), "", "test", TODAY)
    [standing] = rounds.standings(house.desk)
    assert (standing.round, standing.counted) == (ROUND, Counted(2, 1, 1))


@pytest.mark.parametrize(("on", "words"), [(date(2026, 5, 5), "from 2026-05-06"), (date(2026, 5, 9), "to today")])
def test_a_recommendation_is_made_after_the_notice_and_by_today(house: House, on: date, words: str) -> None:
    take_in(house, row(1, "advanced"))
    add(house)
    with pytest.raises(RequestRefused, match=words):
        units.record_done(house.desk, Act(1, Kind.ANNUAL_ROUND, "2026-excellence", on), "", "test", TODAY)
