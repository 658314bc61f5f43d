"""How many letters may go where in a minute."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.domain.allowance import full, wait_for

NOW = datetime(2028, 6, 9, tzinfo=UTC)


def test_a_minutes_worth_goes_at_once_and_then_as_the_minute_passes() -> None:
    granted, left = full(60, NOW).take(100, 60, NOW)
    assert granted == 60
    assert left.take(100, 60, NOW + timedelta(seconds=10))[0] == 10


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing() -> None:
    _, left = full(60, NOW).take(60, 60, NOW)
    granted, after = left.take(5, 60, NOW - timedelta(hours=1))
    assert granted == 0
    assert after.take(5, 60, NOW + timedelta(seconds=5))[0] == 5


@given(st.integers(1, 600), st.lists(st.tuples(st.integers(0, 200), st.floats(0, 90)), min_size=1, max_size=40))
def test_over_any_time_no_more_goes_than_the_rate_and_one_minutes_worth(
    per_minute: int, asked: list[tuple[int, float]]
) -> None:
    allowance, now, sent = full(per_minute, NOW), NOW, 0
    for wanted, seconds in asked:
        now += timedelta(seconds=seconds)
        granted, allowance = allowance.take(wanted, per_minute, now)
        assert 0 <= granted <= wanted
        sent += granted
    assert sent <= per_minute + per_minute * (now - NOW).total_seconds() / 60 + 1e-6


def test_who_waits_as_told_finds_the_letters_granted() -> None:
    _, left = full(30, NOW).take(30, 30, NOW)
    assert left.take(7, 30, NOW + wait_for(7, 30))[0] == 7
