"""What the measures tell: how late reminders are, what waits, and when each job last went well."""

from datetime import timedelta

import pytest

from service.domain.delivery import Refused, Sent, State, TryAgain, Unknown, Verdict
from service.flows import remind
from service.flows.measures import Measures, taken
from service.flows.watch import watch
from service.store import measures, relays
from service.store.database import reading
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House, others

DAY = timedelta(1)
ONE_DAY = DAY.total_seconds()


def now(house: House) -> Measures:
    return taken(house.desk, TODAY)


def planned_before(house: House) -> None:
    """A matter that was known before the day of its stage, which is TODAY."""
    house.clock.step(days=-1)
    house.take_in(EXCELLENCE)
    house.scan(TODAY - DAY)
    house.deliver(TODAY - DAY)
    house.letters()
    house.clock.step(days=1)


def test_a_reminder_that_goes_with_the_first_scan_of_its_day_is_not_late(house: House) -> None:
    planned_before(house)
    house.sent()

    assert now(house).lateness["90d"] == {0.0: 1}


def test_an_outage_of_scans_makes_late_what_it_kept(house: House) -> None:
    planned_before(house)
    house.clock.step(days=3, hours=2)
    house.sent(TODAY + 3 * DAY)

    assert now(house).lateness == {"90d": {3 * ONE_DAY + 7200: 1}}


def test_a_relay_that_puts_off_makes_late_what_it_kept(house: House) -> None:
    planned_before(house)
    house.wire.answer = lambda _parcel: TryAgain("451", 451)
    house.sent()
    house.wire.answer = lambda _parcel: Sent("250")
    house.clock.step(hours=1)
    house.deliver()

    assert now(house).lateness["90d"] == {3600.0: 1}


@pytest.mark.parametrize("scanned", [True, False], ids=["after a scan", "before any"])
def test_what_became_known_late_is_counted_from_then(house: House, scanned: bool) -> None:
    if scanned:
        house.scan()
    house.clock.step(hours=5)
    house.take_in(EXCELLENCE)
    house.clock.step(hours=1)
    house.sent()

    assert now(house).lateness == {"90d": {0.0: 1}}


def test_only_reminders_sent_within_a_day_are_told(house: House) -> None:
    planned_before(house)
    house.sent()
    house.clock.step(hours=24)

    assert now(house).lateness == {}


def test_an_older_stage_that_was_overtaken_counts_nowhere(house: House) -> None:
    planned_before(house)
    house.clock.step(days=33)
    house.sent(TODAY + 33 * DAY)

    assert list(now(house).lateness) == ["60d"]


def test_what_waits_and_what_failed_is_counted_by_state(house: House) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)
    house.scan(TODAY + 61 * DAY)
    assert now(house).waiting == {State.HELD: 0, State.PLANNED: 2, State.CALLED: 0, State.SENDING: 0}

    house.wire.answer = lambda parcel: Refused("550", 550) if "director" in parcel.recipient else Sent("250")
    house.deliver()
    assert not any(now(house).waiting.values())
    assert now(house).undelivered == {State.REFUSED: 1, State.UNKNOWN: 0, State.BOUNCED: 0}


def test_the_oldest_unsent_letter_grows_old_until_it_goes(house: House) -> None:
    assert now(house).oldest_unsent is None
    house.take_in(EXCELLENCE)
    house.scan()
    house.clock.step(minutes=90)
    assert (now(house).oldest_unsent, now(house).overdue) == (timedelta(minutes=90), 1)

    house.deliver()
    assert (now(house).oldest_unsent, now(house).overdue) == (None, 0)


def test_a_job_that_has_not_gone_well_has_no_time_and_a_dry_run_is_none(house: House) -> None:
    began = house.clock.now
    house.scan()
    house.clock.step(hours=1)
    remind.scan(house.desk, TODAY, dry_run=True)

    assert now(house).last_good == {"scan": began}


def test_a_watch_that_found_something_did_not_go_well_and_says_what(house: House) -> None:
    assert (now(house).broken, now(house).watched_at) == ({}, None)
    watch(house.desk, TODAY)
    found = now(house)

    assert not any(found.broken.values())
    assert found.watched_at == house.clock.now
    assert found.last_good["watch"] == house.clock.now


def test_a_relay_that_rests_is_counted_until_it_is_tried_again(house: House) -> None:
    with house.engine.begin() as connection:
        relays.note(connection, "relay", [TryAgain("535", 535, Verdict.LOGIN)], house.clock.now)
    assert now(house).relays_resting == 1

    house.clock.step(minutes=6)
    assert now(house).relays_resting == 0


def test_the_answers_of_relays_are_counted_by_class(house: House) -> None:
    house.take_in(*others(7))
    answers = iter(
        [
            *(Sent("250"), Sent("250"), TryAgain("451", 451), Refused("550", 550), Unknown("lost")),
            *(TryAgain("no route", verdict=Verdict.RELAY), Refused("not written", verdict=Verdict.OURS)),
        ]
    )
    house.wire.answer = lambda _parcel: next(answers)
    house.sent()
    with reading(house.engine) as connection:
        counted = measures.answers(connection, 0)
        first_two = measures.answers(connection, 0, until=2)
        last = measures.last_attempt_before(connection, house.clock.now + DAY, 0)
        none = measures.last_attempt_before(connection, house.clock.now - DAY, 0)
        assert not measures.answers(connection, last)

    assert counted == {"2xx": 2, "4xx": 1, "5xx": 1, "unknown": 1, "no_answer": 1}
    assert sum(first_two.values()) == 2
    assert (last, none) == (7, 0)
