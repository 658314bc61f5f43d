"""From an outbox row to the wire and back: nothing is lost, nothing goes twice but for what nobody can know."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from service.channels.channel import Parcel
from service.channels.maildir import Maildir
from service.domain.delivery import LEASE, Outcome, Refused, Sent, State, TryAgain, Unknown
from service.domain.lifecycle import EventType
from service.flows import carry, deliver, facts
from service.flows.deliver import call, deliver_batch
from service.flows.desk import moment
from service.flows.post import Post
from service.store import carriage, deliveries, invites
from service.store.tables import attempt, contact, delivery, invite, run
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House, Wire, others


def failing(*answers: Outcome) -> Callable[[Parcel], Outcome]:
    """Answers in turn, then accepts."""
    left = list(answers)
    return lambda _parcel: left.pop(0) if left else Sent("250")


def test_the_claim_is_committed_before_the_wire_is_touched(house: House) -> None:
    seen = []

    def look(parcel: Parcel) -> Outcome:
        with house.engine.connect() as another:
            row = another.execute(select(delivery).where(delivery.c.id == parcel.delivery_id)).one()
            offered = another.execute(select(invite.c.method)).scalar_one()
        seen.append((row.state, row.attempts, row.not_before - house.clock(), offered))
        return Sent("250")

    house.take_in(EXCELLENCE)
    house.wire.answer = look
    house.sent()

    assert seen == [("sending", 1, LEASE, "REQUEST")]
    assert house.states()["sent"] == 1


def test_a_crash_between_claim_and_settling_sends_again_under_the_same_message_id(house: House) -> None:
    def crash(_parcel: Parcel) -> Outcome:
        raise KeyboardInterrupt

    house.take_in(EXCELLENCE)
    house.scan()
    house.wire.answer = crash
    with pytest.raises(KeyboardInterrupt):
        house.deliver()
    house.wire.answer = failing()
    house.clock.now += LEASE - timedelta(seconds=1)
    assert call(house.desk, house.post) == []

    house.clock.step(seconds=1)
    assert house.deliver() == {"sent": 1}
    first, second = house.letters()
    assert first.message_id == second.message_id
    assert first.invite == second.invite
    assert house.outcomes() == ["unknown", "sent"]
    assert [row.outcome for row in house.rows(run)[-2:]] == ["failed", "done"]


def test_a_batch_that_was_called_and_then_forgotten_is_called_again(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    assert len(call(house.desk, house.post)) == 1
    assert call(house.desk, house.post) == []

    house.clock.now += LEASE
    assert house.deliver() == {"sent": 1}
    assert house.outcomes() == ["sent"]


def test_a_temporary_failure_goes_again_after_1_5_15_60_and_60_minutes(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    house.wire.answer = failing(*[TryAgain("451 4.7.1 later", 451)] * 5)
    assert house.deliver() == {"retry": 1}
    for minutes in (1, 5, 15, 60):
        house.clock.step(minutes=minutes, seconds=-1)
        assert house.deliver() == {}
        house.clock.step(seconds=1)
        assert house.deliver() == {"retry": 1}
    house.clock.step(minutes=60)
    assert house.deliver() == {"sent": 1}

    assert len({letter.message_id for letter in house.letters()}) == 1
    assert [(row.outcome, row.code) for row in house.rows(attempt)] == [("retry", 451)] * 5 + [("sent", None)]
    assert house.rows(delivery)[-1].attempts == 6


def test_an_answer_lost_after_the_message_is_sent_again_under_the_same_message_id(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    house.wire.answer = failing(Unknown("connection lost after DATA"))
    assert house.deliver() == {"unknown": 1}
    house.clock.step(minutes=1)
    assert house.deliver() == {"sent": 1}

    first, second = house.letters()
    assert (first.message_id, first.invite) == (second.message_id, second.invite)
    assert house.outcomes() == ["unknown", "sent"]


def test_a_refused_letter_stays_until_a_person_retries_it(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    house.wire.answer = failing(Refused("550 5.1.1 no such user", 550))
    assert house.deliver() == {"refused": 1}
    house.clock.step(days=1)
    assert house.deliver() == {}
    row = house.rows(delivery)[-1]
    assert (row.state, row.reason) == ("refused", "550 5.1.1 no such user")

    with house.engine.begin() as connection:
        assert deliveries.retry(connection, [row.id], house.clock()) == [row.id]
    assert house.deliver() == {"sent": 1}
    first, second = house.letters()
    assert first.message_id == second.message_id


def test_an_aborted_letter_does_not_go_and_is_not_planned_again(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    waiting = house.rows(delivery)[-1].id
    with house.engine.begin() as connection:
        assert deliveries.abort(connection, [waiting], house.clock()) == [waiting]

    assert house.sent() == []
    assert house.states() == {"superseded": 1, "aborted": 1}


def test_a_refused_letter_that_is_retried_after_a_newer_stage_went_is_superseded(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    house.wire.answer = failing(Refused("550 mailbox full", 550))
    house.deliver()
    refused = house.rows(delivery)[-1].id
    later = TODAY + timedelta(days=30)
    house.sent(later)
    with house.engine.begin() as connection:
        deliveries.retry(connection, [refused], house.clock())

    assert house.deliver(later) == {"superseded": 1}


def test_a_closed_matter_is_not_reminded_of_by_a_retry(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    house.wire.answer = failing(TryAgain("451 later", 451))
    house.deliver()
    house.record(EventType.REVIEW_APPLIED, TODAY)
    house.clock.step(minutes=1)
    house.letters()
    house.deliver()

    assert [letter.invite[0] for letter in house.letters()] == ["CANCEL"]


def test_a_letter_that_cannot_be_written_is_refused_and_the_others_go(house: House) -> None:
    house.take_in(*others(3))
    house.scan()
    with house.engine.begin() as connection:
        connection.execute(update(contact).where(contact.c.id == 2).values(name="经办人\r\nBcc: x@x.example"))

    assert house.deliver() == {"sent": 2, "refused": 1}
    assert {letter.to for letter in house.letters()} == {"handler@a0.example", "handler@a2.example"}
    [refused] = [row for row in house.rows(delivery) if row.state == "refused"]
    assert refused.reason == "not written: WorkFaulty"


def test_a_letter_to_an_address_that_is_held_back_is_withdrawn(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    with house.engine.begin() as connection:
        connection.execute(update(contact).values(working=False))

    assert house.deliver() == {"withdrawn": 1}
    assert house.rows(delivery)[-1].reason == "address_held_back"


def test_two_workers_rung_for_the_same_batches_carry_each_letter_once(house: House) -> None:
    house.take_in(*others(240))
    house.scan()
    batches = call(house.desk, house.post)
    assert [len(ids) for ids in batches] == [200, 40]
    wires, start = [Wire(), Wire()], threading.Barrier(2)

    def work(wire: Wire) -> None:
        for ids in batches:
            start.wait(10)
            deliver_batch(house.desk, Post((wire,)), ids, TODAY)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, wires))

    carried = Counter(parcel.delivery_id for wire in wires for parcel in wire.carried)
    assert len(carried) == 240
    assert set(carried.values()) == {1}
    assert house.outcomes() == ["sent"] * 240


def test_the_letters_of_one_person_stay_in_one_batch(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "_BATCH", 5)
    rows = [row | {"factory": f"工厂{number}"} for row in others(2) for number in range(7)]
    house.take_in(*rows)
    house.scan()

    assert [len(ids) for ids in call(house.desk, house.post)] == [7, 7]


def test_a_lease_is_renewed_while_its_batch_is_carried(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(_parcel: Parcel) -> Outcome:
        house.clock.now += LEASE * 0.8
        until = time.monotonic() + 10
        while house.rows(delivery)[-1].not_before <= house.clock() + LEASE * 0.8:
            assert time.monotonic() < until, "nobody renews the lease"
            time.sleep(0.01)
        assert call(house.desk, house.post) == []
        return Sent("250")

    monkeypatch.setattr(carry, "_RENEW_EVERY", 0.01)
    house.take_in(EXCELLENCE)
    house.wire.answer = slow
    house.scan()

    assert house.deliver() == {"sent": 1}


def test_renewing_does_not_wait_for_what_is_being_settled(house: House) -> None:
    house.take_in(*others(2))
    house.scan()
    [ids] = call(house.desk, house.post)
    with house.engine.begin() as connection:
        carriage.claim(connection, ids, "token", house.clock())

    def renew() -> None:
        with house.engine.begin() as connection:
            carriage.renew(connection, ids, "token", house.clock())

    with ThreadPoolExecutor(1) as pool:
        with house.engine.begin() as connection:
            carriage.settle(connection, ids[-1:], "token", State.SENT, "", house.clock())
            renewing = pool.submit(renew)
            time.sleep(0.3)
            carriage.settle(connection, ids[:1], "token", State.REFUSED, "", house.clock())
        renewing.result(timeout=30)


def test_a_lease_that_could_not_be_renewed_is_renewed_at_the_next_turn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed, turns = carriage.renew, []

    def renew(*given: Any) -> None:
        turns.append(1)
        if len(turns) == 1:
            raise OperationalError("renew", {}, Exception("deadlock detected"))
        renewed(*given)

    def slow(_parcel: Parcel) -> Outcome:
        house.clock.now += LEASE * 0.8
        until = time.monotonic() + 10
        while house.rows(delivery)[-1].not_before <= house.clock() + LEASE * 0.8:
            assert time.monotonic() < until, "nobody renews the lease"
            time.sleep(0.01)
        return Sent("250")

    monkeypatch.setattr(carry, "_RENEW_EVERY", 0.01)
    monkeypatch.setattr(carriage, "renew", renew)
    house.take_in(EXCELLENCE)
    house.wire.answer = slow
    house.scan()

    assert house.deliver() == {"sent": 1}


def test_a_worker_that_lost_its_lease_settles_nothing(house: House) -> None:
    def overtaken(_parcel: Parcel) -> Outcome:
        house.clock.now += LEASE
        assert len(call(house.desk, house.post)) == 1
        return Refused("550 the slow worker's answer", 550)

    house.take_in(EXCELLENCE)
    house.scan()
    house.wire.answer = overtaken
    [ids] = call(house.desk, house.post)
    deliver_batch(house.desk, house.post, ids, TODAY)

    assert house.rows(delivery)[-1].state == "called"


def test_a_worker_told_to_stop_gives_back_what_it_has_not_begun(house: House) -> None:
    house.take_in(*others(5))
    house.scan()
    [ids] = call(house.desk, house.post)
    deliver_batch(house.desk, house.post, ids, TODAY, lambda: len(house.wire.carried) == 2)

    assert house.states()["sent"] == 2
    assert house.states()["planned"] == 3
    assert house.deliver() == {"sent": 3}
    assert len({letter.to for letter in house.letters()}) == 5


def test_closing_while_a_worker_is_claiming_still_cancels_the_invite(house: House) -> None:
    """The event has to wait for the claim, or it would not see the invitation that goes out with it."""
    house.take_in(EXCELLENCE)
    house.scan()
    [ids] = call(house.desk, house.post)
    with ThreadPoolExecutor(1) as pool:
        with moment(house.desk) as now:
            claimed = carriage.claim(now.connection, ids, "token", now.now)
            prepared = facts.prepare(house.desk, now, claimed, TODAY)
            invites.offer(now.connection, [offer for each in prepared.letters for offer in each.offers], now.now)
            recording = pool.submit(house.record, EventType.REVIEW_APPLIED, TODAY)
            time.sleep(0.2)
        recorded = recording.result(timeout=30)

    assert len(prepared.letters) == 1
    assert recorded.refreshed.cancellations == 1


def test_sending_again_makes_no_second_file_in_the_mailbox(house: House, tmp_path: Path) -> None:
    mailbox = Maildir(tmp_path / "mailbox")
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)
    house.scan()
    for _ in range(3):
        deliver.deliver_waiting(house.desk, Post((mailbox,)), TODAY)
        with house.engine.begin() as connection:
            connection.execute(update(delivery).where(delivery.c.state == "sent").values(state="planned"))

    assert len(list((tmp_path / "mailbox/new").iterdir())) == 1
