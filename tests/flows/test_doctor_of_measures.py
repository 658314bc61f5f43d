"""What the doctor makes of the measures: they are those that the metrics tell."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from service.domain.delivery import State, TryAgain, Verdict
from service.domain.flood import Flood
from service.flows import canary
from service.flows.doctor import FAULT, OK, WARNING, Check, examine
from service.flows.measures import taken
from service.flows.watch import watch
from service.store import relays
from service.store.tables import obligation
from tests.house import EXCELLENCE, TODAY, House


def found(house: House) -> dict[str, Check]:
    return {check.name: check for check in examine(house.desk, house.post, TODAY)}


def test_a_broken_invariant_is_a_fault_that_names_it_and_where_it_is_explained(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    watch(house.desk, TODAY)
    assert found(house)["invariants"].level == OK
    with house.engine.begin() as connection:
        connection.execute(update(obligation).values(check_on=None, idle=""))
    watch(house.desk, TODAY)

    assert found(house)["invariants"].level == FAULT
    assert "unwatched" in found(house)["invariants"].words
    assert "duban watch" in found(house)["invariants"].words


def test_a_watch_that_has_stopped_is_a_warning(house: House) -> None:
    watch(house.desk, TODAY)
    house.clock.step(hours=2, minutes=1)

    assert found(house)["invariants"].level == WARNING


@pytest.mark.parametrize(("hours", "level"), [(25, OK), (26, WARNING)])
def test_a_day_without_a_scan_is_a_warning(house: House, hours: int, level: str) -> None:
    house.scan()
    house.clock.step(hours=hours)

    assert found(house)["scan"].level == level


def test_a_letter_to_ourselves_that_does_not_come_is_a_warning(house: House) -> None:
    canary.send(house.desk, "canary@site.example", TODAY)
    house.deliver()
    house.clock.step(hours=2)
    assert found(house)["canary"].level == OK

    house.clock.step(minutes=1)
    assert found(house)["canary"].level == WARNING


def test_held_letters_and_relays_that_rest_are_warnings(house: House) -> None:
    house.desk = replace(house.desk, flood=Flood(1, 1))
    house.take_in(EXCELLENCE, EXCELLENCE | {"factory": "第二厂"})
    house.scan()
    with house.engine.begin() as connection:
        relays.note(connection, "relay", [TryAgain("535", 535, Verdict.LOGIN)], house.clock.now)

    assert found(house)["quarantine"].level == WARNING
    assert found(house)["relays_resting"].level == WARNING


def test_a_letter_put_off_for_its_recipients_sake_is_no_backlog(house: House) -> None:
    house.wire.answer = lambda _parcel: TryAgain("452 4.2.2", 452, Verdict.MAILBOX_FULL)
    house.take_in(EXCELLENCE)
    house.sent()
    house.clock.step(hours=3)

    assert found(house)["backlog"].level == OK
    assert taken(house.desk, TODAY).waiting[State.PLANNED] == 1
    house.clock.now += timedelta(days=2)
    assert found(house)["backlog"].level == WARNING
