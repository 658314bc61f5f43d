"""What the sections of a unit's list are called, the marks of what is new, and what was answered."""

from collections.abc import Mapping

from service.domain.answer import Answer, Decision
from service.domain.listing import Mark, Said, Section
from service.letters.letter import Language
from service.letters.words import WORDS

SECTIONS: Mapping[Language, Mapping[Section, str]] = {
    Language.ZH: {
        Section.OVERDUE: "逾期",
        Section.SILENT: "多次提醒未答复",
        Section.UNDELIVERABLE: "退信或无联系人",
        Section.CLAIMED: "称已办理待确认",
        Section.OWN: "本单位事项",
        Section.COMING: "即将到期",
    },
    Language.EN: {
        Section.OVERDUE: "Overdue",
        Section.SILENT: "No answer to several reminders",
        Section.UNDELIVERABLE: "Mail returned, or no contact",
        Section.CLAIMED: "Said to be done, to be confirmed",
        Section.OWN: "The unit's own",
        Section.COMING: "Coming",
    },
}

MARKS: Mapping[Language, Mapping[Mark, str]] = {
    Language.ZH: {Mark.NONE: "", Mark.NEW: "新增", Mark.CHANGED: "变化"},
    Language.EN: {Mark.NONE: "", Mark.NEW: "New", Mark.CHANGED: "Changed"},
}

_ANSWERS: Mapping[Language, Mapping[Answer, str]] = {
    Language.ZH: {
        Answer.ACKNOWLEDGED: "已知悉",
        Answer.SNOOZED: "暂缓提醒",
        Answer.FILED: "称已提交",
        Answer.WRONG_PERSON: "称非本人负责",
        Answer.CHANGED: "称发生重大变化",
    },
    Language.EN: {
        Answer.ACKNOWLEDGED: "Acknowledged",
        Answer.SNOOZED: "Put off",
        Answer.FILED: "Says it is filed",
        Answer.WRONG_PERSON: "Says it is somebody else's",
        Answer.CHANGED: "Says there was a major change",
    },
}
_DECISIONS: Mapping[Language, Mapping[Decision, str]] = {
    Language.ZH: {Decision.WAITING: "待确认", Decision.CONFIRMED: "已确认", Decision.REOPENED: "已退回"},
    Language.EN: {
        Decision.WAITING: "to be confirmed",
        Decision.CONFIRMED: "confirmed",
        Decision.REOPENED: "reopened",
    },
}
_NONE = {Language.ZH: "否", Language.EN: "No"}


def answered(said: Said | None, language: Language) -> str:
    """Whether the enterprise has confirmed anything: what it last answered, when, and what became of that."""
    if said is None:
        return _NONE[language]
    zh = language is Language.ZH
    day, decision = WORDS[language].written(said.on), _DECISIONS[language].get(said.decision)
    answer = _ANSWERS[language][said.answer] + (f"（{day}）" if zh else f" ({day})")
    if decision is None:
        return answer
    return f"{answer}，{decision}" if zh else f"{answer}, {decision}"
