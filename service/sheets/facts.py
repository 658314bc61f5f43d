"""The dated facts of a row: which dates it gives, and whether they can stand together."""

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from service.domain.certification import Facts, Level
from service.domain.history import CULTIVATION_MONTHS_AT_MOST
from service.domain.periods import add_months
from service.sheets.cells import choice
from service.sheets.columns import RowCells
from service.sheets.dates import day, months
from service.sheets.sheet import CellFaulty


class _Status(StrEnum):
    UNSAID = ""
    PROPOSED = "proposed"
    LISTED = "listed"
    CULTIVATING = "cultivating"


_status = choice(
    {
        "公示": _Status.PROPOSED,
        "拟入选公示": _Status.PROPOSED,
        "认定": _Status.LISTED,
        "培育": _Status.CULTIVATING,
        "proposed": _Status.PROPOSED,
        "listed": _Status.LISTED,
        "cultivating": _Status.CULTIVATING,
    },
    "状态",
    "status",
)


def read_facts(row: RowCells, level: Level | None) -> tuple[Facts, bool]:
    """The facts, and whether the certification is only proposed 公示: then no date counts, and none is returned."""
    status = row.read("status", _status, _Status.UNSAID)
    facts = Facts(
        listed_on=row.read("listed_on", day, None),
        valid_through=row.read("valid_through", day, None),
        cultivation_from=row.read("cultivation_from", day, None),
        cultivation_months=row.read("cultivation_months", months, None),
        cultivation_until=row.read("cultivation_until", day, None),
    )
    _check_later(row, "valid_through", facts.listed_on, facts.valid_through)
    if level in (Level.PIONEER, None):
        _check_cultivation(row, facts)
    else:
        _refuse_cultivation(row, facts, status)
    if status is _Status.PROPOSED:
        if facts != Facts():
            row.remarks.finding(
                "dates_of_proposed",
                row.row.number,
                "公示不是认定：本行的日期未采用，正式公布后请去掉“公示”状态重新导入",
                "proposed is not listed: the dates of this row are not used; import it again once it is listed",
            )
        return Facts(), True
    facts = _without_list_date_of_cultivation(row, facts, status)
    _check_enough(row, facts, status)
    return facts, False


def _refuse_cultivation(row: RowCells, facts: Facts, status: _Status) -> None:
    fault = CellFaulty("只有领航级有培育期（第十八条第三项）", "only the pioneer level is cultivated (Art. 18(3))")
    for name in ("cultivation_from", "cultivation_months", "cultivation_until"):
        if getattr(facts, name) is not None:
            row.fault(name, fault)
    if status is _Status.CULTIVATING:
        row.fault("status", fault)


def _check_later(row: RowCells, name: str, start: date | None, end: date | None) -> None:
    if start is not None and end is not None and end <= start:
        fault = CellFaulty(f"截止日 {end} 不晚于起始日 {start}", f"the end {end} is not after the start {start}")
        row.fault(name, fault)


def _check_cultivation(row: RowCells, facts: Facts) -> None:
    start, length, until = facts.cultivation_from, facts.cultivation_months, facts.cultivation_until
    if start is None:
        if length is not None and until is None and "cultivation_from" not in row.faulty:
            fault = CellFaulty("有培育月数而无培育期起，无从起算", "months of cultivation, but no day to count from")
            row.fault("cultivation_months", fault)
        return
    _check_later(row, "cultivation_until", start, until)
    if until is not None and until > add_months(start, CULTIVATION_MONTHS_AT_MOST):
        row.fault(
            "cultivation_until",
            CellFaulty(
                f"{start} 至 {until} 超过第十八条第三项规定的 2 年培育期",
                f"{start} to {until} is longer than the 2 years of cultivation of Art. 18(3)",
            ),
        )
    elif until is not None and length is not None:
        counted = add_months(start, length)
        if until not in (counted, counted - timedelta(days=1)):
            row.fault(
                "cultivation_until",
                CellFaulty(
                    f"{start} 起 {length} 个月为 {counted}，与所填 {until} 不符，请核对或只填一项",
                    f"{length} months from {start} end on {counted}, not on {until}: check, or give one of the two",
                ),
            )


def _without_list_date_of_cultivation(row: RowCells, facts: Facts, status: _Status) -> Facts:
    """A pioneer is listed after acceptance (Art. 18(5)), so a list no later than the cultivation is the latter's."""
    start, listed_on = facts.cultivation_from, facts.listed_on
    if start is None or (listed_on is not None and listed_on > start and status is not _Status.CULTIVATING):
        return facts
    if listed_on is not None:
        row.remarks.finding(
            "list_of_cultivation",
            row.row.number,
            f"公布日期 {listed_on} 视为培育名单的日期；领航级有效期自验收后公布之日起算",
            f"{listed_on} is taken as the date of the cultivation list; a pioneer's validity begins with the list "
            "after acceptance",
        )
    if facts.valid_through is not None:
        row.fault(
            "valid_through",
            CellFaulty(
                "培育期内尚无有效期；已验收的，请填写验收后的公布日期",
                "no validity during cultivation; once accepted, give the date of the list after acceptance",
            ),
        )
    return replace(facts, listed_on=None)


def _check_enough(row: RowCells, facts: Facts, status: _Status) -> None:
    dated = {"listed_on": facts.listed_on, "valid_through": facts.valid_through}
    if status is _Status.CULTIVATING:
        dated = {"cultivation_from": facts.cultivation_from}
    elif status is _Status.UNSAID:
        dated["cultivation_from"] = facts.cultivation_from
    if any(dated.values()) or row.faulty & {*dated, "status"}:
        return
    names = list(dated)
    row.fault(
        names[0],
        CellFaulty(
            f"缺少日期：{'、'.join(row.columns.header(name) for name in names)}至少填一项；仅为公示的，状态填“公示”",
            f"no date: at least one of {', '.join(names)} is needed; where it is only proposed, the status is proposed",
        ),
    )
