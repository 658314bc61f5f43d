"""The unit's list as a workbook: real dates, text that stays text, one sheet a matter, ready to print on A4."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from service.domain.certification import UnitKind
from service.domain.listing import Mark, Section
from service.domain.obligation import MILESTONES, Kind
from service.letters.articles import article_of, cite
from service.letters.colours import tone
from service.letters.letter import Language, ListRow
from service.letters.remarks import remarks
from service.letters.sections import MARKS, SECTIONS, answered
from service.letters.sheets import HEADER_ROW, formats_of, height, lines, print_setup
from service.letters.standing import latest_on, standing
from service.letters.status import status
from service.letters.words import WORDS


@dataclass(frozen=True)
class _Column:
    zh: str
    en: str
    width: int


_COLUMNS = (
    _Column("序号", "No.", 5),
    _Column("企业名称", "Enterprise", 15),
    _Column("统一社会信用代码", "Credit code", 11),
    _Column("工厂名称", "Factory", 15),
    _Column("级别", "Level", 7),
    _Column("批次", "Batch", 12),
    _Column("所在地/集团", "Place or group", 9),
    _Column("公布日期", "Published on", 11),
    _Column("有效期（培育期）截止日", "End of validity or cultivation", 11),
    _Column("事项", "Matter", 9),
    _Column("依据条款", "Article", 9),
    _Column("法定最晚日期", "Latest day", 11),
    _Column("建议日期", "Suggested day", 11),
    _Column("剩余工作日", "Working days left", 7),
    _Column("状态", "Status", 13),
    _Column("提醒次数", "Reminders", 8),
    _Column("最近提醒日期", "Last reminded on", 11),
    _Column("企业是否确认", "Confirmed by the enterprise", 11),
    _Column("联系人", "Contacts", 13),
    _Column("备注", "Remarks", 15),
)
_STATUS = next(number for number, column in enumerate(_COLUMNS) if column.en == "Status")

_TITLE = {
    (Language.ZH, UnitKind.PROVINCIAL): "{unit}推荐智能工厂期限督办清单（截至{day}）",
    (Language.ZH, UnitKind.CENTRAL_GROUP): "{unit}所属智能工厂期限督办清单（截至{day}）",
    (Language.EN, UnitKind.PROVINCIAL): "Smart factories recommended by {unit}: deadlines as of {day}",
    (Language.EN, UnitKind.CENTRAL_GROUP): "Smart factories of {unit}: deadlines as of {day}",
}
_FILE_NAME = {Language.ZH: "督办清单-{day}.xlsx", Language.EN: "deadlines-{day}.xlsx"}
_SUMMARY = {Language.ZH: "汇总", Language.EN: "Summary"}
_SECTION = {Language.ZH: "类别", Language.EN: "Section"}
_TOTAL = {Language.ZH: "合计", Language.EN: "Total"}
_LONGEST_SHEET_NAME = 31


def list_workbook(
    unit: str, kind: UnitKind, today: date, rows: Sequence[ListRow], language: Language = Language.ZH
) -> bytes:
    """A unit's list on ``today`` as an .xlsx in one language: a summary, then a sheet for each kind of matter.

    The header names the columns in both languages.
    """
    content = BytesIO()
    title = _TITLE[language, kind].format(unit=unit, day=WORDS[language].written(today))
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        formats = formats_of(workbook)
        names = _sheet_names(rows, language)
        _summary(workbook.add_worksheet(_SUMMARY[language]), formats, title, rows, names, language)
        for of_kind, name in names.items():
            theirs = [row for row in rows if row.matter.kind is of_kind]
            _matters(workbook.add_worksheet(name), formats, f"{title} {name}", theirs, today, language)
    return content.getvalue()


def list_workbook_name(today: date, language: Language) -> str:
    """The name of the attached file."""
    return _FILE_NAME[language].format(day=today)


def _sheet_names(rows: Sequence[ListRow], language: Language) -> dict[Kind, str]:
    """The kinds that there are, in the order of the regulation, and the names of their sheets."""
    titles = {row.matter.kind: WORDS[language].of(row.matter).title for row in rows}
    return {kind: titles[kind][:_LONGEST_SHEET_NAME] for kind in Kind if kind in titles}


def _summary(
    sheet: Any,
    formats: dict[Any, Any],
    title: str,
    rows: Sequence[ListRow],
    names: dict[Kind, str],
    language: Language,
) -> None:
    """How many rows of each kind each section has, and how many of them are new or changed."""
    marks = (Mark.NEW, Mark.CHANGED)
    counts = Counter((row.section, row.matter.kind) for row in rows)
    marked = Counter((row.section, row.mark) for row in rows)
    header = [_SECTION[language], *names.values(), _TOTAL[language], *(MARKS[language][mark] for mark in marks)]
    _head(sheet, formats, title, [(name, 24 if number == 0 else 13) for number, name in enumerate(header)])
    for at, section in enumerate(Section, HEADER_ROW + 1):
        of_kinds = [counts[section, kind] for kind in names]
        cells = [*of_kinds, sum(of_kinds), *(marked[section, mark] for mark in marks)]
        sheet.write_string(at, 0, SECTIONS[language][section], formats["text"])
        for number, count in enumerate(cells, 1):
            sheet.write_number(at, number, count, formats["number"])
    at = HEADER_ROW + 1 + len(Section)
    of_all = Counter(row.matter.kind for row in rows), Counter(row.mark for row in rows)
    sheet.write_string(at, 0, _TOTAL[language], formats["total"])
    cells = [*(of_all[0][kind] for kind in names), len(rows), *(of_all[1][mark] for mark in marks)]
    for number, count in enumerate(cells, 1):
        sheet.write_number(at, number, count, formats["total"])
    print_setup(sheet, len(Section), len(header), frozen=1)


def _matters(
    sheet: Any, formats: dict[Any, Any], title: str, rows: Sequence[ListRow], today: date, language: Language
) -> None:
    _head(sheet, formats, title, [(f"{column.zh}\n{column.en}", column.width) for column in _COLUMNS])
    for index, row in enumerate(rows, 1):
        _row(sheet, formats, index, row, today, language)
    print_setup(sheet, len(rows), len(_COLUMNS), frozen=2)


def _head(sheet: Any, formats: dict[Any, Any], title: str, columns: Sequence[tuple[str, int]]) -> None:
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, title, formats["title"])
    sheet.set_row(HEADER_ROW, height(max(lines(name, width) for name, width in columns)))
    for number, (name, width) in enumerate(columns):
        sheet.set_column(number, number, width)
        sheet.write_string(HEADER_ROW, number, name, formats["head"])


def _row(sheet: Any, formats: dict[Any, Any], index: int, row: ListRow, today: date, language: Language) -> None:
    cells = _cells(index, row, today, language)
    at = HEADER_ROW + index
    widths = (column.width for column in _COLUMNS)
    sheet.set_row(at, height(max(map(lines, cells, widths))))
    for number, value in enumerate(cells):
        if number == _STATUS:
            sheet.write_string(at, number, value, formats[tone(row.matter, standing(row.matter, today))])
        elif isinstance(value, date):
            sheet.write_datetime(at, number, value, formats["date"])
        elif isinstance(value, int):
            sheet.write_number(at, number, value, formats["number"])
        else:  # always write_string: what begins like a formula stays text
            sheet.write_string(at, number, value or "", formats["text"])


def _cells(index: int, row: ListRow, today: date, language: Language) -> tuple[Any, ...]:
    matter, dates, words = row.matter, row.matter.dates, WORDS[language]
    milestone = matter.kind in MILESTONES  # an end is not a day to file by
    return (
        index,
        matter.enterprise,
        matter.uscc,
        matter.factory,
        words.level_of(matter),
        matter.batch,
        matter.unit,
        row.listed_on,
        dates.ends_on,
        words.title_of(matter),
        cite(article_of(matter), language),
        None if milestone else latest_on(dates, today),
        None if milestone else dates.safe_due_on,
        row.working_days_left,
        _status(row, today, language),
        row.reminders,
        row.last_reminded_on,
        answered(row.said, language),
        row.contacts,
        "\n".join(remarks(row, language)),
    )


def _status(row: ListRow, today: date, language: Language) -> str:
    """The section and how the matter stands, in words: colour alone must not carry it."""
    stands = status(row.matter, today, language)
    if row.matter.pending:
        return stands
    section = SECTIONS[language][row.section]
    return f"{section}：{stands}" if language is Language.ZH else f"{section}: {stands}"
