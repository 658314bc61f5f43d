"""The outbox at a person's word: only what may be planned again or ended is."""

from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from service.domain.delivery import Purpose, State
from service.domain.listing import Reached
from service.store import chased, deliveries
from service.store.deliveries import Plan
from service.store.tables import delivery
from tests.house import EXCELLENCE, TODAY, House


@pytest.fixture
def one(engine: Engine, tmp_path: Path) -> House:
    """A house with one message planned, number 2 in the outbox."""
    house = House(engine, tmp_path)
    house.take_in(EXCELLENCE)
    house.scan()
    return house


def put(house: House, state: State) -> None:
    with house.engine.begin() as connection:
        connection.execute(update(delivery).where(delivery.c.id == 2).values(state=state))


def test_only_what_ended_badly_is_retried_and_only_what_waits_is_aborted(one: House) -> None:
    retriable = {State.REFUSED, State.UNKNOWN, State.BOUNCED, State.ABORTED}
    waiting = {State.HELD, State.PLANNED, State.CALLED}
    asked = ((deliveries.retry, retriable, "planned"), (deliveries.abort, waiting, "aborted"))
    for state, (ask, allowed, after) in product(State, asked):
        put(one, state)
        with one.engine.begin() as connection:
            assert ask(connection, [2], one.clock()) == ([2] if state in allowed else []), (ask, state)
        assert one.rows(delivery)[1].state == (after if state in allowed else state)


def test_what_is_planned_twice_is_in_the_outbox_once(one: House) -> None:
    same = Plan("obligation", 1, 0, Purpose.REMINDER, "90d", 1)
    other = Plan("obligation", 1, 0, Purpose.REMINDER, "60d", 1)
    with one.engine.begin() as connection:
        assert deliveries.plan(connection, [same, other, other], TODAY, one.clock()) == 1
        assert deliveries.plan(connection, [], TODAY, one.clock()) == 0
    assert len(one.rows(delivery)) == 3


def test_a_shown_delivery_names_the_role_and_not_the_person(one: House) -> None:
    with one.engine.begin() as connection:
        [shown] = deliveries.listed(connection, State.PLANNED, [1], 10)
        assert deliveries.listed(connection, None, [], 10) == []
        assert len(deliveries.listed(connection, None, None, 1)) == 1

    assert (shown.role, shown.delivery.stage, shown.not_before) == ("handler", "90d", one.clock.now)
    assert "handler@a.example" not in repr(shown)
    assert "经办人" not in repr(shown)


def test_a_reminder_counts_as_told_once_it_is_sent_and_on_its_business_day(one: House) -> None:
    with one.engine.begin() as connection:
        assert chased.reached(connection, [1, 2]) == {1: Reached(0, None, 0, reachable=True)}
    one.deliver()
    later = TODAY + timedelta(days=30)
    one.sent(later)
    with one.engine.begin() as connection:
        assert chased.reached(connection, [1, 2]) == {1: Reached(2, later, 2, reachable=True, silent_since=TODAY)}
