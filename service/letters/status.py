"""How a matter stands, in a few words: for lists and sheets, where colour alone must not carry it."""

from collections.abc import Mapping
from datetime import date

from service.domain.obligation import INFORMATION, MILESTONES, Kind
from service.letters.letter import Language, Matter
from service.letters.standing import Standing, standing
from service.letters.words import WORDS

_WORDS: Mapping[Language, Mapping[Standing, str]] = {
    Language.ZH: {
        Standing.AHEAD: "建议日期未到",
        Standing.TODAY: "今天为建议日期",
        Standing.SUGGESTED_PASSED: "建议日期已过",
    },
    Language.EN: {
        Standing.AHEAD: "Suggested day ahead",
        Standing.TODAY: "Suggested day is today",
        Standing.SUGGESTED_PASSED: "Suggested day passed",
    },
}

_MILESTONE: Mapping[Language, Mapping[Standing, str]] = {
    Language.ZH: {Standing.AHEAD: "即将届满", Standing.TODAY: "届满"},
    Language.EN: {Standing.AHEAD: "Ends soon", Standing.TODAY: "Ends now"},
}

_INFORMATION: Mapping[Language, Mapping[Standing, str]] = {
    Language.ZH: {Standing.AHEAD: "尚不能再次申报", Standing.TODAY: "可再次申报"},
    Language.EN: {Standing.AHEAD: "Not open yet", Standing.TODAY: "Open"},
}

_CULTIVATION = frozenset({Kind.ACCEPTANCE_APPLICATION, Kind.CULTIVATION_END})


def status(matter: Matter, today: date, language: Language) -> str:
    """The words for how ``matter`` stands on ``today``; an application on record comes before everything."""
    stands = standing(matter, today)
    if matter.pending:
        return "已申请，待结果" if language is Language.ZH else "Applied, awaiting the result"
    if stands is Standing.ENDED:
        return _ended(matter.kind, language)
    if stands is Standing.STATUTORY_PASSED:
        latest = WORDS[language].latest_of(matter)
        return f"{latest}已过" if language is Language.ZH else f"{latest} passed"
    words = _INFORMATION if matter.kind in INFORMATION else _MILESTONE if matter.kind in MILESTONES else _WORDS
    return words[language][stands]


def _ended(kind: Kind, language: Language) -> str:
    cultivation = kind in _CULTIVATION
    if language is Language.ZH:
        return "培育期已满，系统未见验收申请记录" if cultivation else "有效期已满，系统未见复核申请记录"
    period, filing = ("Cultivation", "acceptance") if cultivation else ("Validity", "review")
    return f"{period} over, no {filing} application on our record"
