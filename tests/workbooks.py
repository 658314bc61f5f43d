"""A unit's workbook as another library than the one that wrote it reads it."""

from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

_HEADER = 2


def matters(content: bytes) -> list[dict[str, Any]]:
    """The rows of every sheet but the summary, by the Chinese names of their columns."""
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    found = []
    for name in workbook.sheet_names[1:]:
        rows = workbook.get_sheet_by_name(name).to_python()
        header = [str(cell).split("\n")[0] for cell in rows[_HEADER]]
        found += [dict(zip(header, cells, strict=True)) for cells in rows[_HEADER + 1 :]]
    return found


def enterprises(content: bytes) -> list[str]:
    """Whose rows they are, in order."""
    return [row["企业名称"] for row in matters(content)]
