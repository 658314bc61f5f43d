"""How large a sheet may be, and the refusal of a larger one."""

from service.domain.errors import RequestRefused

FILE_BYTES = 64 * 2**20
UNPACKED_BYTES = 512 * 2**20
ROWS = 200_000
COLUMNS = 200
CELLS = 8_000_000
LINE_CHARACTERS = 1_000_000


def refuse_rows(file: str) -> RequestRefused:
    """For a sheet of more than ROWS rows under its header."""
    return RequestRefused(
        f"“{file}”超过 {ROWS} 行，请拆分为几个文件分别导入",
        f'"{file}" has more than {ROWS} rows: split it and import each part',
    )


def refuse_columns(file: str) -> RequestRefused:
    """For a sheet of more than COLUMNS columns."""
    return RequestRefused(
        f"“{file}”超过 {COLUMNS} 列，请只保留需要导入的列",
        f'"{file}" has more than {COLUMNS} columns: keep only those to import',
    )


def refuse_size(file: str) -> RequestRefused:
    """For a file, or what it unpacks or spreads to, beyond any sheet of ROWS rows."""
    size, unpacked = FILE_BYTES // 2**20, UNPACKED_BYTES // 2**20
    return RequestRefused(
        f"“{file}”过大（文件不超过 {size} MiB，解压后不超过 {unpacked} MiB，单元格不超过 {CELLS} 个），请拆分后再导入",
        f'"{file}" is too large (at most {size} MiB, {unpacked} MiB unpacked, {CELLS} cells): split it',
    )
