"""A relay that fails rests, longer each time, and is used again as soon as it works."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.circuit import CLOSED, Circuit
from service.domain.delivery import OF_THE_RELAY, Outcome, Refused, Sent, TryAgain, Unknown, Verdict

NOW = datetime(2028, 6, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def failing(verdict: Verdict = Verdict.RELAY) -> TryAgain:
    return TryAgain("no", verdict=verdict)


def after(*outcomes: Outcome, circuit: Circuit = CLOSED) -> Circuit:
    for outcome in outcomes:
        circuit = circuit.after(outcome, NOW)
    return circuit


def test_four_failures_in_a_row_may_be_chance_the_fifth_begins_a_rest() -> None:
    assert after(*[failing()] * 4).usable(NOW)
    resting = after(*[failing()] * 5)
    assert not resting.usable(NOW + MINUTE - timedelta(seconds=1))
    assert resting.usable(NOW + MINUTE)


def test_one_refused_login_is_enough() -> None:
    assert after(failing(Verdict.LOGIN)).rests_until == NOW + 5 * MINUTE


@pytest.mark.parametrize("verdict", sorted(OF_THE_RELAY))
def test_each_trial_that_fails_doubles_the_rest_up_to_half_an_hour(verdict: Verdict) -> None:
    circuit, rests = after(*[failing(verdict)] * 5), []
    for _ in range(8):
        assert circuit.rests_until is not None
        now = circuit.rests_until
        circuit = circuit.after(failing(verdict), now)
        assert circuit.rests_until is not None
        rests.append(circuit.rests_until - now)
    assert rests == sorted(rests)
    assert rests[-1] == 30 * MINUTE


def test_what_was_on_its_way_when_the_rest_began_does_not_lengthen_it() -> None:
    assert after(*[failing()] * 50) == after(*[failing()] * 5)


@pytest.mark.parametrize(
    "works",
    [Sent("250"), Refused("550", 550, Verdict.ADDRESS), TryAgain("451", 451, Verdict.LATER), failing(Verdict.RATE)],
)
def test_any_answer_about_a_letter_shows_that_the_relay_works(works: Outcome) -> None:
    resting = after(*[failing()] * 5)
    assert resting.after(works, NOW + MINUTE) == CLOSED


def test_a_lost_answer_says_nothing_of_the_relay() -> None:
    circuit = after(failing(), failing())
    assert circuit.after(Unknown("lost"), NOW) == circuit


@given(st.lists(st.sampled_from([Sent(""), Unknown(""), *map(failing, Verdict)]), max_size=60), st.integers(0, 3600))
def test_no_rest_is_longer_than_half_an_hour_and_none_begins_without_a_failure(
    outcomes: list[Outcome], seconds: int
) -> None:
    circuit, now = CLOSED, NOW
    for outcome in outcomes:
        circuit = circuit.after(outcome, now)
        assert circuit.rests_until is None or circuit.rests_until - now <= 30 * MINUTE
        assert circuit.usable(now) or circuit.failures > 0
        now += timedelta(seconds=seconds)
