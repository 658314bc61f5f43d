"""A day of far more letters than usual waits for a person; what is due soon goes first, within the same bound."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from service.domain.errors import RequestRefused
from service.domain.flood import Flood
from service.flows import quarantine
from service.store import quarantine as store
from service.store.tables import delivery
from tests.house import TODAY, House, others

FAR, NEAR = "2025-12-09", "2025-09-20"
"""Listed on these days: safe days 90 and 8 days from TODAY, whose stages are 90d and 7d."""


def guarded(house: House, letters: int, factor: int = 5) -> None:
    house.desk = replace(house.desk, flood=Flood(letters, factor))


def listed(count: int, on: str) -> list[dict[str, str]]:
    return [row | {"factory": f"{on} 演示工厂", "listed_on": on} for row in others(count)]


def states(house: House) -> Counter[tuple[str, str]]:
    return Counter((row.stage, row.state) for row in house.rows(delivery) if row.state != "superseded")


def waiting(house: House) -> list[store.Quarantine]:
    with house.engine.begin() as connection:
        return [each for each in store.listed(connection) if each.held]


def test_a_day_within_its_bound_is_sent_and_leaves_no_quarantine(house: House) -> None:
    guarded(house, 10)
    house.take_in(*listed(10, FAR))

    scanned = house.scan()

    assert (scanned.planned, scanned.quarantined) == (10, 0)
    assert states(house) == {("90d", "planned"): 10}
    assert waiting(house) == []


def test_one_letter_more_and_what_is_not_due_soon_waits_for_a_person(house: House) -> None:
    guarded(house, 10)
    house.take_in(*listed(11, FAR))

    scanned = house.scan()

    assert (scanned.planned, scanned.quarantined) == (0, 11)
    assert house.deliver()["sent"] == 0
    [held] = waiting(house)
    assert (held.on, held.held, held.decision) == (TODAY, 11, "")


def test_what_is_due_soon_goes_first_within_the_bound(house: House) -> None:
    guarded(house, 10)
    house.take_in(*listed(30, FAR), *listed(8, NEAR))

    scanned = house.scan()

    assert (scanned.planned, scanned.quarantined) == (8, 30)
    assert states(house) == {("90d", "held"): 30, ("7d", "planned"): 8}


def test_more_that_is_due_soon_than_the_bound_goes_day_by_day_the_nearest_first(house: House) -> None:
    guarded(house, 5, factor=1)
    house.take_in(*listed(6, NEAR), *listed(6, "2025-09-17"))

    assert house.scan().planned == 5
    sent = [letter.text for letter in house.sent()]
    assert len(sent) == 5
    nearest = [text for text in sent if "2025-09-17" in text]
    assert len(nearest) >= 2  # each stage has its share, the nearer of one stage first
    assert house.scan(TODAY + timedelta(days=3)).planned == 5


def test_approved_letters_go_and_dropped_ones_never_do(house: House) -> None:
    guarded(house, 3)
    house.take_in(*listed(4, FAR))
    house.scan()
    [held] = waiting(house)

    assert quarantine.decide(house.desk, held.id, approve=True, author="tester", today=TODAY) == 4
    assert house.deliver()["sent"] == 4
    with pytest.raises(RequestRefused, match="waits for a decision"):
        quarantine.decide(house.desk, held.id, approve=False, author="tester", today=TODAY)

    house.take_in(*[row | {"batch": "另一批"} for row in listed(4, FAR)])
    house.scan()
    [again] = waiting(house)
    quarantine.decide(house.desk, again.id, approve=False, author="tester", today=TODAY)
    assert house.deliver()["sent"] == 0
    assert states(house) == {("90d", "sent"): 4, ("90d", "aborted"): 4}


def test_scanning_again_neither_releases_nor_doubles_what_is_held(house: House) -> None:
    guarded(house, 3)
    house.take_in(*listed(4, FAR))
    house.scan()

    again = house.scan()

    assert (again.planned, again.quarantined) == (0, 4)
    assert states(house) == {("90d", "held"): 4}
    assert len(waiting(house)) == 1


def test_a_newer_stage_takes_the_place_of_a_held_one(house: House) -> None:
    guarded(house, 3)
    house.take_in(*listed(4, FAR))
    house.scan()

    house.scan(date(2028, 8, 8))  # 30 days before

    assert states(house)[("90d", "held")] == 0
    assert Counter(row.state for row in house.rows(delivery) if row.stage == "90d") == {"superseded": 4}


def test_five_times_the_usual_day_is_no_flood_where_days_are_large(house: House) -> None:
    guarded(house, 2)
    house.take_in(*listed(2, "2025-12-08"))
    assert house.scan(TODAY - timedelta(days=1)).planned == 2
    house.take_in(*listed(10, FAR))

    assert house.scan().planned == 10


def test_without_a_guard_everything_goes(house: House) -> None:
    guarded(house, 0)
    house.take_in(*listed(40, FAR))

    assert house.scan().planned == 40


def test_what_a_scan_adds_after_a_person_has_decided_follows_the_decision(house: House) -> None:
    guarded(house, 3)
    house.take_in(*listed(4, FAR))
    house.scan()
    [held] = waiting(house)
    quarantine.decide(house.desk, held.id, approve=True, author="tester", today=TODAY)
    with house.engine.begin() as connection:
        held_again = delivery.c.stage == "90d"
        connection.execute(update(delivery).where(held_again).values(state="held"))

    house.scan()

    assert states(house) == {("90d", "planned"): 4}


def test_a_guard_that_is_lifted_lets_everything_go(house: House) -> None:
    guarded(house, 3)
    house.take_in(*listed(4, FAR))
    house.scan()

    guarded(house, 0)
    house.scan()

    assert states(house) == {("90d", "planned"): 4}
