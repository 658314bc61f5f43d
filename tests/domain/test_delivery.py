"""The states of a delivery as sets, and how long a temporary failure waits."""

from datetime import timedelta

import pytest

from service.domain.delivery import LEASE, RETRIABLE, WAITING, State, retry_after


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (500, 60), (0, 1)])
def test_a_temporary_failure_waits_longer_each_time_up_to_an_hour(attempts: int, minutes: int) -> None:
    assert retry_after(attempts) == timedelta(minutes=minutes)


def test_what_is_on_the_wire_or_with_the_relay_can_neither_be_withdrawn_nor_sent_again_by_hand() -> None:
    for state in (State.SENDING, State.SENT):
        assert state not in WAITING
        assert state not in RETRIABLE


def test_what_waits_need_not_be_retried_and_what_was_overtaken_must_not_be() -> None:
    assert not set(WAITING) & set(RETRIABLE)
    assert not {State.WITHDRAWN, State.SUPERSEDED} & set(RETRIABLE)


def test_a_crash_holds_a_letter_up_for_thirty_seconds_at_most() -> None:
    assert timedelta() < LEASE <= timedelta(seconds=30)
