"""Excel workbooks: an archive of XML parts, inspected before the parser proper sees any of them.

The parser lays a sheet out as a full rectangle, so that two cells in opposite corners ask for half a terabyte; and it
turns a formula's error into an empty cell. So each part is first read through by expat, and only what has been
inspected is handed on, in a fresh archive: nothing that two readers of one archive may see differently gets through.
"""

import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from service.domain.errors import RequestRefused
from service.sheets.limits import UNPACKED_BYTES, refuse_size
from service.sheets.part import Part
from service.sheets.rows import sheet_of
from service.sheets.sheet import Cell, Sheet

_CHUNK = 2**20
_LONGEST_TOKEN = 4 * 2**20
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, ExpatError, CalamineError, EOFError, ValueError, NotImplementedError)


def read(file: str, content: bytes) -> Sheet:
    """The first visible sheet of a workbook's bytes. Raises RequestRefused where they are not an .xlsx workbook."""
    try:
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as inspected:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                _inspect(file, archive, inspected)
            inspected.flush()
            with CalamineWorkbook.from_path(inspected.name) as book:
                return _first_visible(file, book)
    except _BROKEN:
        raise _not_a_workbook(file) from None


def _not_a_workbook(file: str) -> RequestRefused:
    return RequestRefused(
        f"“{file}”不是可读取的 .xlsx 工作簿（可能已损坏、已加密或为旧版 .xls），"
        "请在表格软件中打开后另存为 .xlsx 或 CSV（UTF-8）",
        f'"{file}" is not a readable .xlsx workbook (damaged, encrypted, or an old .xls): open it and save it again '
        "as .xlsx or CSV (UTF-8)",
    )


def _inspect(file: str, archive: zipfile.ZipFile, inspected: IO[bytes]) -> None:
    """Copy the XML parts of the archive, each read through; pictures and macros stay behind."""
    members = [member for member in archive.infolist() if _needed(member.filename.lower())]
    if sum(member.file_size for member in members) > UNPACKED_BYTES:
        raise refuse_size(file)
    with zipfile.ZipFile(inspected, "w") as copy:
        for member in members:
            if member.flag_bits & _ENCRYPTED or member.filename in copy.NameToInfo:
                raise _not_a_workbook(file)
            with archive.open(member) as source, copy.open(member.filename, "w") as target:
                _inspect_part(Part(file), source, target)


def _needed(name: str) -> bool:
    return name.endswith((".xml", ".rels")) and name.startswith(("xl/", "_rels/", "[content_types]"))


def _inspect_part(part: Part, source: IO[bytes], target: IO[bytes]) -> None:
    parser = ParserCreate("utf-8")  # whatever it declares: the parser proper reads bytes as UTF-8 too
    parser.StartDoctypeDeclHandler = part.doctype
    parser.StartElementHandler = part.start
    fed = 0
    while chunk := source.read(_CHUNK):
        parser.Parse(chunk, False)
        target.write(chunk)
        fed += len(chunk)
        if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:  # reading it would take longer with every chunk
            raise ExpatError("a token without end")
    parser.Parse(b"", True)


def _first_visible(file: str, book: CalamineWorkbook) -> Sheet:
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if not names:
        raise _not_a_workbook(file)
    sheet = book.get_sheet_by_name(names[0])
    rows: Iterable[Sequence[Cell]] = sheet.iter_rows()
    if sheet.start and sheet.start[1]:
        margin = ("",) * sheet.start[1]
        rows = ((*margin, *row) for row in rows)
    return sheet_of(file, rows, tuple(names[1:]))
