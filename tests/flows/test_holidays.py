"""A year's notice comes in: the dates that it moves move, and those are told who had been told another day."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from service.domain.certification import Level
from service.domain.counting import Counting
from service.domain.errors import RequestRefused
from service.domain.history import live
from service.domain.lifecycle import Event, EventType
from service.domain.notice import Notice
from service.domain.obligation import Obligation
from service.domain.regulations import derive
from service.domain.workdays import DayKind, Workdays
from service.flows import intake
from service.flows.desk import moment
from service.flows.holidays import Loaded, load_notice
from service.flows.refresh import refresh
from service.store import certifications, workdays
from service.store.certifications import Author
from service.store.official_days import official_days, official_workdays
from service.store.rulebook import announced_year, workday
from service.store.tables import obligation, run
from tests.house import EXCELLENCE, House
from tests.notices import NUMBER, days, document, invented, with_day, without, write_csv, write_json

TODAY = date(2026, 11, 20)
"""A Friday: the notice of the next year is usually a week or two old."""

ENDS = list(days(date(2027, 1, 20), date(2028, 3, 20)))
"""Printed ends whose safe days, ends and lapses lie around and within 2027, one for each day."""

NAMED, ANNOUNCED = official_days()


def take_in(house: House, *ends: date) -> None:
    """One excellence certification of an enterprise of its own for each end; the n-th has the id n."""
    plain = {name: value for name, value in EXCELLENCE.items() if name != "listed_on"}
    rows = [
        plain | {"enterprise": f"第{n}演示有限公司", "contact_email": f"h{n}@a.example", "valid_through": str(end)}
        for n, end in enumerate(ends, 1)
    ]
    done = intake.import_sheet(house.desk, house.sheet(*rows), TODAY, "test")
    assert done.added == len(ends)


def load(house: House, notice: Notice, today: date = TODAY, dry_run: bool = False) -> Loaded:
    return load_notice(house.desk, write_csv(house.folder, notice), today, "test", dry_run=dry_run)


def table(*notices: Notice) -> Workdays:
    """The working days with these notices, put together without the store."""
    special = [each.special for each in NAMED]
    return Workdays(
        [*special, *(named for notice in notices for named in notice.days)], [*ANNOUNCED, *(n.year for n in notices)]
    )


def implied(end: date, workdays: Workdays) -> dict[str, Obligation]:
    """What a certification with this end has to do, by kind."""
    life = live(Level.EXCELLENCE, [Event(EventType.LISTED, None, end)])
    return {each.kind: each for each in derive(life, Counting(workdays))}


def dates(value: Any) -> tuple[date | None, ...]:
    """The days of an obligation, of the domain or of a row."""
    return value.ends_on, value.due_on, value.late_after, value.lapse_after, value.safe_due_on


def on_record(house: House) -> Mapping[tuple[int, str], Any]:
    return {(row.certification_id, row.kind): row for row in house.rows(obligation)}


def test_a_notice_moves_exactly_the_dates_that_it_should(house: House) -> None:
    take_in(house, *ENDS)
    stood = on_record(house)
    done = load(house, invented())
    before, after, moved, settled = official_workdays(), table(invented()), 0, 0

    for (n, kind), row in on_record(house).items():
        was, expected = implied(ENDS[n - 1], before)[kind].dates, implied(ENDS[n - 1], after)[kind].dates
        assert dates(stood[n, kind]) == dates(was)
        assert dates(row) == dates(expected)
        assert (row.provisional, row.trace) == (expected.provisional, expected.trace)
        assert row.revision == (dates(was) != dates(expected))
        assert row.check_on == (date(2000, 1, 1) if row.revision else stood[n, kind].check_on)
        moved += row.revision
        settled += not row.revision and was.provisional and not expected.provisional
    assert (done.moved, done.settled) == (moved, settled)
    assert done.moved + done.settled + done.unchanged == 2 * len(ENDS)
    assert 50 < moved < settled
    assert done.findings == []
    assert house.rows(run)[-1].counts == {
        **{"days": len(invented().days), "moved": moved, "settled": settled, "unchanged": done.unchanged, "dry_run": 0}
    }


def test_a_safe_day_held_back_by_the_forecast_comes_to_the_working_day_that_it_is(house: House) -> None:
    """The forecast rests from 3 to 7 April 2027; the invented notice lets Tuesday the 6th and Wednesday work."""
    take_in(house, date(2027, 7, 8))
    assert house.safe_days()["review_application"] == date(2027, 4, 2)
    assert load(house, invented()).moved == 1
    assert house.safe_days()["review_application"] == date(2027, 4, 7)


def test_an_update_goes_to_exactly_the_people_who_had_been_told_another_day(house: House) -> None:
    take_in(house, *ENDS)
    told = {letter.to: letter for letter in house.sent(TODAY)}
    stood = on_record(house)
    load(house, invented())
    updates = {letter.to: letter for letter in house.sent(TODAY)}
    moved = {n: row for (n, kind), row in on_record(house).items() if kind == "review_application" and row.revision}

    assert updates.keys() == {f"h{n}@a.example" for n in moved} & told.keys()
    assert 20 < len(updates) < len(told) < len(ENDS)
    for n, row in moved.items():
        if f"h{n}@a.example" not in updates:
            continue
        was, update = told[f"h{n}@a.example"], updates[f"h{n}@a.example"]
        assert was.invite == ("REQUEST", 0, stood[n, "review_application"].safe_due_on)
        assert update.invite == ("REQUEST", int(was.invite[2] != row.safe_due_on), row.safe_due_on)
        assert update.uid == was.uid
    assert any(update.invite[1] for update in updates.values())
    assert house.sent(TODAY) == []


def test_the_same_notice_again_changes_nothing(house: House) -> None:
    take_in(house, *ENDS[:120])
    load(house, invented())
    house.sent(TODAY)
    stood, special = house.rows(obligation), house.rows(workday)
    done = load(house, invented())

    assert (done.moved, done.settled, done.unchanged) == (0, 0, 240)
    assert house.rows(obligation) == stood
    assert house.rows(workday) == special
    assert house.sent(TODAY) == []


@pytest.mark.parametrize(
    ("new_year_from", "safe"), [("2026-12-31", date(2026, 12, 30)), ("2027-01-01", date(2026, 12, 31))]
)
def test_a_notice_settles_the_december_before_it(house: House, new_year_from: str, safe: date) -> None:
    take_in(house, date(2027, 4, 1))
    assert house.safe_days()["review_application"] == date(2026, 12, 29)
    load(house, invented(new_year=(new_year_from, "2027-01-03")))
    assert house.safe_days()["review_application"] == safe


def test_an_announced_year_is_amended_by_its_notice_as_it_is_now(house: House) -> None:
    take_in(house, date(2027, 7, 7))
    house.sent(TODAY)
    load(house, invented())
    [first] = house.sent(TODAY)
    amended = invented(qingming=("2027-04-03", "2027-04-06"))
    done = load(house, amended)
    [second] = house.sent(TODAY)

    assert done.moved == 1
    assert (first.invite, second.invite) == (("REQUEST", 1, date(2027, 4, 6)), ("REQUEST", 2, date(2027, 4, 2)))
    assert load(house, invented()).moved == 1
    assert house.safe_days()["review_application"] == date(2027, 4, 6)


def test_a_seeded_year_is_amended_too_and_says_by_what(house: House) -> None:
    take_in(house, date(2027, 1, 8))
    assert house.safe_days()["review_application"] == date(2026, 9, 30)
    seeded = Notice(2026, "虚构〔2026〕2号", tuple(each.special for each in NAMED if each.notice == 2026))
    assert load(house, seeded).moved == 0
    assert load(house, with_day(seeded, "2026-09-30", DayKind.REST)).moved == 1
    assert house.safe_days()["review_application"] == date(2026, 9, 29)

    [year] = [row for row in house.rows(announced_year) if row.year == 2026]
    assert (year.notice, year.source) == ("虚构〔2026〕2号", "notice.csv (test)")
    with house.engine.begin() as connection:
        workdays.seed(connection, house.clock.now)
    assert [row for row in house.rows(announced_year) if row.year == 2026] == [year]
    assert len([row for row in house.rows(workday) if row.year == 2026]) == len(seeded.days) + 1


@pytest.mark.parametrize("the_later_year_first", [False, True])
def test_of_a_december_day_named_by_two_notices_the_later_years_counts(
    house: House, the_later_year_first: bool
) -> None:
    take_in(house, date(2027, 3, 28))
    seeded = Notice(2026, NUMBER, tuple(each.special for each in NAMED if each.notice == 2026))
    resting = with_day(seeded, "2026-12-27", DayKind.REST, "虚构纪念日")
    working = with_day(invented(), "2026-12-27", DayKind.WORK)
    for notice in (working, resting) if the_later_year_first else (resting, working):
        load(house, notice)
    assert house.safe_days()["review_application"] == date(2026, 12, 27)

    load(house, invented())
    assert house.safe_days()["review_application"] == date(2026, 12, 25)


def test_a_step_that_falls_on_a_new_rest_day_comes_the_working_day_before(house: House) -> None:
    """30 days before 20 July 2027 is a Sunday, so that the step is on Friday, 18 June, until that is a rest day."""
    take_in(house, date(2027, 10, 21))
    load(house, invented())
    assert [letter.invite[2] for letter in house.sent(date(2027, 6, 1))] == [date(2027, 7, 20)]
    done = load(house, with_day(invented(), "2027-06-18", DayKind.REST, "虚构纪念日"), date(2027, 6, 1))

    assert (done.moved, [finding.code for finding in done.findings]) == (0, ["one_off"])
    assert "2027-06-18" in done.findings[0].message
    assert house.sent(date(2027, 6, 1)) == []
    assert len(house.sent(date(2027, 6, 17))) == 1
    assert house.sent(date(2027, 6, 18)) == []


def test_what_is_closed_stays_as_it_was(house: House) -> None:
    take_in(house, date(2027, 7, 8))
    house.record(EventType.CANCELLED, TODAY, cause="lapse")
    stood = house.rows(obligation)
    done = load(house, invented())

    assert (done.moved, done.settled, done.unchanged) == (0, 0, 0)
    assert house.rows(obligation) == stood


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(with_day(invented(), "2027-10-07", DayKind.WORK), "2027-10-07.*twice", id="overlap"),
        pytest.param(replace(invented(), year=2028), "2027-01-01.*wrong year", id="the wrong year"),
        pytest.param(without(invented(), "2027-09-15"), "Mid-Autumn Festival is missing", id="a holiday missing"),
        pytest.param(without(invented(), "2027-10-06"), "gap: 2027-10-06", id="a gap"),
        pytest.param(with_day(invented(), "2027-08-06", DayKind.WORK), "no Saturday", id="a worked Friday"),
        pytest.param(replace(invented(), year=2060), "2060 is not within", id="beyond the horizon"),
        pytest.param(replace(invented(), year=2004), "2004 is not within", id="the table's first year"),
        pytest.param({"year": 2027}, "the document must read", id="no notice at all"),
    ],
)
def test_what_is_no_notice_is_refused_and_nothing_is_changed(house: House, content: Any, words: str) -> None:
    take_in(house, date(2027, 7, 8))
    stood = [house.rows(each) for each in (workday, announced_year, obligation)]
    path = write_csv(house.folder, content) if isinstance(content, Notice) else write_json(house.folder, content)

    with pytest.raises(RequestRefused, match=words):
        load_notice(house.desk, path, TODAY, "test")
    assert [house.rows(each) for each in (workday, announced_year, obligation)] == stood
    assert house.rows(run)[-1].outcome == "failed"


def test_a_dry_run_tells_the_same_and_stores_nothing(house: House) -> None:
    take_in(house, *ENDS[:120])
    stood = [house.rows(each) for each in (workday, announced_year, obligation)]
    foretold = load(house, invented(), dry_run=True)

    assert [house.rows(each) for each in (workday, announced_year, obligation)] == stood
    assert load(house, invented()) == foretold
    assert foretold.moved > 0


def test_json_does_what_the_sheet_does(house: House) -> None:
    take_in(house, *ENDS[:120])
    by_sheet = load(house, invented(), dry_run=True)
    assert load_notice(house.desk, write_json(house.folder, document(invented())), TODAY, "test") == by_sheet


def test_progress_is_told_by_the_certifications_done(house: House) -> None:
    take_in(house, *ENDS[:10])
    told: list[int] = []
    load_notice(house.desk, write_csv(house.folder, invented()), TODAY, "test", progress=told.append)
    assert told == [10]


def test_a_date_being_counted_from_the_old_table_meanwhile_is_counted_anew(house: House) -> None:
    take_in(house, date(2027, 7, 1))
    corrected = Event(EventType.CORRECTED, TODAY, None, {"field": "valid_through", "value": "2027-07-08"}, 9)
    loading = threading.Thread(target=load, args=(house, invented()))
    with moment(house.desk) as now:
        certifications.record(now.connection, [(1, corrected)], Author("test", now.now))
        life = live(Level.EXCELLENCE, certifications.logs(now.connection, [1])[1])
        loading.start()
        time.sleep(0.5)  # long enough for the notice to come in, did it not wait
        refresh(now, {1: life}, TODAY)
    loading.join()

    row = on_record(house)[1, "review_application"]
    assert (row.safe_due_on, row.provisional) == (date(2027, 4, 7), False)
