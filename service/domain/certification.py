"""Who holds what: levels, identities, and the names that identify a holder until its code is known."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service.domain.errors import RequestRefused


class Level(StrEnum):
    """Tier of a smart factory (Art. 3): 先进级, 卓越级, 领航级. 基础级 has no deadline in the regulation."""

    ADVANCED = "advanced"
    EXCELLENCE = "excellence"
    PIONEER = "pioneer"


class UnitKind(StrEnum):
    """Recommending unit 推荐单位: a provincial authority (Art. 9) or a central SOE group (Art. 10)."""

    PROVINCIAL = "provincial"
    CENTRAL_GROUP = "central_group"


@dataclass(frozen=True)
class Certification:
    """One factory at one level (认定 or 培育), with what people need to recognise it.

    ``uscc`` is empty while the enterprise is unidentified: a published list carries names only.
    ``factory`` may be empty: some lists name the enterprise alone. ``unit_id`` is 0 while no unit is known.
    """

    id: int
    enterprise_id: int
    enterprise: str
    uscc: str
    factory: str
    level: Level
    batch: str
    unit_id: int
    unit: str
    unit_kind: UnitKind | None
    proposed: bool
    date_basis: str
    source_url: str


@dataclass(frozen=True)
class RecommendingUnit:
    """A recommending unit on record (Art. 9, 10)."""

    id: int
    kind: UnitKind
    name: str


@dataclass(frozen=True)
class Facts:
    """The dated facts a published list or a sheet row states of one certification; None where it is silent."""

    listed_on: date | None = None
    valid_through: date | None = None
    cultivation_from: date | None = None
    cultivation_months: int | None = None
    cultivation_until: date | None = None


_BRACKETS = str.maketrans("[]{}〔〕【】", "()()()()")


def normalise_name(name: str) -> str:
    """The name as identity: full-width forms, spaces, kinds of brackets and case do not tell two holders apart."""
    folded = unicodedata.normalize("NFKC", name).translate(_BRACKETS)
    return re.sub(r"\s+", "", folded).casefold()


_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))


def checked_uscc(code: str) -> str:
    """The 统一社会信用代码 in capitals, its check character verified (GB 32100-2015, mod 31).

    Raises RequestRefused where the length, a character or the check character is wrong.
    """
    code = unicodedata.normalize("NFKC", code).strip().upper()
    if len(code) != 18 or any(character not in _USCC_ALPHABET for character in code):
        raise RequestRefused(
            f"统一社会信用代码“{code}”应为 18 位数字或大写字母（不含 I、O、S、V、Z）",
            f'"{code}" is not a unified social credit code: 18 digits or capitals, without I, O, S, V, Z',
        )
    total = sum(
        _USCC_ALPHABET.index(character) * weight for character, weight in zip(code, _USCC_WEIGHTS, strict=False)
    )
    expected = _USCC_ALPHABET[-total % 31]
    if code[17] != expected:
        raise RequestRefused(
            f"统一社会信用代码“{code}”的校验位不对，请核对原件",
            f'the check character of "{code}" is wrong; compare it with the original',
        )
    return code
