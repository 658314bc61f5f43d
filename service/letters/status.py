"""How a matter stands, in a few words: for lists and sheets, where colour alone must not carry it."""

from collections.abc import Mapping
from datetime import date

from service.domain.obligation import MILESTONES, Kind
from service.letters.letter import Language, Matter
from service.letters.standing import Standing, standing

_WORDS: Mapping[Language, Mapping[Standing, str]] = {
    Language.ZH: {
        Standing.AHEAD: "建议日期未到",
        Standing.TODAY: "今天为建议日期",
        Standing.SUGGESTED_PASSED: "建议日期已过",
        Standing.STATUTORY_PASSED: "法定最晚日期已过",
    },
    Language.EN: {
        Standing.AHEAD: "Suggested day ahead",
        Standing.TODAY: "Suggested day is today",
        Standing.SUGGESTED_PASSED: "Suggested day passed",
        Standing.STATUTORY_PASSED: "Statutory day passed",
    },
}

_MILESTONE: Mapping[Language, Mapping[Standing, str]] = {
    Language.ZH: {Standing.AHEAD: "即将届满", Standing.TODAY: "届满"},
    Language.EN: {Standing.AHEAD: "Ends soon", Standing.TODAY: "Ends now"},
}

_CULTIVATION = frozenset({Kind.ACCEPTANCE_APPLICATION, Kind.CULTIVATION_END})


def status(matter: Matter, today: date, language: Language) -> str:
    """The words for how ``matter`` stands on ``today``; an application on record comes before everything."""
    stands = standing(matter, today)
    if matter.pending:
        return "已申请，待结果" if language is Language.ZH else "Applied, awaiting the result"
    if stands is Standing.ENDED:
        return _ended(matter.kind, language)
    words = _MILESTONE if matter.kind in MILESTONES else _WORDS
    return words[language][stands]


def _ended(kind: Kind, language: Language) -> str:
    cultivation = kind in _CULTIVATION
    if language is Language.ZH:
        return "培育期已满，系统未见验收申请记录" if cultivation else "有效期已满，系统未见复核申请记录"
    period, filing = ("Cultivation", "acceptance") if cultivation else ("Validity", "review")
    return f"{period} over, no {filing} application on our record"
