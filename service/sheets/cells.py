"""What a cell may hold: text, a code, a choice, a date. Each reader raises CellFaulty, or gives the value."""

import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeVar

from email_validator import EmailNotValidError, validate_email

from service.domain.certification import Level, checked_uscc, normalise_name
from service.domain.people import OwnerKind, Role
from service.letters.letter import Language
from service.sheets.sheet import Cell, CellFaulty, shown

T = TypeVar("T")

NAME_CHARACTERS = 200
TEXT_CHARACTERS = 2000
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def remembered(read: Callable[[Cell], T]) -> Callable[[Cell], T]:
    """The reader, with what it made of the cells that a sheet repeats row by row; 1, 1.0 and True stay apart."""
    return lru_cache(maxsize=1024, typed=True)(read)


def text(cell: Cell) -> str:
    """The cell as one line of text, without spaces around it; a whole number as its digits."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    if not isinstance(cell, str):
        raise CellFaulty("此处应为文本，请将单元格设为文本格式后重填", "text is expected here: format the cell as text")
    if not cell.isprintable():
        for position, character in enumerate(cell, 1):
            if unicodedata.category(character) in _INVISIBLE:
                raise CellFaulty(
                    f"第 {position} 个字符是换行或不可见字符（U+{ord(character):04X}），请删除",
                    f"character {position} is a line break or invisible (U+{ord(character):04X}): delete it",
                )
    return _no_longer(cell.strip(), len(cell.strip()), TEXT_CHARACTERS)


def name(cell: Cell) -> str:
    """A name of somebody or something; also its normalised form keeps to the length."""
    given = text(cell)
    return _no_longer(given, max(len(given), len(normalise_name(given))), NAME_CHARACTERS)


def _no_longer(given: str, length: int, limit: int) -> str:
    if length > limit:
        raise CellFaulty(
            f"内容有 {length} 个字符，不得超过 {limit} 个", f"{length} characters, where {limit} are allowed"
        )
    return given


def code(cell: Cell) -> str:
    """A verified 统一社会信用代码. Raises RequestRefused or CellFaulty."""
    if not isinstance(cell, str):
        raise CellFaulty(
            "统一社会信用代码被存成了数值，末几位可能已丢失，请将单元格设为文本格式后按原件重填",
            "the code was stored as a number, which loses its last digits: format the cell as text and type it again",
        )
    return checked_uscc(text(cell))


def address(cell: Cell) -> str:
    """An e-mail address that any relay can take: the domain in its ASCII form (RFC 5891), the local part ASCII."""
    given = text(cell)
    try:
        found = validate_email(given, check_deliverability=False)
    except EmailNotValidError as fault:
        raise CellFaulty("不是有效的电子邮箱地址，请核对", f"not a valid e-mail address: {fault}") from None
    if found.ascii_email is None:
        raise CellFaulty(
            "邮箱 @ 之前含有非英文字符，多数邮件系统无法送达，请改用其他邮箱",
            "the part before the @ is not ASCII, which most mail systems cannot deliver: give another address",
        )
    return found.ascii_email


def choice(values: Mapping[str, T], what_zh: str, what_en: str) -> Callable[[Cell], T]:
    """A reader of one of these words, however spaced or cased; the words are its help where it finds none of them."""
    by_word = {normalise_name(word): value for word, value in values.items()}

    @remembered
    def read(cell: Cell) -> T:
        given = text(cell)
        try:
            return by_word[normalise_name(given)]
        except KeyError:
            raise CellFaulty(
                f"{what_zh}“{shown(given)}”无法识别，应为：{'、'.join(values)}",
                f'"{shown(given)}" is no {what_en}; it is one of: {", ".join(values)}',
            ) from None

    return read


level = choice(
    {
        "先进级": Level.ADVANCED,
        "卓越级": Level.EXCELLENCE,
        "领航级": Level.PIONEER,
        "advanced": Level.ADVANCED,
        "excellence": Level.EXCELLENCE,
        "pioneer": Level.PIONEER,
    },
    "级别",
    "level",
)
role = choice(
    {
        "经办人": Role.HANDLER,
        "负责人": Role.DIRECTOR,
        "备用联系人": Role.BACKUP,
        "handler": Role.HANDLER,
        "director": Role.DIRECTOR,
        "backup": Role.BACKUP,
    },
    "联系人角色",
    "role of a contact",
)
language = choice(
    {"中文": Language.ZH, "英文": Language.EN, "zh": Language.ZH, "en": Language.EN}, "语言", "language of letters"
)
owner_kind = choice(
    {
        "企业": OwnerKind.ENTERPRISE,
        "推荐单位": OwnerKind.UNIT,
        "上级督办单位": OwnerKind.OVERSEER,
        "enterprise": OwnerKind.ENTERPRISE,
        "unit": OwnerKind.UNIT,
        "overseer": OwnerKind.OVERSEER,
    },
    "归属类型",
    "kind of owner",
)


def is_blank(cell: Cell) -> bool:
    """Whether the cell holds nothing but spaces."""
    return isinstance(cell, str) and not cell.strip()
