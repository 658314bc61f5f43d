"""A policy put in force: what it moves moves, what it does not stays, and only those are told whose day is another."""

import threading
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service.domain.certification import Level
from service.domain.errors import RequestRefused
from service.domain.lifecycle import Event, EventType
from service.domain.obligation import Kind, Subject, SubjectKind
from service.domain.policy import Policy
from service.domain.rounds import Round
from service.flows import recount
from service.flows.desk import moment
from service.flows.grounds import lives_of
from service.flows.policy import Days, Effect, put_in_force
from service.flows.refresh import refresh
from service.store import certifications, obligations, overrides, rules
from service.store.certifications import Author
from service.store.rulebook import policy as recorded
from service.store.tables import delivery, obligation, run
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House

BUILT_IN = Policy().version
SAFE = date(2028, 9, 7)
LOOSE = "[default]\nstrict_before = false"
"""Of what was listed on 2025-12-09 the safe day is one later, 2028-09-08; no other date is touched."""

OTHER = EXCELLENCE | {
    **{"enterprise": "乙方演示有限公司", "recommending_unit": "浙江省", "contact_email": "handler@b.example"}
}
ADVANCED = EXCELLENCE | {"level": "advanced", "listed_on": "2028-06-08"}
CULTIVATED = {
    **{"enterprise": "丙方演示有限公司", "level": "pioneer", "recommending_unit": "江苏省"},
    **{"cultivation_from": "2027-11-24", "cultivation_months": "24"},
    **{"contact_name": "经办人（演示）", "contact_email": "handler@c.example"},
}


def write(house: House, text: str, version: str = "2028-1") -> Path:
    path = house.folder / "policy.toml"
    path.write_text(f'version = "{version}"\n{text}\n', encoding="utf-8")
    return path


def apply(
    house: House, text: str, version: str = "2028-1", *, today: date = TODAY, dry_run: bool = False, limit: int = 100
) -> Effect:
    return put_in_force(house.desk, write(house, text, version), today, "test", limit=limit, dry_run=dry_run)


def counts(done: Effect) -> tuple[int, int, int, int, int]:
    return done.moved, done.opened, done.closed, done.replanned, done.unchanged


def on_record(house: House) -> Mapping[tuple[int, str], Any]:
    return {(row.certification_id, row.kind): row for row in house.rows(obligation)}


def review_of(house: House, id: int = 1) -> date:
    day: date = on_record(house)[id, "review_application"].safe_due_on
    return day


def test_what_the_policy_moves_moves_and_nothing_else(house: House) -> None:
    house.take_in(EXCELLENCE)
    before = on_record(house)
    done = apply(house, LOOSE)
    after = on_record(house)

    assert counts(done) == (1, 0, 0, 0, 1)
    assert (done.version, done.was) == ("2028-1", BUILT_IN)
    [(shift, about)] = done.shifts
    assert (shift.word, shift.kind, shift.occurrence) == ("moved", "review_application", "0")
    assert shift.before == Days(date(2028, 9, 9), SAFE)
    assert shift.after == Days(date(2028, 9, 9), date(2028, 9, 8))
    assert about == house.certification()
    assert after[1, "review_application"].safe_due_on == date(2028, 9, 8)
    assert after[1, "validity_end"] == before[1, "validity_end"]
    assert house.rows(run)[-1].counts == {"moved": 1, "unchanged": 1, "dry_run": 0}


@pytest.mark.parametrize("row", [EXCELLENCE, CULTIVATED, ADVANCED], ids=["a certification", "both", "a unit"])
def test_a_preview_tells_what_applying_does_and_stores_nothing(house: House, row: Mapping[str, str]) -> None:
    house.take_in(row)
    house.sent()
    text = f"{LOOSE}\nworking_days = 10\ndays_before = [100, 0]"
    stood = house.rows(obligation), house.sizes()
    foretold = apply(house, text, dry_run=True)

    assert (house.rows(obligation), house.sizes()) == stood
    assert house.rows(run)[-1].counts["dry_run"] == 1
    assert apply(house, text) == foretold
    assert foretold.moved


def test_each_layer_reaches_what_it_is_about(house: House) -> None:
    house.take_in(EXCELLENCE, OTHER)
    loose = "strict_before = false"
    steps = [
        ('[unit."江苏"]', (date(2028, 9, 8), SAFE)),
        ("[kind.review_application]", (date(2028, 9, 8), date(2028, 9, 8))),
        ('[obligation."2/review_application/0"]', (SAFE, date(2028, 9, 8))),
        ("[kind.acceptance_application]", (SAFE, SAFE)),
    ]
    for number, (table, days) in enumerate(steps, 1):
        apply(house, f"{table}\n{loose}", str(number))
        assert (review_of(house, 1), review_of(house, 2)) == days


def test_a_units_own_duty_follows_too(house: House) -> None:
    """The 20th and the 10th working day after Thursday, 8 June 2028, while that year's notice is missing."""
    house.take_in(ADVANCED)
    [before] = [row for row in house.rows(obligation) if row.kind == "list_report"]
    done = apply(house, '[obligation."unit-1/list_report/2028-06-08"]\nworking_days = 10')
    [after] = [row for row in house.rows(obligation) if row.kind == "list_report"]

    [(shift, about)] = done.shifts
    assert shift.subject == Subject(SubjectKind.UNIT, 1)
    assert about.id == before.unit_id
    assert after.due_on < before.due_on
    assert after.safe_due_on < before.safe_due_on


def test_a_start_in_force_moves_the_end_of_an_earlier_batch(house: House) -> None:
    house.take_in(EXCELLENCE | {"listed_on": "2025-11-20"}, OTHER)
    done = apply(house, '[default]\nstart = "in_force"')

    assert counts(done) == (2, 0, 0, 0, 2)
    assert {row.ends_on for row in house.rows(obligation)} == {date(2028, 12, 9)}


def test_an_end_that_a_choice_moves_opens_and_closes_a_round(house: House) -> None:
    """Listed in 2023, validity is over before the round of 2027 is announced; begun anew on 2025-12-09 it is not."""
    house.take_in(EXCELLENCE | {"listed_on": "2023-12-11"})
    with house.engine.begin() as connection:
        days = [date(2027, 3, 1), date(2028, 8, 7), date(2028, 9, 7)]
        rules.put_round(connection, Round(2028, Level.PIONEER, "虚构", *days), Author("test", house.clock.now))
    opened = apply(house, '[default]\nstart = "in_force"', "1")
    closed = apply(house, "", "2")

    assert (opened.opened, closed.closed) == (1, 1)
    for done, word in ((opened, "opened"), (closed, "closed")):
        [shift] = [shift for shift, _ in done.shifts if shift.kind is Kind.ANNUAL_ROUND]
        assert shift.word == word
        assert (shift.before, shift.after)[word == "opened"] == Days(date(2028, 8, 7), date(2028, 8, 7))
        assert (shift.before, shift.after)[word != "opened"] is None
    assert on_record(house)[1, "annual_round"].closed == "no_longer_applies"


def test_an_update_goes_to_the_people_whose_day_moved_and_to_no_others(house: House) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR, OTHER, CULTIVATED)
    told = {letter.to: letter for letter in house.sent()}
    done = apply(house, f'[unit."江苏省"]\n{LOOSE.splitlines()[1]}')
    updates = house.sent()

    assert {about.id for _, about in done.shifts} == {1, 3}
    assert told.keys() == {"handler@a.example", "handler@b.example"}
    [update] = updates
    assert (update.to, update.uid) == ("handler@a.example", told["handler@a.example"].uid)
    assert told["handler@a.example"].invite == ("REQUEST", 0, SAFE)
    assert update.invite == ("REQUEST", 1, date(2028, 9, 8))
    assert house.invites().count((0, "REQUEST", SAFE)) == 1
    assert house.sent() == []


def test_a_new_plan_changes_the_next_day_and_resends_nothing(house: House) -> None:
    """90 days before was on 9 June; 60 would be on 7 July, since the 9th is a Sunday, and 45 is on 24 July."""
    house.take_in(EXCELLENCE)
    [first] = house.sent()
    stood = on_record(house)[1, "review_application"]
    done = apply(house, "[default]\ndays_before = [180, 120, 90, 45, 30, 0]\ndirector_from_days = 45")
    stands = on_record(house)[1, "review_application"]

    assert counts(done) == (0, 0, 0, 1, 1)
    assert done.shifts == []
    assert (stands.revision, stands.policy) == (stood.revision, BUILT_IN)
    assert [house.sent(day) for day in (TODAY, stood.check_on, date(2028, 7, 23))] == [[], [], []]
    assert stands.check_on == date(2028, 7, 24)
    [second] = house.sent(date(2028, 7, 24))
    assert first.invite == second.invite == ("REQUEST", 0, SAFE)
    sent = [(row.stage, row.purpose) for row in house.rows(delivery) if row.state == "sent"]
    assert sent == [("90d", "reminder"), ("45d", "reminder")]


@pytest.mark.parametrize(
    ("plan", "sent"),
    [
        pytest.param([120, 60, 0], [], id="older than the last one sent"),
        pytest.param([180, 90, 60, 0], [], id="the last one sent"),
        pytest.param([87, 60, 0], ["87d"], id="newer than the last one sent"),
    ],
)
def test_a_step_that_only_the_new_plan_has_goes_out_where_it_is_the_newest(
    house: House, plan: list[int], sent: list[str]
) -> None:
    tomorrow = date(2028, 6, 12)
    house.take_in(EXCELLENCE)
    house.sent()
    apply(house, f"[default]\ndays_before = {plan}", today=tomorrow)

    assert len(house.sent(tomorrow)) == len(sent)
    assert [row.stage for row in house.rows(delivery) if row.state == "sent"] == ["90d", *sent]


def test_a_step_that_lies_in_the_past_goes_out_where_nobody_was_told_anything(house: House) -> None:
    apply(house, "[default]\ndays_before = [30, 0]", "short")
    house.take_in(EXCELLENCE)
    assert house.sent() == []
    done = apply(house, "[default]\ndays_before = [120, 30, 0]", "long")

    assert done.replanned == 1
    assert [letter.invite for letter in house.sent()] == [("REQUEST", 0, SAFE)]
    assert [stage for stage, _ in house.stages()] == ["120d"]


def test_weekly_steps_past_the_safe_day_resume_where_a_plan_has_more_of_them(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.record(EventType.CHANGED, date(2028, 3, 1))
    late = date(2028, 8, 30)
    house.sent(late)
    change = ("major_change_filing",)
    [stood] = [row for row in house.rows(obligation) if row.kind in change]
    assert (stood.check_on, stood.idle) == (None, "plan_finished")
    apply(house, "[kind.major_change_filing]\nweeks_without_end = 20", today=late)

    assert [row.check_on for row in house.rows(obligation) if row.kind in change] == [date(2000, 1, 1)]
    house.sent(late)
    assert house.stages()[-1] == ("+12w", "sent")


def test_a_date_keeps_the_version_that_made_it(house: House) -> None:
    def versions() -> dict[str, str]:
        return {row.kind: row.policy for row in house.rows(obligation)}

    house.take_in(EXCELLENCE)
    assert versions() == {"review_application": BUILT_IN, "validity_end": BUILT_IN}
    apply(house, LOOSE, "2028-1")
    assert versions() == {"review_application": "2028-1", "validity_end": BUILT_IN}
    apply(house, LOOSE + '\nhour = "12:00"', "2028-2")
    assert versions() == {"review_application": "2028-1", "validity_end": BUILT_IN}
    house.record(EventType.REVIEW_APPLIED, TODAY)
    assert versions() == {"review_application": "2028-1", "validity_end": BUILT_IN}


def test_a_count_that_differs_in_a_step_says_so_though_the_day_is_the_same(house: House) -> None:
    """A Thursday stays where it is, rolled or not; but no step says that it is a working day."""
    house.take_in(EXCELLENCE)
    house.sent()
    done = apply(house, '[default]\nroll = "none"')
    stands = on_record(house)[1, "review_application"]

    assert counts(done) == (0, 0, 0, 0, 2)
    assert (stands.policy, stands.revision, stands.safe_due_on) == ("2028-1", 0, SAFE)
    assert "roll_back" not in [step.rule for step in stands.trace]
    assert house.sent() == []


def test_what_is_taken_in_later_is_counted_by_the_policy_in_force(house: House) -> None:
    apply(house, LOOSE)
    house.take_in(EXCELLENCE)
    assert review_of(house) == date(2028, 9, 8)
    assert {row.policy for row in house.rows(obligation)} == {"2028-1"}


def test_the_hour_in_force_is_said_in_letters(house: House) -> None:
    house.take_in(EXCELLENCE)
    apply(house, '[unit."江苏省"]\nhour = "11:45"')
    with moment(house.desk) as now:
        assert (
            now.rulebook.choices(1, Subject(SubjectKind.CERTIFICATION, 1), Kind.REVIEW_APPLICATION, "0").hour == "11:45"
        )


def test_what_is_closed_is_no_part_of_it(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.record(EventType.CANCELLED, TODAY, cause="lapse")
    stood = house.rows(obligation)
    assert counts(apply(house, LOOSE)) == (0, 0, 0, 0, 0)
    assert house.rows(obligation) == stood


def test_the_worst_come_first_and_the_others_are_counted(house: House) -> None:
    rows = [
        EXCELLENCE | {"enterprise": f"第{n}演示有限公司", "listed_on": f"2025-12-{day:02}"}
        for n, day in enumerate((16, 9, 23), 1)
    ]
    house.take_in(*rows)
    every = apply(house, LOOSE, dry_run=True)
    some = apply(house, LOOSE, dry_run=True, limit=2)

    days = [shift.safe_due_on for shift, _ in every.shifts]
    assert days == sorted(days)
    assert [shift.subject.id for shift, _ in every.shifts] == [2, 1, 3]
    assert some.shifts == every.shifts[:2]
    assert some.moved == 3
    assert apply(house, LOOSE, limit=0).shifts == []


def test_a_factory_at_two_levels_is_counted_once_in_each_wherever_the_work_is_cut(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "_CHUNK", 1)
    house.take_in(EXCELLENCE | {"level": "pioneer"}, EXCELLENCE)
    with house.engine.begin() as connection:
        days = [date(2028, 3, 1), date(2028, 8, 7), date(2028, 9, 7)]
        rules.put_round(connection, Round(2028, Level.PIONEER, "虚构", *days), Author("test", house.clock.now))
    assert counts(apply(house, LOOSE)) == (2, 0, 0, 0, 2)


@pytest.mark.parametrize(
    ("text", "version", "words"),
    [
        pytest.param("", BUILT_IN, "used before", id="the built-in version"),
        pytest.param("", "2027-9", "used before", id="a version that was in force"),
        pytest.param('[unit."演示集团（虚构）"]', "2", "演示集团.*no such recommending unit", id="an unknown unit"),
        pytest.param('[obligation."2/review_application/0"]', "2", "no such matter", id="no such certification"),
        pytest.param('[obligation."1/review_application/1"]', "2", "no such matter", id="no such turn"),
        pytest.param('[obligation."unit-1/review_application/0"]', "2", "no such matter", id="another's matter"),
        pytest.param('[default]\nroll = "forward"', "2", "may pass the statutory one", id="a roll forward"),
    ],
)
def test_what_cannot_be_in_force_is_refused_and_nothing_is_changed(
    house: House, text: str, version: str, words: str
) -> None:
    house.take_in(EXCELLENCE)
    apply(house, "", "2027-9")
    stood = house.rows(obligation), house.sizes()

    with pytest.raises(RequestRefused, match=words):
        apply(house, text, version)
    assert (house.rows(obligation), house.sizes()) == stood
    assert house.rows(run)[-1].outcome == "failed"


def test_a_file_that_is_no_text_is_refused(house: House) -> None:
    path = house.folder / "policy.toml"
    path.write_bytes('version = "2028-1"  # 政策'.encode("gb18030"))
    with pytest.raises(RequestRefused, match="UTF-8"):
        put_in_force(house.desk, path, TODAY, "test", limit=100)
    path.write_bytes(b"\xef\xbb\xbf" + b'version = "2028-1"\r\n')
    assert put_in_force(house.desk, path, TODAY, "test", limit=100).version == "2028-1"


def test_a_province_that_nothing_is_on_record_of_yet_may_have_its_layer(house: House) -> None:
    apply(house, '[unit."江苏"]\nstrict_before = false')
    house.take_in(EXCELLENCE)
    assert review_of(house) == date(2028, 9, 8)


def test_a_safe_day_after_the_statutory_one_is_refused_whatever_made_it(house: House) -> None:
    """No document makes one; a day set by hand before its rule was there might."""
    house.take_in(EXCELLENCE)
    with house.engine.begin() as connection:
        days, author = (date(2028, 9, 9), date(2028, 9, 12)), Author("test", house.clock.now)
        of = Subject(SubjectKind.CERTIFICATION, 1)
        overrides.record(connection, of, Kind.REVIEW_APPLICATION, "0", days, "演示", author)
    stood = house.rows(obligation), house.sizes()

    with pytest.raises(RequestRefused, match=r"1/review_application/0.*2028-09-12.*2028-09-09"):
        apply(house, LOOSE)
    assert (house.rows(obligation), house.sizes()) == stood


def test_a_day_set_by_hand_stands_under_every_policy(house: House) -> None:
    house.take_in(EXCELLENCE)
    with moment(house.desk) as now:
        days, author = (date(2028, 9, 1), date(2028, 8, 31)), Author("test", now.now)
        of = Subject(SubjectKind.CERTIFICATION, 1)
        overrides.record(now.connection, of, Kind.REVIEW_APPLICATION, "0", days, "演示", author)
    apply(house, "", "1")
    assert review_of(house) == date(2028, 8, 31)
    assert counts(apply(house, LOOSE, "2")) == (0, 0, 0, 0, 2)


def test_a_plan_beyond_the_working_day_table_is_refused_and_not_left_to_the_scan(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.record(EventType.CHANGED, date(2028, 3, 1))
    with house.engine.begin() as connection:
        days, author = (date(2050, 6, 1), date(2050, 6, 1)), Author("test", house.clock.now)
        of = Subject(SubjectKind.CERTIFICATION, 1)
        overrides.record(connection, of, Kind.MAJOR_CHANGE_FILING, "2028-03-01", days, "演示", author)
    apply(house, "", "1")

    with pytest.raises(RequestRefused, match="2051"):
        apply(house, "[default]\nweeks_without_end = 52", "2")
    assert house.scan().examined


def test_progress_is_told_by_the_certifications_done(house: House) -> None:
    house.take_in(EXCELLENCE, OTHER)
    told: list[int] = []
    put_in_force(house.desk, write(house, LOOSE), TODAY, "test", limit=0, progress=told.append)
    assert told == [2]


def test_every_policy_that_was_in_force_stays_on_record(house: House) -> None:
    apply(house, LOOSE, "1")
    apply(house, "", "2")
    assert [(row.version, row.author, LOOSE in row.document) for row in house.rows(recorded)] == [
        *[("1", "test", True), ("2", "test", False)]
    ]
    with house.engine.begin() as connection:
        assert rules.in_force(connection) == Policy("2")


def test_work_that_holds_its_rows_ends_before_a_policy_changes_and_is_counted_anew(house: House) -> None:
    """Whoever holds rows may still ask for the policy: were it changed meanwhile, each would wait for the other."""
    house.take_in(EXCELLENCE)
    corrected = Event(EventType.CORRECTED, TODAY, None, {"field": "listed_on", "value": "2025-12-16"}, 9)
    applying = threading.Thread(target=apply, args=(house, LOOSE))
    with moment(house.desk) as now:
        obligations.take_due(now.connection, date(2029, 1, 1), 10)
        certifications.record(now.connection, [(1, corrected)], Author("test", now.now))
        applying.start()
        time.sleep(0.5)  # long enough for the policy to come in, did it not wait
        assert now.rulebook.policy.version == BUILT_IN
        refresh(now, lives_of(now, [1]), TODAY)
    applying.join()

    row = on_record(house)[1, "review_application"]
    assert (row.due_on, row.safe_due_on, row.policy) == (date(2028, 9, 16), date(2028, 9, 15), "2028-1")
