"""The unit's list as a workbook: real dates, text that stays text, and ready to print on A4."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from math import ceil
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter  # type: ignore[import-untyped]

from service.domain.certification import UnitKind
from service.domain.obligation import MILESTONES, Kind
from service.letters.articles import article_of, cite
from service.letters.colours import INK, TINT, Tone, tone
from service.letters.letter import Language, ListRow, Matter
from service.letters.standing import is_by_hand, is_units_own, latest_on, standing
from service.letters.status import status
from service.letters.words import WORDS


@dataclass(frozen=True)
class _Column:
    zh: str
    en: str
    width: int


_COLUMNS = (
    _Column("序号", "No.", 6),
    _Column("企业名称", "Enterprise", 18),
    _Column("统一社会信用代码", "Credit code", 12),
    _Column("工厂名称", "Factory", 20),
    _Column("级别", "Level", 9),
    _Column("批次", "Batch", 15),
    _Column("编号", "Number", 9),
    _Column("事项", "Matter", 13),
    _Column("依据条款", "Article", 12),
    _Column("截止日（有效期/培育期）", "End of validity or cultivation", 13),
    _Column("最晚日期", "Latest day", 12),
    _Column("建议日期", "Suggested day", 12),
    _Column("剩余工作日", "Working days left", 9),
    _Column("状态", "Status", 15),
    _Column("提醒次数", "Reminders", 9),
    _Column("最近提醒日期", "Last reminded on", 12),
    _Column("联系人", "Contacts", 15),
    _Column("备注", "Remarks", 18),
)
_HEADER_ROW = 2
_LINE_HEIGHT = 15  # points, of a font of 10
_SLACK = 1.15  # bold text and breaks between words take more room than the bare width of the letters

_TITLE = {
    (Language.ZH, UnitKind.PROVINCIAL): "{unit}推荐智能工厂期限督办清单（截至{day}）",
    (Language.ZH, UnitKind.CENTRAL_GROUP): "{unit}所属智能工厂期限督办清单（截至{day}）",
    (Language.EN, UnitKind.PROVINCIAL): "Smart factories recommended by {unit}: deadlines as of {day}",
    (Language.EN, UnitKind.CENTRAL_GROUP): "Smart factories of {unit}: deadlines as of {day}",
}
_FILE_NAME = {Language.ZH: "督办清单-{day}.xlsx", Language.EN: "deadlines-{day}.xlsx"}
_UNITS_OWN = {Language.ZH: "由推荐单位办理", Language.EN: "For the recommending unit to do"}
_BY_HAND = {Language.ZH: "日期为人工设定", Language.EN: "The days were set by hand"}
_NO_PERIOD = {
    Language.ZH: "办法未规定期限，最晚日期为参考期限",
    Language.EN: "The regulation sets no period, the latest day is for reference",
}
_DAY_OF = {
    (Language.ZH, Kind.ANNUAL_REPORT): "日期由推荐单位自行确定",
    (Language.EN, Kind.ANNUAL_REPORT): "The day is the unit's own",
    (Language.ZH, Kind.ANNUAL_ROUND): "日期以年度通知为准",
    (Language.EN, Kind.ANNUAL_ROUND): "The day is that of the yearly notice",
}
_PROVISIONAL = {
    Language.ZH: "日期为暂定：相关年度放假安排尚未公布",
    Language.EN: "Provisional: the working-day calendar of that year is not announced yet",
}


def list_workbook(
    unit: str, kind: UnitKind, today: date, rows: Sequence[ListRow], language: Language = Language.ZH
) -> bytes:
    """The rows of a unit's list on ``today`` as an .xlsx in one language; the header names columns in both."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("督办清单" if language is Language.ZH else "Deadlines")
        formats = _formats(workbook)
        _head(sheet, formats, _TITLE[language, kind].format(unit=unit, day=WORDS[language].written(today)))
        for index, row in enumerate(rows, 1):
            _row(sheet, formats, index, row, today, language)
        _print_setup(sheet, len(rows))
    return content.getvalue()


def list_workbook_name(today: date, language: Language) -> str:
    """The name of the attached file."""
    return _FILE_NAME[language].format(day=today)


def _formats(workbook: Any) -> dict[Any, Any]:
    cell = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top", "border": 1, "border_color": "#D5DBE1"}
    head = cell | {"bold": True, "bg_color": "#EEF4FB", "align": "center", "valign": "vcenter", "text_wrap": True}
    formats = {
        "title": workbook.add_format({"font_name": "Microsoft YaHei", "font_size": 14, "bold": True}),
        "head": workbook.add_format(head),
        "text": workbook.add_format(cell | {"text_wrap": True}),
        "number": workbook.add_format(cell | {"align": "center"}),
        "date": workbook.add_format(cell | {"num_format": "yyyy-mm-dd", "align": "center"}),
    }
    for each in Tone:
        coloured = {"font_color": INK[each], "bg_color": TINT[each], "bold": each is not Tone.CALM, "text_wrap": True}
        formats[each] = workbook.add_format(cell | coloured)
    return formats


def _head(sheet: Any, formats: dict[Any, Any], title: str) -> None:
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, title, formats["title"])
    sheet.set_row(_HEADER_ROW, 64)
    for number, column in enumerate(_COLUMNS):
        sheet.set_column(number, number, column.width)
        sheet.write_string(_HEADER_ROW, number, f"{column.zh}\n{column.en}", formats["head"])


def _row(sheet: Any, formats: dict[Any, Any], index: int, row: ListRow, today: date, language: Language) -> None:
    matter, dates, words = row.matter, row.matter.dates, WORDS[language]
    milestone = matter.kind in MILESTONES  # an end is not a day to file by
    cells = (
        index,
        matter.enterprise,
        matter.uscc,
        matter.factory,
        words.level_of(matter),
        matter.batch,
        matter.certification_id or words.number_of(matter),
        words.title_of(matter),
        cite(article_of(matter), language),
        dates.ends_on,
        None if milestone else latest_on(dates, today),
        None if milestone else dates.safe_due_on,
        row.working_days_left,
        status(matter, today, language),
        row.reminders,
        row.last_reminded_on,
        row.contacts,
        "\n".join(_remarks(matter, language)),
    )
    at = _HEADER_ROW + index
    sheet.set_row(at, _LINE_HEIGHT * max(map(_lines, cells, _COLUMNS)) + 4)
    for number, value in enumerate(cells):
        if _COLUMNS[number].en == "Status":
            sheet.write_string(at, number, value, formats[tone(matter, standing(matter, today))])
        elif isinstance(value, date):
            sheet.write_datetime(at, number, value, formats["date"])
        elif isinstance(value, int):
            sheet.write_number(at, number, value, formats["number"])
        else:  # always write_string: what begins like a formula stays text
            sheet.write_string(at, number, value or "", formats["text"])


def _remarks(matter: Matter, language: Language) -> Iterator[str]:
    by_hand = is_by_hand(matter.dates)
    if is_units_own(matter):
        yield _UNITS_OWN[language]
        if not by_hand:
            yield _DAY_OF.get((language, matter.kind), _NO_PERIOD[language])
    if by_hand:
        yield _BY_HAND[language]
    if matter.date_basis:
        yield matter.date_basis
    if matter.dates.provisional:
        yield _PROVISIONAL[language]


def _lines(value: object, column: _Column) -> int:
    """About how many lines a cell wraps to: not every program fits the height of rows by itself."""
    if not isinstance(value, str):
        return 1
    widths = (sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line) for line in value.split("\n"))
    return sum(max(1, ceil(width * _SLACK / column.width)) for width in widths)


def _print_setup(sheet: Any, rows: int) -> None:
    """A4 across, as wide as one page, the header on each."""
    sheet.freeze_panes(_HEADER_ROW + 1, 2)
    sheet.autofilter(_HEADER_ROW, 0, _HEADER_ROW + max(rows, 1), len(_COLUMNS) - 1)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C&P / &N")
