"""Which section a row stands in, and what is marked as new or changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from service.domain.answer import Answer, Decision
from service.domain.escalation import Cadence, window
from service.domain.listing import Mark, PastList, Reached, Said, Section, Told, mark_of, section_of
from service.domain.obligation import Holder, Kind, Obligation
from service.domain.periods import Dates

SAFE, LATE_AFTER, LAPSE = date(2028, 9, 7), date(2028, 9, 9), date(2028, 12, 11)
DAY = timedelta(days=1)
DATES = Dates(date(2025, 12, 9), date(2028, 12, 9), LATE_AFTER, LATE_AFTER, LAPSE, SAFE, False, ())
REVIEW = Obligation(Kind.REVIEW_APPLICATION, "0", "17(4)", Holder.ENTERPRISE, DATES)
NOTHING = Reached(0, None, 0, reachable=True)
SILENT = Reached(3, SAFE - 20 * DAY, 3, reachable=True)
LOST = Reached(3, SAFE - 20 * DAY, 3, reachable=False)


@pytest.mark.parametrize(
    ("matter", "today", "reached", "claimed", "section"),
    [
        (REVIEW, SAFE, NOTHING, False, Section.COMING),
        (REVIEW, LATE_AFTER, NOTHING, False, Section.COMING),
        (REVIEW, LATE_AFTER + DAY, NOTHING, False, Section.OVERDUE),
        (REVIEW, LATE_AFTER + DAY, LOST, False, Section.OVERDUE),
        (REVIEW, SAFE, SILENT, False, Section.SILENT),
        (REVIEW, SAFE, replace(SILENT, unanswered=2), False, Section.COMING),
        (REVIEW, SAFE, LOST, False, Section.UNDELIVERABLE),
        (REVIEW, SAFE, LOST, True, Section.CLAIMED),
        (REVIEW, LATE_AFTER + DAY, NOTHING, True, Section.CLAIMED),
        (replace(REVIEW, pending=True), LAPSE + DAY, LOST, False, Section.COMING),
        (replace(REVIEW, kind=Kind.LIST_REPORT, holder=Holder.UNIT), LAPSE, LOST, False, Section.OWN),
        (replace(REVIEW, kind=Kind.VALIDITY_END), LAPSE, NOTHING, False, Section.COMING),
        (replace(REVIEW, kind=Kind.VALIDITY_END), LAPSE + DAY, NOTHING, False, Section.OVERDUE),
        (replace(REVIEW, kind=Kind.CULTIVATION_END, holder=Holder.UNIT), SAFE, NOTHING, False, Section.COMING),
    ],
)
def test_a_row_stands_in_one_section(
    matter: Obligation, today: date, reached: Reached, claimed: bool, section: Section
) -> None:
    assert section_of(matter, today, reached, claimed=claimed) is section


@pytest.mark.parametrize(("unanswered", "section"), [(0, Section.COMING), (1, Section.SILENT), (3, Section.SILENT)])
def test_once_a_ladder_came_to_the_unit_one_reminder_without_an_answer_is_silence(
    unanswered: int, section: Section
) -> None:
    reached = replace(SILENT, unanswered=unanswered)
    assert section_of(REVIEW, SAFE, reached, claimed=False, climbed=True) is section
    assert section_of(REVIEW, SAFE, replace(reached, reachable=False), claimed=False, climbed=True) is (
        Section.UNDELIVERABLE
    )
    assert section_of(REVIEW, LATE_AFTER + DAY, reached, claimed=False, climbed=True) is Section.OVERDUE


ROW = Told(
    **{"obligation_id": 7, "revision": 0, "section": Section.COMING, "mark": Mark.NONE},  # type: ignore[arg-type]
    **{"pending": False, "provisional": False, "ends_on": DATES.ends_on, "due_on": DATES.due_on},  # type: ignore[arg-type]
    **{"late_after": LATE_AFTER, "lapse_after": LAPSE, "safe_due_on": SAFE, "reminders": 2},  # type: ignore[arg-type]
    **{"last_reminded_on": SAFE - 30 * DAY, "said": None, "contact_ids": (1,)},  # type: ignore[arg-type]
)


def past(cadence: Cadence, on: date, *rows: Told) -> PastList:
    return PastList(window(cadence, on), {row.obligation_id: row for row in rows})


def test_nothing_is_marked_where_a_unit_was_told_nothing_yet() -> None:
    assert mark_of(ROW, []) is Mark.NONE


def test_a_row_that_the_last_list_could_have_had_and_had_not_is_new() -> None:
    assert mark_of(ROW, [past(Cadence.WEEKLY, SAFE)]) is Mark.NEW


def test_a_row_that_comes_near_for_the_first_time_is_new() -> None:
    assert mark_of(ROW, [past(Cadence.WEEKLY, SAFE - 31 * DAY)]) is Mark.NEW


def test_a_row_that_a_narrow_list_left_out_is_known_from_the_wider_one_before() -> None:
    daily, monthly = past(Cadence.DAILY, SAFE - 5 * DAY), past(Cadence.MONTHLY, SAFE - 40 * DAY, ROW)
    assert mark_of(ROW, [daily, monthly]) is Mark.NONE


def test_a_row_that_was_gone_in_between_is_new_again() -> None:
    weekly, monthly = past(Cadence.WEEKLY, SAFE - 5 * DAY), past(Cadence.MONTHLY, SAFE - 40 * DAY, ROW)
    assert mark_of(ROW, [weekly, monthly]) is Mark.NEW


@pytest.mark.parametrize(
    ("now", "mark"),
    [
        (ROW, Mark.NONE),
        (replace(ROW, reminders=3, last_reminded_on=SAFE, contact_ids=(2,)), Mark.NONE),
        (replace(ROW, section=Section.SILENT), Mark.CHANGED),
        (replace(ROW, safe_due_on=SAFE + DAY), Mark.CHANGED),
        (replace(ROW, pending=True), Mark.CHANGED),
        (replace(ROW, said=Said(Answer.ACKNOWLEDGED, SAFE, Decision.NONE)), Mark.CHANGED),
    ],
)
def test_a_row_is_changed_by_its_section_its_days_and_its_answers_and_not_by_one_more_reminder(
    now: Told, mark: Mark
) -> None:
    assert mark_of(now, [past(Cadence.WEEKLY, SAFE - 7 * DAY, ROW)]) is mark
