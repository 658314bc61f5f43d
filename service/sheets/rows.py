"""From the raw rows of a file to a Sheet: the header found, blank rows left out, the number of rows held."""

from collections.abc import Iterable, Sequence

from service.domain.errors import RequestRefused
from service.sheets.limits import COLUMNS, ROWS, refuse_columns, refuse_rows
from service.sheets.sheet import Cell, Row, Sheet


def sheet_of(file: str, raw: Iterable[Sequence[Cell]], unread: tuple[str, ...] = ()) -> Sheet:
    """The sheet of all raw rows, counted from 1; the first that is not blank is the header.

    Raises RequestRefused where there is no row under a header, or where there are too many rows or columns.
    """
    rows: list[Row] = []
    same: dict[str, str] = {}  # one copy of each repeated text: units, batches and addresses come back on every row
    for number, cells in enumerate(raw, 1):
        if len(cells) > COLUMNS:
            raise refuse_columns(file)
        if all(isinstance(cell, str) and not cell.strip() for cell in cells):
            continue
        if len(rows) > ROWS:
            raise refuse_rows(file)
        kept = [same.setdefault(cell, cell) if isinstance(cell, str) else cell for cell in cells]
        rows.append(Row(number, tuple(kept)))
    if len(rows) < 2:
        raise RequestRefused(
            f"“{file}”没有数据：首行应为表头，其下每行一条",
            f'"{file}" has no data: a header row, then one row for each entry',
        )
    return Sheet(file, rows[0], rows[1:], unread)
