"""Reading a log: which event can be when, how each end comes about, and what a log recorded out of order adds up to."""

from datetime import date, timedelta

import pytest

from service.domain.certification import Level
from service.domain.errors import RequestRefused
from service.domain.history import live
from service.domain.lifecycle import Cause, Change, Demand, Event, EventType, Life, Phase
from tests.builders import event, log

CULTIVATED = event("cultivation_listed", "2025-11-24", months="24")
APPLIED = event("acceptance_applied", "2027-06-01")
ACCEPTED = event("accepted", "2027-10-01")
LISTED = event("listed", "2027-12-01")
CHANGED = event("changed", "2028-01-10")
REVIEW_APPLIED = event("review_applied", "2030-06-01")

VALID = (CULTIVATED, APPLIED, ACCEPTED, LISTED, CHANGED)
LEADS_TO = {
    Phase.PROPOSED: (),
    Phase.CULTIVATING: (CULTIVATED,),
    Phase.ACCEPTANCE_PENDING: (CULTIVATED, APPLIED),
    Phase.ACCEPTED: (CULTIVATED, APPLIED, ACCEPTED),
    Phase.ACCEPTANCE_FAILED: (CULTIVATED, APPLIED, event("acceptance_failed", "2027-10-01")),
    Phase.VALID: VALID,
    Phase.REVIEW_PENDING: (*VALID, REVIEW_APPLIED),
    Phase.REVIEW_FAILED: (*VALID, REVIEW_APPLIED, event("review_failed", "2030-09-01")),
    Phase.CANCELLED: (*VALID, event("cancelled", "2029-05-01", cause="accident")),
}

# Letters: proposed, Cultivating, acceptance pending (A), accepted (Y), acceptance failed (N), Valid, Review pending,
# review Failed, cancelled (X); a dot where the event cannot be.
POSSIBLE = {
    "listed": "PCAY.....",
    "cultivation_listed": "P........",
    "acceptance_applied": ".C..N....",
    "preliminarily_accepted": "..A......",
    "accepted": "..A......",
    "acceptance_failed": "..A......",
    "review_applied": ".....V...",
    "review_passed": "......R..",
    "review_failed": "......R..",
    "changed": ".....VR..",
    "change_filed": ".....VRFX",
    "inquiry_received": "PCAYNVRF.",
    "inquiry_answered": "PCAYNVRF.",
    "rectification_ordered": "PCAYNVRF.",
    "rectified": "PCAYNVRF.",
    "cancelled": "PCAYNVRF.",
    "renamed": "PCAYNVRFX",
}
DEMANDED_BY = {"inquiry_answered": "inquiry_received", "rectified": "rectification_ordered"}
LEADS_ON_TO = {
    "listed": Phase.VALID,
    "cultivation_listed": Phase.CULTIVATING,
    "acceptance_applied": Phase.ACCEPTANCE_PENDING,
    "accepted": Phase.ACCEPTED,
    "acceptance_failed": Phase.ACCEPTANCE_FAILED,
    "review_applied": Phase.REVIEW_PENDING,
    "review_passed": Phase.VALID,
    "review_failed": Phase.REVIEW_FAILED,
    "cancelled": Phase.CANCELLED,
}
CASES = [
    (phase, EventType(name), mark != ".")
    for name, marks in POSSIBLE.items()
    for phase, mark in zip(LEADS_TO, marks, strict=True)
]


def test_every_event_but_the_correction_is_in_the_table() -> None:
    assert {*POSSIBLE, "corrected"} == set(EventType)


@pytest.mark.parametrize(("phase", "type", "possible"), CASES, ids=[f"{type} when {phase}" for phase, type, _ in CASES])
def test_an_event_is_taken_where_it_can_be_and_else_refused_with_nothing_changed(
    phase: Phase, type: EventType, possible: bool
) -> None:
    recorded = log(*LEADS_TO[phase])
    before = live(Level.PIONEER, recorded)
    assert before.phase is phase
    day = max((each.on for each in recorded if each.on), default=date(2025, 11, 1)) + timedelta(days=30)
    happened = event(type, day, order=99, months="24", cause="violation")
    if type in DEMANDED_BY:
        recorded = [*recorded, event(DEMANDED_BY[type], day - timedelta(days=1), order=98)] if possible else recorded
    if possible:
        assert live(Level.PIONEER, [*recorded, happened]).phase is LEADS_ON_TO.get(type, phase)
        return
    with pytest.raises(RequestRefused, match=f"{type} on {day} cannot be: the state before it is {phase}") as refused:
        live(Level.PIONEER, [*recorded, happened])
    assert f"“{phase.zh}”" in refused.value.zh
    assert live(Level.PIONEER, recorded) == before


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (LISTED, event("review_passed", "2030-08-01")),
        (LISTED, event("acceptance_applied", "2028-08-01")),
        (CULTIVATED, event("accepted", "2027-08-01")),
        (CULTIVATED, event("review_applied", "2027-08-01")),
    ],
    ids=["a review nobody applied for", "no cultivation", "an acceptance nobody applied for", "not yet valid"],
)
def test_an_order_that_cannot_be_is_refused(first: Event, then: Event) -> None:
    with pytest.raises(RequestRefused, match=f"{then.type} on {then.on}"):
        live(Level.PIONEER, log(first, then))


@pytest.mark.parametrize("type", sorted(set(EventType) - {"listed", "cultivation_listed", "corrected"}))
def test_only_a_listing_may_lack_its_day(type: EventType) -> None:
    with pytest.raises(RequestRefused, match=f"{type} needs its day"):
        live(Level.PIONEER, log(*VALID, event(type, None)))


# Ends: a newly printed date; else counted from the listing, never chained; else from the first printed end.


def ends(level: Level, *events: Event) -> list[tuple[str, bool] | None]:
    cycles = live(level, log(*events)).cycles
    return [(str(cycle.end.ends_on), cycle.end.printed) if cycle.end else None for cycle in cycles]


def renewal(year: int, until: str | None = None) -> tuple[Event, Event]:
    return event("review_applied", f"{year}-01-10"), event("review_passed", f"{year}-01-20", until)


@pytest.mark.parametrize("level", [Level.EXCELLENCE, Level.PIONEER])
@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (
            [event("listed", "2025-12-09"), *renewal(2028), *renewal(2031)],
            [("2028-12-09", False), ("2031-12-09", False), ("2034-12-09", False)],
        ),
        (
            [event("listed", "2024-02-29"), *renewal(2027), *renewal(2030), *renewal(2033)],
            [("2027-02-28", False), ("2030-02-28", False), ("2033-02-28", False), ("2036-02-29", False)],
        ),
        (
            [event("listed", "2025-12-09", "2028-12-08"), *renewal(2028), *renewal(2031)],
            [("2028-12-08", True), ("2031-12-09", True), ("2034-12-09", True)],
        ),
        (
            [event("listed", None, "2028-02-29"), *renewal(2027), *renewal(2030), *renewal(2033), *renewal(2036)],
            [
                ("2028-02-29", True),
                ("2031-02-28", True),
                ("2034-02-28", True),
                ("2037-02-28", True),
                ("2040-02-29", True),
            ],
        ),
        (
            [event("listed", "2025-12-09"), *renewal(2028, "2031-11-30"), *renewal(2031)],
            [("2028-12-09", False), ("2031-11-30", True), ("2034-12-09", False)],
        ),
        (
            [event("listed", None, "2028-12-31"), *renewal(2028, "2032-01-31"), *renewal(2031)],
            [("2028-12-31", True), ("2032-01-31", True), ("2034-12-31", True)],
        ),
    ],
    ids=[
        "counted from the listing",
        "never chained: the leap day comes back",
        "a printed first end gives its nature, the listing the count",
        "the first printed end is the anchor where the listing is unknown",
        "a newly printed end beats the count, for its own period alone",
        "the next one is counted from the first printed end again",
    ],
)
def test_each_renewal_is_counted_from_the_anchor(
    level: Level, events: list[Event], expected: list[tuple[str, bool]]
) -> None:
    assert ends(level, *events) == expected


def test_a_validity_of_which_nothing_is_known_has_no_end_and_neither_has_its_renewal() -> None:
    assert ends(Level.EXCELLENCE, event("listed", None), *renewal(2028)) == [None, None]


def test_the_advanced_level_has_the_end_its_unit_prints_and_no_other() -> None:
    listed = event("listed", "2025-12-09")
    assert ends(Level.ADVANCED, listed, *renewal(2027)) == [None, None]
    assert ends(Level.ADVANCED, listed, *renewal(2027, "2030-06-30")) == [None, ("2030-06-30", True)]
    assert ends(Level.ADVANCED, event("listed", None, "2027-12-31"), *renewal(2027)) == [("2027-12-31", True), None]


def test_the_validity_of_a_pioneer_begins_with_its_list_not_with_its_acceptance() -> None:
    assert ends(Level.PIONEER, CULTIVATED, APPLIED, ACCEPTED, LISTED) == [("2030-12-01", False)]
    assert ends(Level.PIONEER, CULTIVATED, APPLIED, ACCEPTED) == []


@pytest.mark.parametrize("until", ["2028-01-20", "2020-01-01", "2028-12-09", "2028-06-30"])
def test_a_renewed_end_that_is_not_after_the_renewal_and_the_end_before_it_is_refused(until: str) -> None:
    with pytest.raises(RequestRefused, match=until):
        ends(Level.EXCELLENCE, event("listed", "2025-12-09"), *renewal(2028, until))


@pytest.mark.parametrize("until", ["2025-12-09", "2025-12-08"])
def test_a_period_that_ends_before_it_has_begun_is_refused(until: str) -> None:
    with pytest.raises(RequestRefused, match=f"{until} is not after its start 2025-12-09"):
        ends(Level.EXCELLENCE, event("listed", "2025-12-09", until))
    with pytest.raises(RequestRefused, match=f"{until} is not after its start 2025-12-09"):
        live(Level.PIONEER, log(event("cultivation_listed", "2025-12-09", until)))


# Cultivation: at most two years; without an end none is guessed.


def cultivation_end(on: str | None, until: str | None = None, months: str | None = None) -> str | None:
    listed = event("cultivation_listed", on, until)
    if months is not None:
        listed = event("cultivation_listed", on, until, months=months)
    cultivation = live(Level.PIONEER, log(listed)).cultivation
    assert cultivation is not None
    return str(cultivation.end.ends_on) if cultivation.end else None


def test_a_cultivation_ends_as_printed_else_after_its_months_else_on_no_known_day() -> None:
    assert cultivation_end("2025-11-24", months="24") == "2027-11-24"
    assert cultivation_end("2025-11-24", months="1") == "2025-12-24"
    assert cultivation_end("2025-11-24", "2027-11-24") == "2027-11-24"
    assert cultivation_end("2025-11-24", "2027-11-23", months="24") == "2027-11-23"
    assert cultivation_end(None, "2027-11-23") == "2027-11-23"
    assert cultivation_end("2025-11-24") is None
    assert cultivation_end(None, months="24") is None


@pytest.mark.parametrize("months", ["0", "25", "9999", "-1", "abc", "", "1_2", "２４", "24.0", "9" * 5000])
def test_months_of_cultivation_that_are_no_number_or_not_one_to_twenty_four_are_refused(months: str) -> None:
    with pytest.raises(RequestRefused):
        cultivation_end("2025-11-24", months=months)


def test_a_printed_end_later_than_two_years_is_refused() -> None:
    with pytest.raises(RequestRefused, match="at most 2 years"):
        cultivation_end("2025-11-24", "2027-11-25")


@pytest.mark.parametrize("level", [Level.ADVANCED, Level.EXCELLENCE])
def test_only_a_pioneer_is_cultivated(level: Level) -> None:
    with pytest.raises(RequestRefused, match=r"18\(3\)"):
        live(level, log(CULTIVATED))


def test_a_failed_acceptance_can_be_applied_for_again() -> None:
    again = (*LEADS_TO[Phase.ACCEPTANCE_FAILED], event("acceptance_applied", "2027-11-01"))
    assert live(Level.PIONEER, log(*again, event("accepted", "2027-11-10"), LISTED)).phase is Phase.VALID


# A log is read by its days, in whatever order it came to be recorded.


def test_a_log_recorded_backward_is_the_same_life() -> None:
    events = LEADS_TO[Phase.REVIEW_FAILED]

    def without_orders(life: Life) -> tuple[object, ...]:
        return life.phase, life.stated, life.cultivation, life.cycles, [change.on for change in life.changes]

    assert without_orders(live(Level.PIONEER, log(*events[::-1]))) == without_orders(live(Level.PIONEER, log(*events)))


def test_events_of_one_day_follow_the_order_of_recording() -> None:
    applied, passed = event("review_applied", "2030-06-01"), event("review_passed", "2030-06-01")
    assert live(Level.PIONEER, log(*VALID, applied, passed)).phase is Phase.VALID
    with pytest.raises(RequestRefused, match="review_passed on 2030-06-01"):
        live(Level.PIONEER, log(*VALID, passed, applied))


@pytest.mark.parametrize("place", range(4))
def test_a_listing_whose_day_is_not_known_follows_the_cultivation_whenever_it_is_recorded(place: int) -> None:
    events = [CULTIVATED, APPLIED, ACCEPTED]
    events.insert(place, event("listed", None, "2030-11-30"))
    life = live(Level.PIONEER, log(*events))
    assert life.phase is Phase.VALID
    assert life.cultivation is not None
    assert life.cultivation.over


def test_a_listing_without_a_day_comes_before_what_follows_a_listing() -> None:
    events = log(event("review_applied", "2028-08-01"), event("listed", None, "2028-12-08"))
    assert live(Level.EXCELLENCE, events).phase is Phase.REVIEW_PENDING


def test_a_second_listing_without_a_day_is_refused_in_words_that_name_no_day() -> None:
    with pytest.raises(RequestRefused, match="listed cannot be") as refused:
        live(Level.EXCELLENCE, log(event("listed", None, "2028-12-08"), event("listed", None, "2028-12-31")))
    assert "None" not in str(refused.value)


# Major changes: one filing answers one change.

VALIDITY = event("listed", "2025-12-09")
FIRST, SECOND = event("changed", "2026-01-10"), event("changed", "2026-02-01")


def filed(*events: Event) -> dict[str, str | None]:
    changes = live(Level.EXCELLENCE, log(VALIDITY, *events)).changes
    return {str(change.on): str(change.filed_on) if change.filed_on else None for change in changes}


def filing(on: str, changed_on: str | None = None) -> Event:
    return event("change_filed", on) if changed_on is None else event("change_filed", on, changed_on=changed_on)


def test_a_filing_answers_the_one_change_that_waits() -> None:
    assert filed(FIRST, filing("2026-03-01")) == {"2026-01-10": "2026-03-01"}
    assert filed(FIRST, filing("2026-01-20"), SECOND, filing("2026-03-02")) == {
        "2026-01-10": "2026-01-20",
        "2026-02-01": "2026-03-02",
    }


def test_where_several_changes_wait_the_filing_names_its_own() -> None:
    with pytest.raises(RequestRefused, match="2026-01-10, 2026-02-01"):
        filed(FIRST, SECOND, filing("2026-03-01"))
    assert filed(FIRST, SECOND, filing("2026-03-01", "2026-02-01")) == {"2026-01-10": None, "2026-02-01": "2026-03-01"}


def test_a_change_recorded_later_leaves_an_earlier_filing_where_it_is() -> None:
    assert filed(FIRST, filing("2026-03-01"), SECOND) == {"2026-01-10": "2026-03-01", "2026-02-01": None}


@pytest.mark.parametrize(
    "events",
    [
        [filing("2026-03-01")],
        [FIRST, filing("2026-01-09")],
        [FIRST, filing("2026-03-01"), filing("2026-03-02")],
        [FIRST, filing("2026-03-01", "2026-01-11")],
        [FIRST, filing("2026-03-01", "10 January")],
    ],
    ids=["no change", "before the change", "a second filing", "of another day", "of no day"],
)
def test_a_filing_that_answers_no_waiting_change_is_refused(events: list[Event]) -> None:
    with pytest.raises(RequestRefused, match="changed_on"):
        filed(*events)


def test_one_day_has_one_major_change() -> None:
    with pytest.raises(RequestRefused, match="2026-01-10"):
        filed(FIRST, FIRST)


def test_a_change_is_to_be_filed_only_within_validity_its_last_day_included() -> None:
    assert filed(event("changed", "2028-12-09")) == {"2028-12-09": None}
    with pytest.raises(RequestRefused, match="2028-12-10 is not within validity"):
        filed(event("changed", "2028-12-10"))
    applied = event("review_applied", "2028-08-01")
    assert filed(applied, event("changed", "2028-12-10")) == {"2028-12-10": None}  # the review is awaited


def test_changes_wait_oldest_first() -> None:
    life = live(Level.EXCELLENCE, log(VALIDITY, SECOND, FIRST))
    assert life.unfiled == (Change(date(2026, 1, 10), order=3), Change(date(2026, 2, 1), order=2))


# Inquiries and rectifications: one answer to each, as with changes.

ASKED = [
    ("inquiry_received", "inquiry_answered", "received_on", "inquiries"),
    ("rectification_ordered", "rectified", "ordered_on", "rectifications"),
]


@pytest.mark.parametrize(("asks", "answers", "key", "name"), ASKED)
def test_an_answer_meets_the_one_demand_that_waits(asks: str, answers: str, key: str, name: str) -> None:
    first, second = event(asks, "2026-01-10", "2026-01-30"), event(asks, "2026-02-01")
    life = live(Level.EXCELLENCE, log(VALIDITY, first, event(answers, "2026-01-20"), second))
    assert getattr(life, name) == (
        Demand(date(2026, 1, 10), date(2026, 1, 30), met=True, order=2),
        Demand(date(2026, 2, 1), None, met=False, order=4),
    )


@pytest.mark.parametrize(("asks", "answers", "key", "name"), ASKED)
def test_where_several_wait_the_answer_names_its_own(asks: str, answers: str, key: str, name: str) -> None:
    both = (VALIDITY, event(asks, "2026-01-10", "2026-01-30"), event(asks, "2026-01-12", "2026-01-20"))
    with pytest.raises(RequestRefused, match=f"{key}=DAY; open are: 2026-01-10, 2026-01-12"):
        live(Level.EXCELLENCE, log(*both, event(answers, "2026-01-15")))
    life = live(Level.EXCELLENCE, log(*both, event(answers, "2026-01-15", **{key: "2026-01-12"})))
    assert [demand.met for demand in getattr(life, name)] == [False, True]


@pytest.mark.parametrize(("asks", "answers", "key", "name"), ASKED)
def test_an_answer_that_nothing_asked_for_is_refused(asks: str, answers: str, key: str, name: str) -> None:
    asked = event(asks, "2026-01-10", "2026-01-30")
    for events in (
        [event(answers, "2026-01-20")],
        [asked, event(answers, "2026-01-09")],
        [asked, event(answers, "2026-01-20"), event(answers, "2026-01-21")],
        [asked, event(answers, "2026-01-20", **{key: "2026-01-11"})],
    ):
        with pytest.raises(RequestRefused, match=key):
            live(Level.EXCELLENCE, log(VALIDITY, *events))


@pytest.mark.parametrize(("asks", "answers", "key", "name"), ASKED)
def test_a_demand_for_an_earlier_day_or_a_second_one_of_a_day_is_refused(
    asks: str, answers: str, key: str, name: str
) -> None:
    live(Level.EXCELLENCE, log(VALIDITY, event(asks, "2026-01-10", "2026-01-10")))
    with pytest.raises(RequestRefused, match="2026-01-09"):
        live(Level.EXCELLENCE, log(VALIDITY, event(asks, "2026-01-10", "2026-01-09")))
    with pytest.raises(RequestRefused, match="2026-01-10 is on record already"):
        live(Level.EXCELLENCE, log(VALIDITY, event(asks, "2026-01-10"), event(asks, "2026-01-10", "2026-02-01")))


@pytest.mark.parametrize("details", [{}, {"cause": ""}, {"cause": "20"}, {"cause": "Accident"}])
def test_a_cancellation_without_a_known_cause_is_refused_naming_those_there_are(details: dict[str, str]) -> None:
    with pytest.raises(RequestRefused, match="accident, violation, falsification, no_reply, lapse, review_failed"):
        live(Level.EXCELLENCE, log(VALIDITY, event("cancelled", "2026-05-01", **details)))


@pytest.mark.parametrize("cause", list(Cause))
def test_a_cancellation_keeps_its_day_and_cause(cause: Cause) -> None:
    life = live(Level.EXCELLENCE, log(VALIDITY, event("cancelled", "2026-05-01", cause=cause)))
    assert (life.phase, life.cancelled_on, life.cancelled_for) == (Phase.CANCELLED, date(2026, 5, 1), cause)
