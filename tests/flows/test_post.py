"""By which relay letters go: the first that works; how many at once; and when a letter comes before a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.channels.channel import Pace
from service.domain.delivery import Refused, Sent, TryAgain, Unknown, Verdict
from service.flows import deliver
from service.flows.post import Post
from service.store.postal import relay
from service.store.tables import attempt, delivery
from tests.house import EXCELLENCE, TODAY, House, Wire

DOWN = TryAgain("connection refused", verdict=Verdict.RELAY)


def wire(name: str, answer: object = None, pace: Pace | None = None) -> Wire:
    return Wire(
        answer=lambda _parcel: answer or Sent("250"),  # type: ignore[arg-type,return-value]
        name=name,
        pace=pace or Pace(),
    )


def letters(house: House, count: int, domain: str = "a.example") -> None:
    """So many enterprises' letters, planned."""
    house.desk = replace(house.desk, flood=replace(house.desk.flood, letters=0))
    house.take_in(
        *(
            EXCELLENCE | {"enterprise": f"第{n}演示有限公司", "contact_email": f"h{n}@{domain}", "factory": f"{n}厂"}
            for n in range(count)
        )
    )
    house.scan()


def carry(house: House, *wires: Wire) -> dict[str, int]:
    return deliver.deliver_waiting(house.desk, Post(wires), TODAY)


def states(house: House) -> dict[str, int]:
    """How many deliveries are in each state, but for the stages that a newer one took the place of."""
    return {state: count for state, count in house.states().items() if state != "superseded"}


def relays_of_attempts(house: House) -> list[tuple[str, str]]:
    return [(row.relay, row.verdict) for row in house.rows(attempt)]


def test_a_letter_that_the_first_relay_cannot_take_goes_by_the_second_at_once(house: House) -> None:
    letters(house, 1)
    first, second = wire("first", DOWN), wire("second")

    counts = carry(house, first, second)

    assert counts["sent"] == 1
    assert len(second.carried) == 1
    assert relays_of_attempts(house)[-1] == ("second", "")


def test_after_five_failures_in_a_row_a_relay_rests_and_nothing_is_tried_there(house: House) -> None:
    letters(house, 20)
    first, second = wire("first", DOWN), wire("second")

    assert carry(house, first, second)["sent"] == 20

    tried = len(first.carried)
    letters_later = tried
    assert tried <= 20
    [row] = [row for row in house.rows(relay) if row.name == "first"]
    assert row.rests_until == house.clock() + timedelta(minutes=1)
    house.take_in(EXCELLENCE | {"enterprise": "另一家演示有限公司"})
    house.scan()
    carry(house, first, second)
    assert len(first.carried) == letters_later


def test_a_relay_that_works_again_is_used_again(house: House) -> None:
    letters(house, 6)
    house.wire.answer = lambda _parcel: DOWN
    house.deliver()
    house.wire.answer, house.wire.carried = lambda _parcel: Sent("250"), []

    house.clock.step(minutes=2)
    assert house.deliver()["sent"] == 6
    assert house.rows(relay)[0].rests_until is None


def test_while_every_relay_rests_letters_wait_and_are_not_tried(house: House) -> None:
    letters(house, 8)
    house.wire.answer = lambda _parcel: replace(DOWN, verdict=Verdict.LOGIN)
    house.deliver()
    tried = len(house.wire.carried)

    house.clock.step(minutes=2)
    house.deliver()

    assert len(house.wire.carried) == tried
    assert states(house) == {"planned": 8}


def test_a_bad_address_is_no_fault_of_the_relay(house: House) -> None:
    letters(house, 12)
    house.wire.answer = lambda _parcel: Refused("550 5.1.1 no such user", 550, Verdict.ADDRESS)

    assert house.deliver()["refused"] == 12
    assert house.rows(relay) == []


def test_no_more_letters_go_than_the_relay_is_given_and_the_rest_follows(house: House) -> None:
    letters(house, 25)
    slow = wire("slow", pace=Pace(a_minute=10))

    assert carry(house, slow)["sent"] == 10
    assert carry(house, slow)["sent"] == 0
    house.clock.step(seconds=30)
    assert carry(house, slow)["sent"] == 5
    house.clock.step(minutes=1)
    assert carry(house, slow)["sent"] == 10
    assert {row.attempts for row in house.rows(delivery) if row.state == "sent"} == {1}


def test_a_recipient_domain_has_an_allowance_of_its_own(house: House) -> None:
    letters(house, 6, "qq.example")
    house.take_in(EXCELLENCE | {"enterprise": "别处演示有限公司", "contact_email": "h@other.example"})
    house.scan()
    slow = wire("slow", pace=Pace(to_a_domain=2))

    assert carry(house, slow)["sent"] == 3
    assert sorted(parcel.recipient.partition("@")[2] for parcel in slow.carried) == [
        "other.example",
        "qq.example",
        "qq.example",
    ]


def test_an_allowance_outlives_a_restart(house: House) -> None:
    letters(house, 4)
    assert carry(house, wire("slow", pace=Pace(a_minute=3)))["sent"] == 3
    assert carry(house, wire("slow", pace=Pace(a_minute=3)))["sent"] == 0


@pytest.mark.parametrize("outcome", [TryAgain("451 later", 451), Unknown("lost")])
def test_a_letter_put_off_until_after_its_deadline_comes_before_a_person(
    house: House, outcome: TryAgain | Unknown
) -> None:
    letters(house, 1)
    house.wire.answer = lambda _parcel: outcome
    for _ in range(12):
        house.deliver()
        house.clock.step(hours=2)
    assert states(house) == {"planned": 1}  # its deadline is far, so it goes on

    house.clock.step(days=200)
    house.deliver()

    assert states(house) == {"refused": 1}
    assert house.rows(delivery)[-1].reason.startswith(outcome.answer)


def test_a_full_mailbox_is_left_alone_for_a_day(house: House) -> None:
    letters(house, 1)
    house.wire.answer = lambda _parcel: TryAgain("552 5.2.2 quota", 552, Verdict.MAILBOX_FULL)
    house.deliver()

    house.clock.step(hours=23)
    house.deliver()
    assert len(house.wire.carried) == 1
    house.clock.step(hours=2)
    house.deliver()
    assert len(house.wire.carried) == 2
