"""Opening a file that somebody calls a sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service.domain.errors import RequestRefused
from service.sheets import delimited, workbook
from service.sheets.limits import FILE_BYTES, refuse_size
from service.sheets.sheet import Sheet

_READERS = {".xlsx": workbook.read, ".csv": delimited.read}


@dataclass(frozen=True)
class File:
    """A file as it was given: its name, and all that is in it."""

    name: str
    content: bytes


def file_at(path: Path) -> File:
    """The file of this path; RequestRefused as by ``read_bytes``."""
    return File(path.name, read_bytes(path))


def read_sheet(path: Path) -> Sheet:
    """The header and the rows of an .xlsx (its first visible sheet) or a .csv (UTF-8, GB18030); blank rows left out.

    Raises RequestRefused, naming the file and what to do, for whatever is not such a sheet or is too large.
    """
    read = _reader(path.name)
    return read(path.name, read_bytes(path))


def read_file(file: File) -> Sheet:
    """The same of a file that is in memory already."""
    read = _reader(file.name)
    return read(file.name, _checked(file).content)


def _reader(name: str) -> Callable[[str, bytes], Sheet]:
    read = _READERS.get(Path(name).suffix.lower())
    if read is None:
        raise RequestRefused(
            f"“{name}”不是可导入的格式，请另存为 .xlsx 或 .csv（UTF-8）",
            f'"{name}" is not a format that can be imported: save it as .xlsx or .csv (UTF-8)',
        )
    return read


def read_bytes(path: Path) -> bytes:
    """What is in the file; raises RequestRefused where there is none, or nothing in it, or more than in any sheet."""
    if not path.is_file():
        raise RequestRefused(f"找不到文件“{path}”", f'there is no file "{path}"')
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES + 1)
    except OSError as error:
        raise RequestRefused(
            f"无法读取“{path.name}”：{error.strerror}", f'"{path.name}" cannot be read: {error.strerror}'
        ) from None
    return _checked(File(path.name, content)).content


def _checked(file: File) -> File:
    if len(file.content) > FILE_BYTES:
        raise refuse_size(file.name)
    if not file.content.strip():
        raise RequestRefused(f"“{file.name}”是空文件", f'"{file.name}" is empty')
    return file
