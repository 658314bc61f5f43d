"""The invariants: each is seen to break, none breaks by what may well happen, and what is found is on record."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from service.domain.delivery import Refused, Sent, State, TryAgain
from service.domain.invariants import Invariant
from service.domain.lifecycle import EventType
from service.flows.watch import watch
from service.letters.invariants import SENTENCES
from service.store import carriage, runs
from service.store.kept import letter
from service.store.tables import attempt, delivery, invite, obligation, run
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House

LATE = {"enterprise": "乙方演示有限公司", "listed_on": "2023-06-12", "contact_email": "handler@b.example"}
"""What was listed so long ago that its safe day has passed."""


def broken(house: House, today: date = TODAY) -> dict[str, list[int]]:
    """What is found broken, with the numbers."""
    return {str(each.invariant): each.ids for each in watch(house.desk, today) if not each.holds}


def change(house: House, *statements: Any) -> None:
    with house.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def review(house: House) -> int:
    [id] = [row.id for row in house.rows(obligation) if row.kind == "review_application"]
    return int(id)


def _of_review(house: House, **values: object) -> None:
    change(house, update(obligation).where(obligation.c.id == review(house)).values(values))


def _deliveries(house: House, **values: object) -> None:
    change(house, update(delivery).values(values))


def unwatched(house: House) -> None:
    _of_review(house, check_on=None, idle="")


def overlooked(house: House) -> None:
    house.clock.step(hours=2)
    house.scan()
    _of_review(house, check_on=TODAY)


def looked_at_too_late(house: House) -> None:
    _of_review(house, check_on=date(2029, 1, 1))


def never_told(house: House) -> None:
    change(house, delete(letter), delete(attempt), delete(invite), delete(delivery))
    passed = TODAY - timedelta(1)
    _of_review(house, safe_due_on=passed, check_on=TODAY + timedelta(7))


def not_derived(house: House) -> None:
    change(house, delete(letter), delete(attempt), delete(invite), delete(delivery), delete(obligation))


def abandoned(house: House) -> None:
    house.scan(TODAY + timedelta(31))
    with house.engine.begin() as connection:
        [(left, _)] = carriage.call(connection, house.clock.now, 1)
        carriage.claim(connection, [left], "token", house.clock.now)
    house.clock.step(minutes=6)
    with house.engine.begin() as connection:
        connection.execute(insert(attempt).values(delivery_id=left, at=house.clock.now, outcome="sent", answer=""))


def put_off_too_far(house: House) -> None:
    _deliveries(house, state=State.PLANNED, not_before=house.clock.now + timedelta(days=13))


def sent_unproven(house: House) -> None:
    change(house, delete(attempt))


def waiting_though_closed(house: House) -> None:
    _deliveries(house, state=State.PLANNED, attempts=0)
    _of_review(house, closed="filed", check_on=None, idle="closed")
    house.clock.step(hours=2)


def reminded_twice(house: House) -> None:
    house.scan(TODAY + timedelta(31))
    _deliveries(house, state=State.PLANNED, attempts=0, reason="")


def about_nothing(house: House) -> None:
    _deliveries(house, state=State.PLANNED, revision=1)


def held_for_nobody(house: House) -> None:
    _deliveries(house, state=State.HELD)


def invited_untold(house: House) -> None:
    change(house, delete(letter), delete(attempt), delete(delivery))


BREAKING: Mapping[Invariant, Callable[[House], None]] = {
    Invariant(breaks.__name__): breaks
    for breaks in (
        *(unwatched, overlooked, looked_at_too_late, never_told, not_derived, abandoned, put_off_too_far),
        *(sent_unproven, waiting_though_closed, reminded_twice, about_nothing, held_for_nobody, invited_untold),
    )
}


@pytest.mark.parametrize("invariant", Invariant)
def test_an_invariant_is_seen_to_break(house: House, invariant: Invariant) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    assert broken(house) == {}
    BREAKING[invariant](house)

    assert invariant in broken(house)


@pytest.mark.parametrize("invariant", Invariant)
def test_each_is_explained_in_both_languages_with_what_to_do(invariant: Invariant) -> None:
    zh, en = SENTENCES[invariant]
    assert zh.endswith("。")
    assert en.endswith(".")
    assert zh.isascii() is False
    assert en.isascii()


def test_what_is_found_is_named_in_the_job_log_as_a_failed_run(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    unwatched(house)
    number = review(house)
    assert broken(house) == {"unwatched": [number]}
    last = house.rows(run)[-1]

    assert (last.job, last.outcome, last.error) == ("watch", runs.FAILED, "broken: unwatched (1)")
    assert {name: count for name, count in last.counts.items() if count} == {"unwatched": 1}
    assert set(last.counts) == set(Invariant)


def test_a_run_that_finds_nothing_leaves_a_row_too(house: House) -> None:
    assert broken(house) == {}
    last = house.rows(run)[-1]

    assert (last.job, last.outcome, set(last.counts.values())) == ("watch", runs.DONE, {0})


def test_no_more_than_a_thousand_are_counted(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    [row] = [each._asdict() for each in house.rows(delivery) if each.state == "planned"]
    del row["id"]
    far = row | {"not_before": house.clock.now + timedelta(days=19)}
    change(house, insert(delivery).values([far | {"stage": f"s{number}"} for number in range(1100)]))
    [found] = [each for each in watch(house.desk, TODAY) if each.invariant is Invariant.PUT_OFF_TOO_FAR]

    assert (len(found.ids), found.count) == (1000, "1000+")


def imported_after_the_scan(house: House) -> None:
    house.clock.step(hours=5)
    house.take_in(EXCELLENCE | LATE)


def moved_after_the_scan(house: House) -> None:
    house.clock.step(hours=5)
    house.take_in(EXCELLENCE | {"listed_on": "2025-09-20"})


def told_of_new_people_after_the_scan(house: House) -> None:
    house.clock.step(hours=5)
    house.take_in(EXCELLENCE | DIRECTOR)


def nobody_to_tell(house: House) -> None:
    house.take_in({**EXCELLENCE, **LATE, "contact_email": "", "contact_name": ""})
    house.sent()


def a_crash_in_mid_batch_and_nobody_there_since(house: House) -> None:
    house.scan(TODAY + timedelta(31))
    with house.engine.begin() as connection:
        [(left, _)] = carriage.call(connection, house.clock.now, 1)
        carriage.claim(connection, [left], "token", house.clock.now)
    house.clock.step(days=3)


def a_relay_that_puts_everything_off(house: House) -> None:
    house.wire.answer = lambda _parcel: TryAgain("451", 451)
    house.take_in(EXCELLENCE | LATE)
    house.sent()
    house.clock.step(hours=30)
    house.deliver()


def a_letter_put_off_whose_matter_is_closed(house: House) -> None:
    house.wire.answer = lambda _parcel: TryAgain("451", 451)
    house.scan(TODAY + timedelta(31))
    house.deliver()
    house.record(EventType.REVIEW_APPLIED, TODAY)
    house.clock.step(hours=3)


def a_refusal_tried_again_by_hand(house: House) -> None:
    house.wire.answer = lambda _parcel: Refused("550", 550)
    house.scan(TODAY + timedelta(31))
    house.deliver()
    house.wire.answer = lambda _parcel: Sent("250")
    house.deliver()


def days_without_a_scan(house: House) -> None:
    house.clock.step(days=200)


def everything_closed_by_its_events(house: House) -> None:
    house.record(EventType.REVIEW_APPLIED, TODAY)
    house.record(EventType.CANCELLED, TODAY, cause="violation")
    house.sent()


@pytest.mark.parametrize(
    "happens",
    [
        *(imported_after_the_scan, moved_after_the_scan, told_of_new_people_after_the_scan, nobody_to_tell),
        *(a_crash_in_mid_batch_and_nobody_there_since, a_relay_that_puts_everything_off),
        *(a_letter_put_off_whose_matter_is_closed, a_refusal_tried_again_by_hand, days_without_a_scan),
        everything_closed_by_its_events,
    ],
    ids=lambda happens: happens.__name__,
)
def test_what_may_well_happen_breaks_none(house: House, happens: Callable[[House], None]) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    happens(house)

    assert broken(house) == {}
    assert broken(house, house.clock.now.date()) == {}
