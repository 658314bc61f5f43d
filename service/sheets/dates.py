"""Dates as people and spreadsheet programs write them; nothing ambiguous is guessed."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from service.domain.history import CULTIVATION_MONTHS_AT_MOST
from service.sheets.cells import remembered, text
from service.sheets.sheet import Cell, CellFaulty, shown

EARLIEST, LATEST = date(2000, 1, 1), date(2050, 12, 31)

_SERIAL_ZERO = date(1899, 12, 30)  # of Excel's serials from 1 March 1900 on
_WRITTEN = re.compile(r"([0-9]{4}) ?(?:([-/.]) ?([0-9]{1,2}) ?\2 ?([0-9]{1,2})|年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?日)")


@remembered
def day(cell: Cell) -> date:
    """The day: a real date, 2025-12-09, 2025/12/9, 2025.12.9, 2025年12月9日, or an Excel serial of 2000 to 2050."""
    found = _day(cell)
    if not EARLIEST <= found <= LATEST:
        raise CellFaulty(
            f"{found} 不在 {EARLIEST.year} 至 {LATEST.year} 年之间，请核对年份",
            f"{found} is not within {EARLIEST.year} to {LATEST.year}: check the year",
        )
    return found


def _day(cell: Cell) -> date:
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise CellFaulty(f"{cell} 含有时刻，请只填日期", f"{cell} has an hour: give the day alone")
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool | time | timedelta):
        raise CellFaulty("不是日期，请写作 2025-12-09", "not a date: write it as 2025-12-09")
    if isinstance(cell, int | float):
        return _serial(cell)
    given = unicodedata.normalize("NFKC", text(cell))
    if re.fullmatch(r"[0-9]{1,9}", given):
        return _serial(int(given))
    return _written(given)


def _written(given: str) -> date:
    match = _WRITTEN.fullmatch(given)
    if match is None:
        raise CellFaulty(
            f"“{shown(given)}”不是可识别的日期，请按年月日写作 2025-12-09、2025/12/9 或 2025年12月9日",
            f'"{shown(given)}" cannot be read as a date: write year, month, day, as 2025-12-09',
        )
    year, _, month, of_month, month_zh, of_month_zh = match.groups()
    try:
        return date(int(year), int(month or month_zh), int(of_month or of_month_zh))
    except ValueError:
        raise CellFaulty(
            f"日历上没有“{shown(given)}”这一天，请核对", f'the calendar has no day "{shown(given)}": check it'
        ) from None


def _serial(number: int | float) -> date:
    first, last = (EARLIEST - _SERIAL_ZERO).days, (LATEST - _SERIAL_ZERO).days
    if not first <= number <= last or number != int(number):
        raise CellFaulty(
            f"数值 {number} 不是 {EARLIEST.year} 至 {LATEST.year} 年间某日的 Excel 序号，请写作 2025-12-09",
            f"the number {number} is not the Excel serial of a day of {EARLIEST.year} to {LATEST.year}: "
            "write the date as 2025-12-09",
        )
    return _SERIAL_ZERO + timedelta(days=int(number))


def months(cell: Cell) -> int:
    """The length of a cultivation period in whole months, 1 to 24."""
    given = unicodedata.normalize("NFKC", text(cell))
    if not re.fullmatch(r"[0-9]{1,4}", given) or int(given) < 1:
        raise CellFaulty(
            f"“{shown(given)}”不是培育月数，应为 1 至 {CULTIVATION_MONTHS_AT_MOST} 的整数",
            f'"{shown(given)}" is no number of months: a whole number, 1 to {CULTIVATION_MONTHS_AT_MOST}',
        )
    if int(given) > CULTIVATION_MONTHS_AT_MOST:
        raise CellFaulty(
            f"培育期为 {int(given)} 个月，超过第十八条第三项规定的 2 年",
            f"{int(given)} months of cultivation are longer than the 2 years of Art. 18(3)",
        )
    return int(given)
