"""One XML part of a workbook while it is read through: how far its cells reach, and whether any is an error."""

from typing import Any

from service.domain.errors import RequestRefused
from service.sheets.limits import CELLS, COLUMNS, refuse_columns, refuse_size

_LAST_ROW = 1_048_576


class Part:
    """Follows the elements of a part (ECMA-376, 18.3.1), and refuses one that would be laid out too large.

    Invariant: every cell with a value so far lies within COLUMNS columns, and the rectangle that they all span within
    CELLS cells. Rows ascend and cells name their own row, as every spreadsheet program writes them; else ValueError.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._row = 0
        self._row_name = ""
        self._column = 0
        self._widest = 0
        self._columns: dict[str, int] = {}
        self._cell: dict[str, str] | None = None

    def doctype(self, *_: Any) -> None:
        """No part of a workbook has a document type: it could only declare entities."""
        raise ValueError("document type")

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """An element opens; its name may carry a prefix."""
        name = element.rpartition(":")[2]
        if name == "c":
            self._open_cell(attributes)
        elif name in ("v", "is"):
            self._value()
        elif name == "row":
            self._open_row(attributes)
        else:
            self._announce(attributes)

    def _open_row(self, attributes: dict[str, str]) -> None:
        row = int(attributes.get("r", self._row + 1))
        if not self._row < row <= _LAST_ROW:
            raise ValueError("rows out of order")
        self._row, self._row_name, self._column, self._cell = row, str(row), 0, None

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self._cell = attributes
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        elif self._row:
            letters = reference[: -len(self._row_name)]
            if not reference.endswith(self._row_name):
                raise ValueError("a cell outside its row")
            self._column = self._columns.get(letters) or self._columns.setdefault(letters, _column_number(letters))

    def _announce(self, attributes: dict[str, str]) -> None:
        """What a part says it will hold is made room for at once, so it may not say what no sheet holds."""
        if any(int(attributes.get(name, 0)) > CELLS for name in ("count", "uniqueCount")):
            raise refuse_size(self._file)

    def _value(self) -> None:
        if self._cell is None:
            return
        if not self._row:
            raise ValueError("a cell outside the rows")
        if self._cell.get("t") == "e":
            place = self._cell.get("r", "")
            raise RequestRefused(
                f"“{self._file}”第 {self._row} 行单元格 {place} 是公式错误值（如 #N/A），请改正公式或改填数值后再导入",
                f'cell {place} in row {self._row} of "{self._file}" is the error of a formula (such as #N/A): '
                "mend the formula or type the value",
            )
        self._widest = max(self._widest, self._column)
        if self._widest > COLUMNS:
            raise refuse_columns(self._file)
        if self._widest * self._row > CELLS:
            raise refuse_size(self._file)


def _column_number(letters: str) -> int:
    """A is 1, Z 26, AA 27."""
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        raise ValueError("no column")
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
