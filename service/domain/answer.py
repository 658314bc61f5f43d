"""What a person answers from a letter, and for how long the answer keeps reminders back.

Invariant: no answer ends a matter. An acknowledgement and a claim keep reminders back for a time, never past seven days
before the safe day; a claim ends the matter only once the recommending unit or operations have confirmed it.
"""

from datetime import date, timedelta
from enum import StrEnum

from service.domain.errors import RequestRefused
from service.domain.obligation import INFORMATION, MILESTONES, Kind


class Answer(StrEnum):
    """What one can answer: 已知悉, 暂缓提醒, 已提交, 不是我负责, 发生重大变化."""

    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    FILED = "filed"
    WRONG_PERSON = "wrong_person"
    CHANGED = "changed"


class Decision(StrEnum):
    """What became of an answer that somebody has to decide on: 待确认, 已确认, 已退回."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"
    NONE = ""


TO_DECIDE = frozenset({Answer.FILED, Answer.WRONG_PERSON})
"""The answers that do nothing lasting until the unit or operations have decided."""

QUIET = timedelta(days=14)
"""[policy] For how long an acknowledgement or a claim keeps reminders back where nobody names a day."""

_KEPT_FREE = timedelta(days=7)


def answers_of(kind: Kind, *, pending: bool = False) -> tuple[Answer, ...]:
    """What can be answered to a letter about a matter of this kind; nothing to file while a result is awaited."""
    if kind in INFORMATION:
        return (Answer.WRONG_PERSON,)
    if kind in MILESTONES:
        return (Answer.WRONG_PERSON,) if pending else (Answer.FILED, Answer.WRONG_PERSON)
    if pending:
        return (Answer.ACKNOWLEDGED, Answer.SNOOZED, Answer.WRONG_PERSON, Answer.CHANGED)
    return (Answer.FILED, Answer.ACKNOWLEDGED, Answer.SNOOZED, Answer.WRONG_PERSON, Answer.CHANGED)


def latest_quiet(safe_due_on: date) -> date:
    """The last day through which an answer may keep reminders back: the eighth before the safe day."""
    return safe_due_on - _KEPT_FREE - timedelta(days=1)


def quiet_until(safe_due_on: date, today: date, wished: date | None = None) -> date | None:
    """The last day without reminders after an answer of ``today``; None where it is too near to keep any back.

    ``wished`` is the day that a person named. Raises RequestRefused where it is past, or later than may be.
    """
    latest = latest_quiet(safe_due_on)
    if wished is None:
        until = min(today + QUIET, latest)
        return until if until > today else None
    if wished <= today:
        raise RequestRefused(f"暂缓至 {wished}：日期须晚于今天（{today}）", f"{wished} must be after today ({today})")
    if wished > latest:
        raise RequestRefused(
            f"最多可暂缓至 {latest}：建议日期 {safe_due_on} 前 7 天起照常提醒"
            if latest > today
            else f"距建议日期 {safe_due_on} 已不足 7 天，不能再暂缓",
            f"reminders can be put off until {latest} at most: from 7 days before {safe_due_on} they go as planned"
            if latest > today
            else f"{safe_due_on} is less than 7 days ahead: reminders cannot be put off any more",
        )
    return wished
