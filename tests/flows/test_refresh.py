"""Obligations brought in line with a certification's life: what moves, what closes, what opens again."""

from dataclasses import replace
from datetime import date

from sqlalchemy import update

from service.domain.certification import Level
from service.domain.history import live
from service.domain.lifecycle import EventType, Life
from service.domain.policy import Policy
from service.flows.desk import moment
from service.flows.refresh import Refreshed, refresh
from service.store import certifications
from service.store.rulebook import announced_year, workday
from service.store.tables import obligation
from tests.house import EXCELLENCE, TODAY, House

SAFE = date(2028, 9, 7)


def life_of(house: House) -> Life:
    with house.engine.begin() as connection:
        return live(Level.EXCELLENCE, certifications.logs(connection, [1])[1])


def refreshed(house: House, life: Life) -> Refreshed:
    with moment(house.desk) as now:
        return refresh(now, {1: life}, TODAY)


def test_what_is_in_line_already_is_left_as_it_is(house: House) -> None:
    house.take_in(EXCELLENCE)
    before = house.rows(obligation)

    assert refreshed(house, life_of(house)) == Refreshed(0, 0, 0, 0)
    assert house.rows(obligation) == before


def test_a_matter_that_is_open_again_is_reminded_of_and_invited_to_anew(house: House) -> None:
    """With the old revision the letter of this stage would count as sent, and the calendar would stay empty."""
    house.take_in(EXCELLENCE)
    house.sent()
    open_life = life_of(house)
    house.record(EventType.REVIEW_APPLIED, TODAY)
    closed_life = life_of(house)
    house.deliver()
    refreshed(house, open_life)
    [anew] = house.sent()[1:]

    assert anew.invite == ("REQUEST", 2, SAFE)
    assert refreshed(house, closed_life).cancellations == 1
    house.deliver()
    assert [letter.invite for letter in house.letters()] == [("CANCEL", 3, SAFE)]


def test_a_cancellation_still_waiting_when_the_matter_is_open_again_is_withdrawn(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    open_life = life_of(house)
    house.record(EventType.REVIEW_APPLIED, TODAY)
    refreshed(house, open_life)

    assert [letter.invite for letter in house.sent()] == [("REQUEST", 0, SAFE)]


def test_a_matter_closed_twice_before_anything_is_delivered_is_cancelled_once(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    open_life = life_of(house)
    house.record(EventType.REVIEW_APPLIED, TODAY)
    closed_life = life_of(house)
    refreshed(house, open_life)
    refreshed(house, closed_life)
    house.deliver()

    assert [letter.invite for letter in house.letters()] == [("CANCEL", 1, SAFE)]


def test_an_obligation_that_no_longer_follows_is_closed_and_its_invite_cancelled(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    done = refreshed(house, replace(life_of(house), cycles=()))
    house.deliver()

    assert (done.closed, done.cancellations) == (2, 1)
    assert {row.closed for row in house.rows(obligation)} == {"no_longer_applies"}
    assert [letter.invite[0] for letter in house.letters()] == ["CANCEL"]


def test_a_notice_that_moves_no_date_changes_the_reckoning_and_tells_nobody(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    with house.engine.begin() as connection:
        connection.execute(announced_year.insert().values(_year(2027, house)))
        connection.execute(announced_year.insert().values(_year(2028, house)))
    done = refreshed(house, life_of(house))

    assert (done.moved, done.closed, done.cancellations) == (0, 0, 0)
    assert not house.rows(obligation)[0].provisional
    assert house.sent() == []


def test_a_notice_that_moves_the_safe_day_moves_reminder_and_invite(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    with house.engine.begin() as connection:
        rest = {"day": SAFE, "kind": "rest", "name": "national_day"}
        connection.execute(workday.insert().values(**rest, **_year(2028, house)))
    assert refreshed(house, life_of(house)).moved == 1
    assert [letter.invite for letter in house.sent()] == [("REQUEST", 1, date(2028, 9, 6))]


def _year(year: int, house: House) -> dict[str, object]:
    return {"year": year, "source": "test", "notice": "test", "loaded_at": house.clock.now}


def test_dates_on_record_say_which_policy_made_them(house: House) -> None:
    house.take_in(EXCELLENCE)
    with house.engine.begin() as connection:
        connection.execute(update(obligation).values(policy="2020-1"))
    house.take_in(EXCELLENCE | {"listed_on": "2025-12-02"})

    assert {row.policy for row in house.rows(obligation)} == {Policy().version}
