"""Where settings come from: the environment, ``.env``, and files that either names, as containers are given secrets."""

import os
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from service.domain.errors import RequestRefused

PREFIX = "DUBAN_"
ENV_FILE = Path(".env")
_IN_A_FILE = "_FILE"
_LONGEST = 64 * 1024


def variable(setting: str) -> str:
    """The variable of a setting."""
    return f"{PREFIX}{setting.upper()}"


def check_env_file() -> None:
    """Refuse a ``.env`` that cannot be read to its end: a line passed over would leave a default in force unseen."""
    if not ENV_FILE.is_file():
        return
    try:
        lines = parse_stream(StringIO(ENV_FILE.read_text("utf-8")))
        wrong = next((line.original.line for line in lines if line.error), None)
    except (UnicodeDecodeError, OSError):
        raise RequestRefused(
            ".env 无法读取，请另存为 UTF-8 编码的文本文件", ".env cannot be read: save it as a text file in UTF-8"
        ) from None
    if wrong is not None:
        raise RequestRefused(f".env 第 {wrong} 行应写作 名称=值", f"line {wrong} of .env must be NAME=VALUE")


def in_files(settings: Iterable[str]) -> dict[str, str]:
    """The settings whose value lies in the file that ``DUBAN_…_FILE`` names, the line's end at its end left out.

    Raises RequestRefused where a value is given twice, or its file cannot be read; the sentence never shows it.
    """
    given = _given()
    found = {}
    for setting in settings:
        name = variable(setting)
        named = name + _IN_A_FILE
        if named not in given:
            continue
        if name in given:
            raise RequestRefused(
                f"{name} 与 {named} 只能设置其一，请去掉一个", f"{name} and {named} are both set: leave one out"
            )
        found[setting] = _content(named, Path(given[named] or ""))
    return found


def _content(named: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST + 1)
        if len(content) <= _LONGEST:
            return content.decode("utf-8-sig").rstrip("\r\n")
        why_zh, why_en = "文件过大", "it is too large"
    except OSError as failure:
        why_zh = why_en = failure.strerror or type(failure).__name__
    except ValueError:  # no UTF-8, or a path that cannot be one
        why_zh, why_en = "应为 UTF-8 编码的文本文件", "it must be a text file in UTF-8"
    raise RequestRefused(
        f"{named} 所指的文件无法读取：{why_zh}", f"the file that {named} names cannot be read: {why_en}"
    )


def source(setting: str) -> str:
    """Where the value of a setting comes from: environment, .env, file or default."""
    name = variable(setting)
    if name in _names(os.environ):
        return "environment"
    if name in _names(dotenv_values(ENV_FILE)):
        return ".env"
    return "file" if name + _IN_A_FILE in _given() else "default"


def unknown(settings: Iterable[str]) -> list[str]:
    """The names like ours that no setting has: misspelt, or of another version."""
    known = {variable(setting) + ending for setting in settings for ending in ("", _IN_A_FILE)}
    return sorted({name for name in _given() if name.startswith(PREFIX)} - known)


def _given() -> dict[str, str | None]:
    """All names with their values, in capitals as settings are read; the environment goes before ``.env``."""
    return {name.upper(): value for name, value in (*dotenv_values(ENV_FILE).items(), *os.environ.items())}


def _names(variables: Iterable[str]) -> set[str]:
    return {name.upper() for name in variables}
