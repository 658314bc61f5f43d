"""The settings of what watches: where to tell it, whom to tell, and where the letter to ourselves goes."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from service import settings, wiring
from service.domain.errors import RequestRefused
from service.domain.invariants import Invariant
from tests.command import Duban, duban

__all__ = ["duban"]

BOUNCE = {"DUBAN_BOUNCE_URL": "maildir:mail?address=bounce@site.example"}


def test_nothing_is_told_unless_it_is_asked_for() -> None:
    in_force = settings.load()

    assert (in_force.metrics_address, in_force.heartbeat_url, in_force.canary_address) == ("", "", "")


@pytest.mark.parametrize("address", ["127.0.0.1:9464", "0.0.0.0:1", "[::1]:65535", "localhost:9464", ""])
def test_the_metrics_have_a_host_and_a_port(address: str) -> None:
    assert settings.load(metrics_address=address).metrics_address == address


@pytest.mark.parametrize("address", ["9464", ":9464", "h:", "h:0", "h:65536", "http://h:1", "h:1 ", "h:９", "::1:9"])
def test_what_is_no_place_to_listen_is_refused(address: str) -> None:
    with pytest.raises(RequestRefused, match="DUBAN_METRICS_ADDRESS"):
        settings.load(metrics_address=address)


@pytest.mark.parametrize("given", ["canary@例子.example", "自检 <canary@xn--fsqu00a.example>"])
def test_the_letter_to_ourselves_goes_to_a_bare_address_in_ascii(given: str) -> None:
    in_force = settings.load(canary_address=given, bounce_url=BOUNCE["DUBAN_BOUNCE_URL"])

    assert in_force.canary_address == "canary@xn--fsqu00a.example"


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"DUBAN_METRICS_ADDRESS": "9464"}, "DUBAN_METRICS_ADDRESS"),
        ({"DUBAN_HEARTBEAT_URL": "http://monitor.example/a-secret"}, "DUBAN_HEARTBEAT_URL"),
        ({"DUBAN_CANARY_ADDRESS": "nobody", **BOUNCE}, "DUBAN_CANARY_ADDRESS"),
        ({"DUBAN_CANARY_ADDRESS": "canary@site.example"}, "DUBAN_BOUNCE_URL"),
    ],
)
def test_a_bad_one_is_refused_in_one_sentence(
    duban: Duban, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], named: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for command in ("scan", "up"):
        ended = duban(command)
        assert ended.refused
        assert named in ended.err
        assert "a-secret" not in ended.err


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://monitor.example/ping/a-secret", "https://monitor.example/***"),
        ("https://monitor.example?id=a-secret", "https://monitor.example/***"),
        ("http://[::1]:8000/a-secret", "http://[::1]:8000/***"),
        ("https://monitor.example", "https://monitor.example"),
        ("", ""),
    ],
)
def test_the_path_of_a_heartbeat_is_shown_to_nobody(url: str, shown: str) -> None:
    in_force = settings.load(heartbeat_url=url)
    [row] = [row for row in settings.shown(in_force) if row["name"] == "DUBAN_HEARTBEAT_URL"]

    assert row["value"] == shown


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        (datetime(2027, 8, 6, 1, 0, tzinfo=UTC), date(2027, 8, 6)),
        (datetime(2027, 8, 6, 0, 59, 59, tzinfo=UTC), date(2027, 8, 5)),
        (datetime(2027, 8, 5, 16, 0, tzinfo=UTC), date(2027, 8, 5)),
    ],
)
def test_the_scan_of_a_day_is_asked_for_from_nine_in_shanghai(
    monkeypatch: pytest.MonkeyPatch, utc: datetime, day: date
) -> None:
    monkeypatch.setattr(wiring, "now", lambda: utc)

    assert wiring.scan_day() == day


def test_every_measure_and_every_invariant_is_documented_in_both_languages() -> None:
    halves = (Path(__file__).parents[1] / "docs/watching.md").read_text(encoding="utf-8").split("\n---\n")
    source = (Path(__file__).parents[1] / "jobs/metrics.py").read_text(encoding="utf-8")
    told = {
        name.replace("duban_relay_answers", "duban_relay_answers_total")
        for name in re.findall(r'"(duban_\w+)"', source)
    }

    assert len(halves) == 2
    assert len(told) > 10
    for half in halves:
        documented = set(re.findall(r"^\| `(\w+)", half, re.MULTILINE))
        assert told | set(Invariant) <= documented
