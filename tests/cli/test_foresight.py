"""``duban forecast`` and ``simulate``."""

from pathlib import Path

import pytest

from tests.command import Duban
from tests.house import EXCELLENCE, write_sheet

WINDOW = ("--from", "2028-08-07", "--to", "2028-09-07")
UNIT = {
    "owner_kind": "unit",
    "owner": "江苏省",
    "role": "handler",
    "name": "联络员（演示）",
    "email": "handler@u.example",
}


@pytest.fixture
def filled(duban: Duban, tmp_path: Path) -> Duban:
    """The command on a record of one certification and its unit."""
    assert duban("import", write_sheet(tmp_path, EXCELLENCE)).code == 0
    assert duban("contacts", "import", write_sheet(tmp_path, UNIT)).code == 0
    return duban


def test_a_forecast_is_a_row_for_each_day_kind_and_stage(filled: Duban) -> None:
    rows = filled("forecast", *WINDOW, "--json").json

    first = {"day": "2028-08-07", "letters": 1, "provisional": True}
    assert rows[:2] == [
        first | {"kind": "list", "stage": "2028-08"},
        first | {"kind": "review_application", "stage": "60d"},
    ]
    assert {"day": "2028-08-14", "kind": "list", "stage": "2028-W33", "letters": 1, "provisional": True} in rows
    assert [row["day"] for row in rows] == sorted(row["day"] for row in rows)


def test_a_forecast_without_days_begins_today_and_looks_ninety_days_ahead(filled: Duban) -> None:
    assert filled("forecast", "--json").code == 0
    assert filled("forecast", "--from", "2028-06-09", "--json").json == (
        filled("forecast", "--from", "2028-06-09", "--to", "2028-09-07", "--json").json
    )


def test_a_forecast_for_people_says_what_is_provisional(filled: Duban) -> None:
    lines = filled("forecast", *WINDOW).out.splitlines()

    assert lines[0].startswith("日期 / day\t")
    assert lines[2] == "2028-08-07\treview_application\t60d\t1\t暂定 / provisional"


def test_a_simulation_tells_months_units_and_the_busiest_day(filled: Duban) -> None:
    told = filled("simulate", *WINDOW, "--json").json

    assert {name: told[name] for name in ("from", "to", "letters", "totals", "superseded", "withdrawn")} == {
        **{"from": "2028-08-07", "to": "2028-09-07", "letters": 13, "totals": {"list": 6, "reminder": 7}},
        **{"superseded": 2, "withdrawn": 0},
    }
    assert {"month": "2028-08", "kind": "list", "stage": "", "letters": 4} in told["months"]
    assert {"month": "2028-09", "kind": "review_application", "stage": "0d", "letters": 1} in told["months"]
    assert told["units"] == [{"unit": "江苏省", "lists": 6, "letters": 6}]
    assert told["busiest_day"] == {"day": "2028-08-07", "letters": 2}
    assert told["skipped"] == [{"reason": "not_reached", "count": 1}]
    assert told["days"] <= 14


def test_a_simulation_for_people_shows_the_same(filled: Duban) -> None:
    ended = filled("simulate", *WINDOW)

    assert "信件 / letters\t13 list=6 reminder=7" in ended.out
    assert "2028-09\treview_application\t0d\t1" in ended.out
    assert "江苏省\t6\t6" in ended.out
    assert ended.err == ""


def test_neither_sends_or_records_anything(filled: Duban, tmp_path: Path) -> None:
    runs = filled("runs", "--json").json
    filled("forecast", *WINDOW)
    filled("simulate", *WINDOW)

    assert filled("runs", "--json").json == runs
    assert filled("deliveries", "--json").json == []
    assert not (tmp_path / "var/mailbox/new").exists()


def test_on_an_empty_record_there_is_nothing_to_foresee(duban: Duban) -> None:
    assert duban("forecast", "--json").json == []
    told = duban("simulate", *WINDOW, "--json").json
    assert (told["letters"], told["busiest_day"], told["months"], told["units"]) == (0, None, [], [])


@pytest.mark.parametrize("command", ["forecast", "simulate"])
@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2028-01-02", "2028-01-01", "--to 2028-01-01"),
        ("2028-01-01", "soon", "--to"),
        ("2028-13-01", "2029-01-01", "--from"),
        ("2049-01-01", "2051-01-01", "2051"),
        ("9999-12-31", "9999-12-31", "9999"),
        ("1999-01-01", "2028-01-01", "1999"),
    ],
)
def test_days_that_cannot_be_are_refused_in_one_sentence(
    filled: Duban, command: str, first: str, last: str, said: str
) -> None:
    ended = filled(command, "--from", first, "--to", last, "--json")

    assert ended.refused
    assert said in ended.err


def test_a_forecast_from_the_last_of_days_is_refused_and_no_fault(duban: Duban) -> None:
    assert duban("forecast", "--from", "9999-12-31").refused
