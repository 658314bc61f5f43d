"""CSV: text of unknown encoding and separator."""

import csv
import io
from collections.abc import Iterator

from service.domain.errors import RequestRefused
from service.sheets.limits import LINE_CHARACTERS, refuse_size
from service.sheets.rows import sheet_of
from service.sheets.sheet import Sheet

_SEPARATORS = ",;\t"


def read(file: str, content: bytes) -> Sheet:
    """The sheet of a CSV file's bytes. Raises RequestRefused where they are not such text."""
    text = _decoded(file, content)
    separator = _separator(text)
    return sheet_of(file, _records(file, text, separator))


def _decoded(file: str, content: bytes) -> str:
    """UTF-8 first: GB18030 text is hardly ever valid UTF-8, while the reverse is common."""
    if b"\0" not in content and not content.startswith(b"PK\x03\x04"):
        for encoding in ("utf-8-sig",) if _is_damaged_utf8(content) else ("utf-8-sig", "gb18030"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise RequestRefused(
        f"“{file}”不是 UTF-8 或 GB18030 编码的 CSV 文本，请在表格软件中另存为 CSV（UTF-8）或 .xlsx",
        f'"{file}" is not CSV text in UTF-8 or GB18030: save it again as CSV (UTF-8) or .xlsx',
    )


def _is_damaged_utf8(content: bytes) -> bool:
    """Whether most of it is UTF-8, in which case GB18030 would make other characters of it, without a word."""
    ascii_bytes = bytes(range(128))
    valid = content.decode("utf-8", "ignore").encode()
    return len(valid.translate(None, ascii_bytes)) > 0.8 * len(content.translate(None, ascii_bytes))


def _separator(text: str) -> str:
    """The separator that the first line with any text has most of, quoted ones not counted."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")[:LINE_CHARACTERS]
    unquoted = "".join(first.split('"')[::2])
    return max(_SEPARATORS, key=unquoted.count)


def _records(file: str, text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(_lines(file, text), delimiter=separator, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise RequestRefused(
            f"“{file}”第 {reader.line_num} 行的引号或分隔符有误，请检查该行的双引号是否成对",
            f'line {reader.line_num} of "{file}" is not well-formed CSV ({error}): check its quotation marks',
        ) from None


def _lines(file: str, text: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if len(line) > LINE_CHARACTERS:
            raise refuse_size(file)
        yield line
