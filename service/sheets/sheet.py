"""A sheet as read, and what is said of it: errors, each at its row and column, and findings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from service.domain.errors import DubanError, RequestRefused

Cell = str | int | float | bool | datetime | date | time | timedelta

LISTED_AT_MOST = 1000


@dataclass(frozen=True)
class Row:
    """``number`` counts from 1 as a spreadsheet does, blank rows included."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Sheet:
    """The first sheet of a file. An empty cell is an empty text; ``header`` holds the first row that is not blank.

    ``unread`` names the other sheets of the workbook, which nobody has looked at.
    """

    file: str
    header: Row
    rows: Sequence[Row]
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowError:
    """Why a row cannot be taken in; ``column`` is the header as the file has it, ``message`` Chinese / English."""

    row: int
    column: str
    message: str


@dataclass(frozen=True)
class Finding:
    """Something a person should look at though the row is fine; ``row`` is None where it concerns the whole sheet."""

    code: str
    row: int | None
    message: str


def shown(given: str) -> str:
    """A text of the file as a message may repeat it: printable, on one line, no longer than a line."""
    line = "".join(character if character.isprintable() else " " for character in given[:41])
    return line if len(given) <= 40 else f"{line[:40]}…"


def said(zh: str, en: str) -> str:
    """A sentence in both languages, as DubanError has it."""
    return f"{zh} / {en}"


@dataclass
class Remarks:
    """All that is said of one sheet while it is checked."""

    _errors: list[RowError] = field(default_factory=list)
    _findings: list[Finding] = field(default_factory=list)

    def error(self, row: int, column: str, fault: DubanError) -> None:
        self._errors.append(RowError(row, column, str(fault)))

    def finding(self, code: str, row: int | None, zh: str, en: str) -> None:
        self._findings.append(Finding(code, row, said(zh, en)))

    @property
    def errors(self) -> list[RowError]:
        """The errors by row; of more than LISTED_AT_MOST, the last says how many there are besides."""
        ordered = sorted(self._errors, key=lambda error: error.row)
        shown, more = ordered[:LISTED_AT_MOST], ordered[LISTED_AT_MOST:]
        if more:
            message = said(f"另有 {len(more)} 处错误未列出", f"and {len(more)} more errors")
            shown.append(RowError(more[0].row, "", message))
        return shown

    @property
    def findings(self) -> list[Finding]:
        """The findings by row, cut short in the same way."""
        ordered = sorted(self._findings, key=lambda finding: finding.row or 0)
        shown, more = ordered[:LISTED_AT_MOST], ordered[LISTED_AT_MOST:]
        if more:
            message = said(f"另有 {len(more)} 条提示未列出", f"and {len(more)} more findings")
            shown.append(Finding("more", more[0].row, message))
        return shown


class CellFaulty(RequestRefused):
    """A cell does not hold what its column asks for."""
