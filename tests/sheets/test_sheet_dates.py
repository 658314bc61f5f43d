import contextlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.sheets.dates import EARLIEST, LATEST, day, months
from service.sheets.sheet import CellFaulty

WRITTEN: dict[str, Callable[[date], Any]] = {
    "2025-12-09": lambda d: f"{d:%Y-%m-%d}",
    "2025-12-9": lambda d: f"{d.year}-{d.month}-{d.day}",
    "2025/12/9": lambda d: f"{d.year}/{d.month}/{d.day}",
    "2025.12.09": lambda d: f"{d:%Y.%m.%d}",
    "2025年12月9日": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "2025 年 12 月 9 日": lambda d: f" {d.year} 年 {d.month:02} 月 {d.day:02} 日 ",
    "full width": lambda d: "".join(chr(ord(c) + 0xFEE0) for c in f"{d:%Y-%m-%d}"),
    "a date": lambda d: d,
    "midnight": lambda d: datetime(d.year, d.month, d.day),  # noqa: DTZ001 -- a spreadsheet has no time zones
    "a serial": lambda d: (d - date(1899, 12, 30)).days,
    "a serial with point": lambda d: float((d - date(1899, 12, 30)).days),
    "a serial as text": lambda d: str((d - date(1899, 12, 30)).days),
}


@pytest.mark.parametrize("form", WRITTEN)
@given(d=st.dates(EARLIEST, LATEST))
def test_any_day_reads_back_however_it_is_written(form: str, d: date) -> None:
    assert day(WRITTEN[form](d)) == d


def test_an_excel_serial_is_the_day_that_excel_shows() -> None:
    assert day(45658) == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("2025-02-30", "没有“2025-02-30”这一天"),
        ("2025-13-01", "没有“2025-13-01”这一天"),
        ("2025年2月29日", "没有"),
        ("12/9/2025", "按年月日"),
        ("09-12-25", "按年月日"),
        ("2025-12", "按年月日"),
        ("2025年12月", "按年月日"),
        ("2025-12/09", "按年月日"),
        ("2025-12-09 10:30", "按年月日"),
        ("约2025-12-09", "按年月日"),
        ("待定", "按年月日"),
        ("20251209", "Excel 序号"),
        (20251209, "Excel 序号"),
        (2025, "Excel 序号"),
        (45658.5, "Excel 序号"),
        (float("nan"), "Excel 序号"),
        (float("inf"), "Excel 序号"),
        (-1, "Excel 序号"),
        ("1999-12-31", "不在 2000 至 2050 年之间"),
        ("2051-01-01", "不在 2000 至 2050 年之间"),
        (date(1999, 12, 31), "不在 2000 至 2050 年之间"),
        (datetime(2025, 12, 9, 10, 30), "含有时刻"),  # noqa: DTZ001 -- a spreadsheet has no time zones
        (time(10, 30), "不是日期"),
        (timedelta(days=2), "不是日期"),
        (True, "不是日期"),
        ("2025-12-09\n", "换行"),
    ],
)
def test_nothing_impossible_or_ambiguous_is_guessed_at(cell: Any, why: str) -> None:
    with pytest.raises(CellFaulty, match=why):
        day(cell)


@given(st.text("0123456789-/.年月日 ", max_size=12))
@example("2025-12-09")
def test_any_text_is_a_day_of_the_years_allowed_or_is_refused(cell: str) -> None:
    with contextlib.suppress(CellFaulty):
        assert EARLIEST <= day(cell) <= LATEST


@given(st.integers(1, 24))
def test_one_to_24_months_are_a_cultivation(length: int) -> None:
    assert months(length) == months(float(length)) == months(f" {length} ") == length


@pytest.mark.parametrize("cell", [0, -3, "两年", "24个月", 1.5, "", "1e1", True])
def test_what_is_no_number_of_months_is_refused(cell: Any) -> None:
    with pytest.raises(CellFaulty):
        months(cell)


def test_more_than_24_months_are_refused_by_the_article() -> None:
    with pytest.raises(CellFaulty, match="第十八条第三项") as refused:
        months("25")
    assert "18(3)" in refused.value.en
