"""What every sheet of a list's workbook shares: its formats, its print set-up, and text that stays text."""

from collections.abc import Mapping
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from service.letters.colours import INK, TINT, Tone

HEADER_ROW = 2
_FONT: Mapping[str, object] = {"font_name": "Microsoft YaHei", "font_size": 10}
_CELL: Mapping[str, object] = {**_FONT, "valign": "top", "border": 1, "border_color": "#D5DBE1"}
_LINE_HEIGHT = 15  # points, of a font of 10
_SLACK = 1.15  # bold text and breaks between words take more room than the bare width of the letters
_DOTTED = 18  # the lightest pattern of points: to be seen where colours are not
_PRINTED: Mapping[Tone, Mapping[str, object]] = {
    Tone.CALM: {},
    Tone.DONE: {},
    Tone.WARNING: {"bold": True},
    Tone.ALARM: {"bold": True, "pattern": _DOTTED, "border": 2},
}
"""How each tone looks in black and white; its cell says it in words besides."""


def formats_of(workbook: Any) -> dict[Any, Any]:
    """The formats by name, those of the tones by their tone."""
    head = {**_CELL, "bold": True, "bg_color": "#EEF4FB", "align": "center", "valign": "vcenter", "text_wrap": True}
    formats = {
        "title": workbook.add_format({**_FONT, "font_size": 14, "bold": True}),
        "head": workbook.add_format(head),
        "text": workbook.add_format({**_CELL, "text_wrap": True}),
        "number": workbook.add_format({**_CELL, "align": "center"}),
        "total": workbook.add_format({**_CELL, "align": "center", "bold": True}),
        "date": workbook.add_format({**_CELL, "num_format": "yyyy-mm-dd", "align": "center"}),
    }
    for each in Tone:
        coloured = {**_CELL, "font_color": INK[each], "bg_color": TINT[each], "text_wrap": True, **_PRINTED[each]}
        if "pattern" in coloured:
            coloured["fg_color"] = INK[each]
        formats[each] = workbook.add_format(coloured)
    return formats


def print_setup(sheet: Any, rows: int, columns: int, frozen: int) -> None:
    """A4 across, as wide as one page, the header frozen, filtered, and on each page."""
    sheet.freeze_panes(HEADER_ROW + 1, frozen)
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(rows, 1), columns - 1)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&C&P / &N")


def height(lines: int) -> int:
    """The height of a row of so many lines, in points."""
    return _LINE_HEIGHT * lines + 4


def lines(value: object, width: int) -> int:
    """About how many lines a cell wraps to: not every program fits the height of rows by itself."""
    if not isinstance(value, str):
        return 1
    widths = (sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line) for line in value.split("\n"))
    return sum(max(1, ceil(of_line * _SLACK / width)) for of_line in widths)
