"""The broker's SQL and the leader's lease, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, event, insert, select, text

from service.store import queue
from service.store.queue import ClaimedMessage, queue_message

NOON = datetime(2027, 8, 6, 4, 0, tzinfo=UTC)
LEASE = timedelta(seconds=20)
SECOND = timedelta(seconds=1)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        yield connection


def put(connection: Connection, *names: str, queue_name: str = "q", at: datetime = NOON) -> None:
    for name in names:
        queue.put(connection, queue_name, name, name.encode(), at)


def claim(
    connection: Connection, owner: str = "one", now: datetime = NOON, limit: int = 10, queue_name: str = "q"
) -> list[ClaimedMessage]:
    return queue.claim(connection, queue_name, owner, now, LEASE, limit)


def names(claimed: list[ClaimedMessage]) -> list[str]:
    return [message.body.decode() for message in claimed]


def test_messages_are_claimed_in_the_order_they_were_put(connection: Connection) -> None:
    put(connection, "a", "b", "c", "d", "e")

    assert names(claim(connection, limit=2)) == ["a", "b"]
    assert names(claim(connection, limit=9)) == ["c", "d", "e"]


def test_a_claim_takes_from_its_own_queue_only(connection: Connection) -> None:
    put(connection, "here")
    put(connection, "elsewhere", queue_name="other")

    assert names(claim(connection)) == ["here"]


def test_a_message_is_not_claimed_before_it_is_available(connection: Connection) -> None:
    put(connection, "later", at=NOON + SECOND)

    assert claim(connection) == []
    assert names(claim(connection, now=NOON + SECOND)) == ["later"]


def test_a_claimed_message_comes_back_when_its_lease_ends_and_not_before(connection: Connection) -> None:
    put(connection, "a")
    claim(connection, owner="one")

    assert claim(connection, owner="two", now=NOON + LEASE - SECOND) == []
    assert names(claim(connection, owner="two", now=NOON + LEASE)) == ["a"]


def test_a_renewed_lease_ends_later(connection: Connection) -> None:
    put(connection, "a")
    [held] = claim(connection, owner="one")
    queue.renew(connection, "one", [held.seq], NOON + 2 * LEASE)

    assert claim(connection, owner="two", now=NOON + LEASE) == []
    assert names(claim(connection, owner="two", now=NOON + 2 * LEASE)) == ["a"]


def test_what_another_has_claimed_since_can_no_longer_be_touched(connection: Connection) -> None:
    put(connection, "a")
    [held] = claim(connection, owner="one")
    claim(connection, owner="two", now=NOON + LEASE)

    queue.settle(connection, "one", held.seq)
    queue.bury(connection, "one", held.seq, NOON + LEASE)
    queue.give_back(connection, "one", [held.seq], NOON + LEASE)
    queue.renew(connection, "one", [held.seq], NOON)

    assert queue.waiting(connection, "q") == 1
    assert claim(connection, owner="three", now=NOON + LEASE + SECOND) == []


def test_a_settled_message_is_gone(connection: Connection) -> None:
    put(connection, "a")
    [held] = claim(connection)
    queue.settle(connection, "one", held.seq)

    assert queue.waiting(connection, "q") == 0
    assert claim(connection, now=NOON + 2 * LEASE) == []


def test_what_is_given_back_can_be_claimed_at_once(connection: Connection) -> None:
    put(connection, "a", "b")
    queue.give_back(connection, "one", [message.seq for message in claim(connection)], NOON)

    assert names(claim(connection, owner="two")) == ["a", "b"]


def test_a_number_is_never_given_twice(connection: Connection) -> None:
    put(connection, "a")
    [first] = claim(connection)
    queue.settle(connection, "one", first.seq)
    put(connection, "b")
    [second] = claim(connection)

    assert second.seq > first.seq


def test_a_dead_letter_is_kept_until_it_is_purged(connection: Connection) -> None:
    put(connection, "a", "b", "alive")
    for message, days in zip(claim(connection, limit=2), (0, 1), strict=True):
        queue.bury(connection, "one", message.seq, NOON + timedelta(days=days))

    assert queue.waiting(connection, "q") == 1
    assert names(claim(connection, now=NOON + timedelta(days=2))) == ["alive"]
    assert queue.purge(connection, NOON) == 0
    assert queue.purge(connection, NOON + timedelta(days=1)) == 1
    assert connection.execute(select(queue_message.c.body).where(queue_message.c.dead)).scalars().all() == [b"b"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite: one transaction writes at a time
def test_two_that_claim_at_once_get_different_messages(engine: Engine) -> None:
    with engine.begin() as connection:
        put(connection, "a", "b", "c", "d")
    with engine.begin() as one, engine.begin() as two:
        two.execute(text("SET LOCAL lock_timeout = '5s'"))
        first, second = names(claim(one, "one", limit=2)), names(claim(two, "two", limit=2))

    assert (first, second) == (["a", "b"], ["c", "d"])


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 3)),
        st.tuples(st.just("claim"), st.tuples(st.sampled_from("xyz"), st.integers(1, 4))),
        st.tuples(st.sampled_from(["settle", "give back", "renew"]), st.sampled_from("xyz")),
        st.tuples(st.just("wait"), st.integers(1, 30)),
    ),
    max_size=30,
)


@given(OPERATIONS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_message_is_lost_or_held_by_two_whatever_happens(engine: Engine, operations: list[tuple[str, Any]]) -> None:
    with rolled_back(engine) as connection:
        now, made, done = NOON, 0, 0
        held: dict[int, tuple[str, datetime]] = {}
        for operation, what in operations:
            mine = [seq for seq, (owner, until) in held.items() if owner == what and until > now]
            match operation:
                case "put":
                    put(connection, *map(str, range(what)), at=now)
                    made += what
                case "claim":
                    owner, limit = what
                    claimed = claim(connection, owner, now, limit)
                    free = made - done - sum(until > now for _, until in held.values())
                    assert len(claimed) == min(limit, free)
                    assert all(held.get(message.seq, ("", now))[1] <= now for message in claimed)
                    held |= {message.seq: (owner, now + LEASE) for message in claimed}
                case "settle":
                    for seq in mine:
                        queue.settle(connection, what, seq)
                        del held[seq]
                    done += len(mine)
                case "give back":
                    queue.give_back(connection, what, mine, now)
                    held = {seq: hold for seq, hold in held.items() if seq not in mine}
                case "renew":
                    queue.renew(connection, what, mine, now + LEASE)
                    held |= dict.fromkeys(mine, (what, now + LEASE))
                case "wait":
                    now += timedelta(seconds=what)
            assert queue.waiting(connection, "q") == made - done


@contextmanager
def rolled_back(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def test_a_claim_goes_by_the_index_among_many_old_messages(engine: Engine) -> None:
    row = {"queue": "q", "body": b"", "owner": ""}
    with engine.begin() as connection:
        old = [row | {"message_id": str(n), "dead": True, "available_at": NOON - SECOND} for n in range(5000)]
        new = [row | {"message_id": str(n), "dead": False, "available_at": NOON} for n in range(5000)]
        connection.execute(insert(queue_message), old + new)
        connection.execute(text("ANALYZE"))
        plan = plan_of_the_claim(connection)

    assert "ix_queue_message_queue_dead_available_at_seq" in plan
    for sign_of_reading_everything in ("SCAN queue_message", "Seq Scan", "TEMP B-TREE FOR ORDER BY", "Sort"):
        assert sign_of_reading_everything not in plan


def plan_of_the_claim(connection: Connection) -> str:
    """How the database would find the rows of a claim, in its own words."""
    seen: list[tuple[str, Any]] = []
    event.listen(connection, "before_cursor_execute", lambda _c, _cursor, sql, values, *_: seen.append((sql, values)))
    claim(connection)
    [(sql, values)] = seen
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    return "\n".join(str(tuple(row)) for row in connection.exec_driver_sql(f"{explain} {sql}", values))


def test_one_of_two_leads(connection: Connection) -> None:
    assert queue.take_lead(connection, "scheduler", "one", NOON, LEASE)
    assert not queue.take_lead(connection, "scheduler", "two", NOON, LEASE)
    assert queue.lead(connection, "scheduler") == queue.Lead("one", NOON + LEASE)


def test_each_name_has_a_leader_of_its_own(connection: Connection) -> None:
    assert queue.take_lead(connection, "scheduler", "one", NOON, LEASE)
    assert queue.take_lead(connection, "watchdog", "two", NOON, LEASE)


def test_the_leader_renews_its_lease(connection: Connection) -> None:
    queue.take_lead(connection, "scheduler", "one", NOON, LEASE)

    assert queue.take_lead(connection, "scheduler", "one", NOON + LEASE / 2, LEASE)
    assert not queue.take_lead(connection, "scheduler", "two", NOON + LEASE, LEASE)


def test_the_lead_passes_on_when_the_lease_has_ended(connection: Connection) -> None:
    queue.take_lead(connection, "scheduler", "one", NOON, LEASE)

    assert queue.take_lead(connection, "scheduler", "two", NOON + LEASE, LEASE)
    assert not queue.take_lead(connection, "scheduler", "one", NOON + LEASE, LEASE)


def test_a_lead_that_is_given_up_can_be_taken_at_once(connection: Connection) -> None:
    queue.take_lead(connection, "scheduler", "one", NOON, LEASE)
    queue.give_up_lead(connection, "scheduler", "one")

    assert queue.lead(connection, "scheduler") is None
    assert queue.take_lead(connection, "scheduler", "two", NOON, LEASE)


def test_nobody_gives_up_the_lead_of_another(connection: Connection) -> None:
    queue.take_lead(connection, "scheduler", "one", NOON, LEASE)
    queue.give_up_lead(connection, "scheduler", "two")

    assert not queue.take_lead(connection, "scheduler", "two", NOON, LEASE)
