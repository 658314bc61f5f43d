"""The metrics as Prometheus reads them, on a port of their own."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine

from jobs import metrics
from jobs.metrics import served
from service.domain.delivery import Refused, Sent
from service.domain.errors import RequestRefused
from service.domain.invariants import Invariant
from service.flows.watch import watch
from service.store.database import open_engine
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House, others
from tests.keeping import free_ports

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]
_PROMISED = (
    *("duban_up", "duban_backlog", "duban_undelivered", "duban_overdue", "duban_scan_at_capacity"),
    *("duban_oldest_unsent_seconds", "duban_last_good_run_timestamp_seconds", "duban_relay_answers_total"),
    *("duban_relay_resting", "duban_invariants_broken", "duban_holidays_announced_until", "duban_quarantined"),
    *("duban_returned_for_a_person", "duban_reminder_lateness_seconds_bucket"),
)


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    return House(engine, tmp_path)


@pytest.fixture
def address() -> str:
    return f"127.0.0.1:{free_ports(1)[0]}"


def scrape(address: str) -> tuple[str, Samples]:
    """The text, and each sample by its name and labels."""
    with urlopen(f"http://{address}/metrics", timeout=20) as answer:
        text = answer.read().decode()
    families = text_string_to_metric_families(text)
    return text, {
        (each.name, tuple(sorted(each.labels.items()))): each.value for family in families for each in family.samples
    }


@pytest.fixture
def busy(house: House) -> House:
    """A house that has sent one reminder, of which one address was refused, and looked at its invariants."""
    house.clock.now = datetime.now(UTC) - timedelta(minutes=30)
    house.wire.answer = lambda parcel: Refused("550", 550) if "director" in parcel.recipient else Sent("250")
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)
    house.scan(TODAY + timedelta(61))
    house.deliver(TODAY + timedelta(61))
    watch(house.desk, TODAY)
    return house


def test_every_promised_measure_is_told_and_nobody_is_named(busy: House, address: str) -> None:
    with served(address, busy.desk, lambda: TODAY):
        text, samples = scrape(address)
    names = {name for name, _ in samples}

    assert set(_PROMISED) <= names
    assert samples["duban_up", ()] == 1
    assert samples["duban_backlog", (("state", "planned"),)] == 0
    assert samples["duban_undelivered", (("state", "refused"),)] == 1
    assert samples["duban_reminder_lateness_seconds_bucket", (("le", "+Inf"), ("stage", "30d"))] == 1
    assert {labels[0][1] for name, labels in samples if name == "duban_invariants_broken"} == set(Invariant)
    assert samples["duban_last_good_run_timestamp_seconds", (("job", "scan"),)] == busy.clock.now.timestamp()
    assert not re.search(r"example|演示|[一-鿿]", text)
    assert {label for _, labels in samples for label, _ in labels} == {
        *("class", "invariant", "job", "le", "stage", "state"),
    }


def test_answers_are_counted_from_when_the_process_began(
    busy: House, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[float]:
        samples = scrape(address)[1]
        return [samples["duban_relay_answers_total", (("class", name),)] for name in ("2xx", "5xx")]

    monkeypatch.setattr(metrics, "_FRESH_SECONDS", 0.0)
    with served(address, busy.desk, lambda: TODAY):
        busy.clock.step(minutes=30)
        assert told() == [0, 0]
        for number, row in enumerate(others(2), start=1):  # what is new, once among the last minutes and once settled
            busy.take_in(row, row | DIRECTOR | {"contact_email": f"director@a{number}.example"})
            busy.scan(TODAY + timedelta(61))
            busy.deliver(TODAY + timedelta(61))
            assert told() == [number, number]
            busy.clock.step(minutes=6)
            assert told() == [number, number]


def test_scrapes_within_a_moment_cost_what_one_does(busy: House, address: str) -> None:
    with served(address, busy.desk, lambda: TODAY):
        first = scrape(address)
        busy.clock.step(days=9)
        assert scrape(address) == first


def test_a_database_that_is_away_is_told_as_not_up(tmp_path: Path, address: str) -> None:
    house = House(open_engine("postgresql+psycopg://duban:a-secret@127.0.0.1:1/duban"), tmp_path)
    with served(address, house.desk, lambda: TODAY):
        text, samples = scrape(address)

    assert samples == {("duban_up", ()): 0}
    assert "secret" not in text


def test_a_place_that_is_taken_is_refused_in_one_sentence(house: House, address: str) -> None:
    with (
        served(address, house.desk, lambda: TODAY),
        pytest.raises(RequestRefused, match=f"DUBAN_METRICS_ADDRESS.*{address}"),
        served(address, house.desk, lambda: TODAY),
    ):
        pass


def test_without_an_address_nothing_listens_and_with_one_no_longer_than_it_should(house: House, address: str) -> None:
    with served("", house.desk, lambda: TODAY):
        pass
    for _ in range(2):
        with served(address, house.desk, lambda: TODAY):
            scrape(address)
