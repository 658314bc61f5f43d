"""The heartbeat: told only after a complete run, and never the run's undoing."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from service.channels.ping import open_ping
from service.domain.delivery import TryAgain, Verdict
from service.flows import remind
from service.flows.heartbeat import beat
from service.store import runs
from service.store.tables import run
from tests.house import EXCELLENCE, TODAY, House
from tests.monitor import Monitor, monitoring

TOMORROW = TODAY + timedelta(1)


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    with monitoring() as monitor:
        yield monitor


def beats(house: House, monitor: Monitor, scan_of: date = TODAY, *, holds: bool = True) -> str:
    """Ping if all is complete; why not, where it is not."""
    told = beat(house.desk, open_ping(monitor.url()), TODAY, scan_of, holds=holds)
    last = house.rows(run)[-1]
    assert (last.job, last.outcome) == ("heartbeat", runs.DONE)
    assert told == (last.counts == {"pinged": 1})
    return "".join(last.skipped)


def test_a_day_scanned_and_carried_is_told(house: House, monitor: Monitor) -> None:
    house.take_in(EXCELLENCE)
    house.sent()

    assert beats(house, monitor) == ""
    assert monitor.asked == ["/ping/a-secret"]


def test_a_process_that_only_idles_tells_nothing(house: House, monitor: Monitor) -> None:
    assert beats(house, monitor) == "no_good_scan"
    assert monitor.asked == []


@pytest.mark.parametrize("scanned", [TODAY - timedelta(1), TODAY + timedelta(1)], ids=["yesterday", "tomorrow"])
def test_the_scan_of_another_day_is_not_that_of_the_day(house: House, monitor: Monitor, scanned: date) -> None:
    house.scan(scanned)

    assert beats(house, monitor) == "no_good_scan"


def test_before_the_first_scan_of_the_day_that_of_the_day_before_is_enough(house: House, monitor: Monitor) -> None:
    house.scan(TODAY - timedelta(1))

    assert beats(house, monitor, scan_of=TODAY - timedelta(1)) == ""


def test_a_dry_run_is_no_scan(house: House, monitor: Monitor) -> None:
    remind.scan(house.desk, TODAY, dry_run=True)

    assert beats(house, monitor) == "no_good_scan"


def test_a_scan_that_failed_after_a_good_one_is_not_passed_over(house: House, monitor: Monitor) -> None:
    house.scan()
    with house.engine.begin() as connection:
        id = runs.start(connection, "scan", TODAY, house.clock.now)
        runs.finish(connection, id, 1.0, {}, {}, "OperationalError")

    assert beats(house, monitor) == "no_good_scan"


def test_a_letter_that_waits_for_more_than_an_hour_keeps_it_back(house: House, monitor: Monitor) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    house.clock.step(minutes=60)
    assert beats(house, monitor) == ""

    house.clock.step(minutes=1)
    assert beats(house, monitor) == "letters_wait"


def test_a_relay_that_takes_nothing_for_an_hour_keeps_it_back(house: House, monitor: Monitor) -> None:
    house.wire.answer = lambda _parcel: TryAgain("no route", verdict=Verdict.RELAY)
    house.take_in(EXCELLENCE)
    house.sent()
    house.clock.step(minutes=61)
    house.deliver()

    assert beats(house, monitor) == "relay_at_fault"


def test_one_recipients_full_mailbox_does_not(house: House, monitor: Monitor) -> None:
    house.wire.answer = lambda _parcel: TryAgain("452 4.2.2 mailbox full", 452, Verdict.MAILBOX_FULL)
    house.take_in(EXCELLENCE)
    house.sent()
    house.clock.step(hours=3)

    assert beats(house, monitor) == ""


def test_a_broken_invariant_keeps_it_back(house: House, monitor: Monitor) -> None:
    house.scan()

    assert beats(house, monitor, holds=False) == "invariant_broken"
    assert monitor.asked == []


def test_a_ping_that_is_not_taken_breaks_nothing_and_is_said_without_its_secret(
    house: House, monitor: Monitor, capsys: pytest.CaptureFixture[str]
) -> None:
    house.scan()
    monitor.status = 500

    assert beats(house, monitor) == "not_taken"
    said = capsys.readouterr()
    assert "heartbeat_not_taken" in said.out + said.err
    assert "a-secret" not in said.out + said.err
