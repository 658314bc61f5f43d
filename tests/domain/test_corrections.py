"""Corrections: the first statement rewritten, the log only added to."""

from datetime import date

import pytest

from service.domain.certification import Facts, Level
from service.domain.corrections import corrected
from service.domain.errors import RequestRefused
from service.domain.history import live
from service.domain.lifecycle import Event, Life, Phase
from tests.builders import event, log

CULTIVATED = event("cultivation_listed", "2025-11-24", months="24")
LISTED = event("listed", "2025-12-09")
APPLIED = event("review_applied", "2028-08-01")
PASSED = event("review_passed", "2028-11-20")


def correction(field: str, value: str) -> Event:
    return event("corrected", "2029-01-05", field=field, value=value)


def ends(life: Life) -> list[tuple[date, bool] | None]:
    return [(cycle.end.ends_on, cycle.end.printed) if cycle.end else None for cycle in life.cycles]


@pytest.mark.parametrize(
    ("field", "value", "stated"),
    [
        ("cultivation_from", "2025-11-20", {"cultivation_from": date(2025, 11, 20)}),
        ("cultivation_months", "18", {"cultivation_months": 18}),
        ("cultivation_until", "2027-10-31", {"cultivation_until": date(2027, 10, 31)}),
        ("listed_on", "2027-12-02", {"listed_on": date(2027, 12, 2)}),
        ("valid_through", "2030-11-30", {"valid_through": date(2030, 11, 30)}),
    ],
)
def test_each_stated_fact_can_be_corrected_and_the_others_stay(
    field: str, value: str, stated: dict[str, date | int]
) -> None:
    as_listed = {"cultivation_from": date(2025, 11, 24), "cultivation_months": 24, "listed_on": date(2027, 12, 1)}
    events = log(CULTIVATED, event("listed", "2027-12-01"), correction(field, value))
    assert live(Level.PIONEER, events).stated == Facts(**as_listed | stated)  # type: ignore[arg-type]


def test_a_corrected_list_date_moves_the_end_and_every_renewal_counted_from_it() -> None:
    events = log(LISTED, APPLIED, PASSED, correction("listed_on", "2025-12-31"))
    assert ends(live(Level.EXCELLENCE, events)) == [(date(2028, 12, 31), False), (date(2031, 12, 31), False)]


def test_a_printed_end_that_turns_up_later_beats_the_computed_one() -> None:
    life = live(Level.EXCELLENCE, log(LISTED, correction("valid_through", "2028-12-08")))
    assert ends(life) == [(date(2028, 12, 8), True)]


def test_the_last_correction_recorded_stands_whatever_the_order_in_which_the_log_is_read() -> None:
    events = log(LISTED, correction("listed_on", "2025-12-11"), correction("listed_on", "2025-12-10"))
    assert live(Level.EXCELLENCE, events[::-1]).stated.listed_on == date(2025, 12, 10)


def test_after_a_renewal_a_printed_end_is_that_of_the_renewed_period() -> None:
    listed = event("listed", None, "2028-12-08")
    renewed = live(Level.EXCELLENCE, log(listed, APPLIED, PASSED, correction("valid_through", "2031-12-31")))
    assert ends(renewed) == [(date(2028, 12, 8), True), (date(2031, 12, 31), True)]
    assert renewed.stated.valid_through == date(2028, 12, 8)


def test_an_end_corrected_before_the_renewal_stays_the_end_of_the_first_period() -> None:
    life = live(Level.EXCELLENCE, log(LISTED, APPLIED, correction("valid_through", "2028-12-08"), PASSED))
    assert ends(life) == [(date(2028, 12, 8), True), (date(2031, 12, 9), True)]


def test_a_correction_changes_no_event_of_the_log() -> None:
    events = log(LISTED, correction("listed_on", "2025-12-10"))
    before = list(events)
    live(Level.EXCELLENCE, events)
    assert events == before


def test_a_correction_is_possible_in_any_phase_and_leaves_it() -> None:
    events = log(LISTED, event("cancelled", "2026-06-01", cause="lapse"), correction("listed_on", "2025-12-10"))
    assert live(Level.EXCELLENCE, events).phase is Phase.CANCELLED


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("", "2025-12-10", "field"),
        ("batch", "2025", "batch"),
        ("listed_on", "2025-02-30", "2025-02-30"),
        ("listed_on", "", "listed_on"),
        ("listed_on", "soon", "soon"),
        ("cultivation_from", "2025-11-24", "cultivation_listed"),
        ("valid_through", "2025-12-09", "2025-12-09"),
        ("listed_on", "2028-09-01", "review_applied"),
    ],
    ids=[
        "no field",
        "no fact of a list",
        "no day of the calendar",
        "no value",
        "no day",
        "a fact that was never stated",
        "an end that is not after its start",
        "a listing after the review application",
    ],
)
def test_a_correction_that_cannot_be_is_refused_by_name(field: str, value: str, words: str) -> None:
    with pytest.raises(RequestRefused, match=words) as refused:
        live(Level.EXCELLENCE, log(LISTED, APPLIED, correction(field, value)))
    assert refused.value.zh
    assert refused.value.en


@pytest.mark.parametrize("months", ["0", "25", "1_2", "-3", "２４", "12.5", "", "9" * 5000])
def test_months_of_cultivation_are_corrected_to_one_to_twenty_four_and_to_nothing_else(months: str) -> None:
    with pytest.raises(RequestRefused):
        live(Level.PIONEER, log(CULTIVATED, correction("cultivation_months", months)))


def test_an_event_recorded_by_mistake_is_struck_out_by_its_number() -> None:
    mistaken = log(
        event("listed", "2025-12-09"),
        event("review_applied", "2028-08-01"),
        event("corrected", "2028-08-02", field="event", value="2"),
    )
    assert [each.type for each in corrected(mistaken)] == ["listed"]


@pytest.mark.parametrize("number", ["", "0", "3", "4", "two"])
def test_an_event_that_is_not_there_cannot_be_struck_out(number: str) -> None:
    with pytest.raises(RequestRefused, match="no event number"):
        corrected(log(event("listed", "2025-12-09"), event("corrected", "2028-08-02", field="event", value=number)))
