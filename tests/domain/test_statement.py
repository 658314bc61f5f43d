"""A sheet beside the record: what is new becomes events, what is known becomes nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.domain.certification import Facts, Level
from service.domain.errors import RequestRefused
from service.domain.history import live
from service.domain.lifecycle import Event, EventType, Life, Phase
from service.domain.statement import news
from tests.builders import event, facts, log

TODAY = date(2028, 12, 20)
LISTED = event("listed", "2025-12-09")
RENEWED = (LISTED, event("review_applied", "2028-08-01"), event("review_passed", "2028-11-20"))


def told(level: Level, recorded: list[Event], stated: Facts) -> tuple[list[Event], Life]:
    """The events a sheet leads to, and the life with them."""
    events = news(live(level, recorded), stated, TODAY, order=len(recorded))
    return events, live(level, [*recorded, *events])


def written(events: list[Event]) -> list[tuple[str, str]]:
    return [(each.details["field"], each.details["value"]) for each in events]


def test_a_first_statement_is_a_listing_on_the_day_it_states() -> None:
    events, life = told(Level.EXCELLENCE, [], facts(listed_on="2025-12-09", valid_through="2028-12-08"))
    assert events == [event("listed", "2025-12-09", "2028-12-08", order=1)]
    assert life.phase is Phase.VALID


def test_a_cultivation_and_the_list_after_acceptance_may_stand_in_one_row() -> None:
    stated = facts(cultivation_from="2025-11-24", cultivation_months=24, listed_on="2027-12-01")
    events, life = told(Level.PIONEER, [], stated)
    assert [each.type for each in events] == [EventType.CULTIVATION_LISTED, EventType.LISTED]
    assert [each.order for each in events] == [1, 2]
    assert life.stated == stated


def test_a_proposal_states_nothing_and_leads_to_nothing() -> None:
    assert told(Level.EXCELLENCE, [], facts()) == ([], Life(Level.EXCELLENCE))


def test_a_fact_that_differs_becomes_a_correction_recorded_today() -> None:
    events, life = told(Level.EXCELLENCE, log(LISTED), facts(listed_on="2025-12-10"))
    assert events == [event("corrected", TODAY, order=2, field="listed_on", value="2025-12-10")]
    assert life.stated.listed_on == date(2025, 12, 10)


def test_each_differing_fact_of_a_cultivation_becomes_a_correction_of_its_own() -> None:
    recorded = log(event("cultivation_listed", "2025-11-24", months="24"))
    events, life = told(Level.PIONEER, recorded, facts(cultivation_from="2025-11-20", cultivation_months=18))
    assert written(events) == [("cultivation_from", "2025-11-20"), ("cultivation_months", "18")]
    assert life.cultivation is not None
    assert life.cultivation.end is not None
    assert life.cultivation.end.ends_on == date(2027, 5, 20)


def test_a_fact_that_the_sheet_leaves_out_is_not_taken_back() -> None:
    recorded = log(event("listed", "2025-12-09", "2028-12-08"))
    assert told(Level.EXCELLENCE, recorded, facts(listed_on="2025-12-09"))[0] == []
    assert told(Level.EXCELLENCE, recorded, facts())[0] == []


def test_a_certificate_that_prints_the_counted_day_is_news_for_it_is_the_last_valid_day() -> None:
    events, life = told(Level.EXCELLENCE, log(LISTED), facts(valid_through="2028-12-09"))
    assert written(events) == [("valid_through", "2028-12-09")]
    assert life.cycles[0].end is not None
    assert life.cycles[0].end.printed


def test_a_sheet_older_than_a_renewal_does_not_take_the_renewal_back() -> None:
    recorded = log(event("listed", "2025-12-09", "2028-12-08"), *RENEWED[1:])
    assert told(Level.EXCELLENCE, recorded, facts(listed_on="2025-12-09", valid_through="2028-12-08"))[0] == []


@pytest.mark.parametrize("listed", [LISTED, event("listed", None, "2028-12-08")], ids=["listed", "printed alone"])
def test_the_newly_printed_end_of_a_renewed_period_moves_that_period_alone(listed: Event) -> None:
    recorded = log(listed, *RENEWED[1:])
    first = live(Level.EXCELLENCE, recorded).cycles[0]
    events, life = told(Level.EXCELLENCE, recorded, facts(valid_through="2031-12-31"))
    assert written(events) == [("valid_through", "2031-12-31")]
    assert [cycle.end and cycle.end.ends_on for cycle in life.cycles] == [
        first.end and first.end.ends_on,
        date(2031, 12, 31),
    ]
    assert told(Level.EXCELLENCE, [*recorded, *events], facts(valid_through="2031-12-31"))[0] == []


def test_the_printed_end_of_a_pioneer_whose_list_is_not_known_follows_its_cultivation() -> None:
    recorded = log(event("cultivation_listed", "2025-11-24", months="24"))
    events, life = told(Level.PIONEER, recorded, facts(valid_through="2030-12-08"))
    assert events == [event("listed", None, "2030-12-08", order=2)]
    assert life.phase is Phase.VALID


def test_a_listing_of_what_was_cancelled_is_refused_when_it_is_read() -> None:
    recorded = log(
        event("cultivation_listed", "2025-11-24", months="24"), event("cancelled", "2026-05-01", cause="violation")
    )
    with pytest.raises(RequestRefused, match="listed on 2027-12-01 cannot be"):
        told(Level.PIONEER, recorded, facts(listed_on="2027-12-01"))


offsets = st.none() | st.integers(0, 1500)
starts = st.none() | st.dates(date(2020, 1, 1), date(2026, 12, 31))


@st.composite
def statements(draw: st.DrawFn) -> tuple[Level, Facts]:
    """What a sheet can state: ends after their starts, a cultivation for a pioneer alone."""
    level = draw(st.sampled_from(Level))
    start, listed_on = draw(starts), draw(starts)
    until, through = draw(st.none() | st.integers(1, 730)), draw(offsets)
    pioneer = level is Level.PIONEER
    return level, Facts(
        listed_on=listed_on,
        valid_through=None if through is None else (listed_on or date(2026, 1, 1)) + timedelta(days=through + 1),
        cultivation_from=start if pioneer else None,
        cultivation_months=draw(st.none() | st.integers(1, 24)) if pioneer else None,
        cultivation_until=(start or date(2026, 1, 1)) + timedelta(days=until) if pioneer and until else None,
    )


@given(statements(), statements())
def test_the_same_sheet_again_is_no_news_and_what_it_states_is_on_record(
    first: tuple[Level, Facts], second: tuple[Level, Facts]
) -> None:
    level = first[0]
    assume(second[0] is level)
    recorded: list[Event] = []
    for stated in (first[1], second[1]):
        try:
            events, life = told(level, recorded, stated)
        except RequestRefused:  # a list before its cultivation, an end before the other sheet's start
            return
        recorded = [*recorded, *events]
        assert news(life, stated, TODAY, len(recorded)) == []
        for name in Facts.__dataclass_fields__:
            assert getattr(stated, name) in (None, getattr(life.stated, name))
