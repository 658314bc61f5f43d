"""A certification's life in values: the events that its log is made of, and the state that they add up to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from service.domain.certification import Facts, Level
from service.domain.errors import RequestRefused
from service.domain.periods import End
from service.domain.unit_rules import NOT_SET, Terms


class EventType(StrEnum):
    LISTED = "listed"
    CULTIVATION_LISTED = "cultivation_listed"
    ACCEPTANCE_APPLIED = "acceptance_applied"
    PRELIMINARILY_ACCEPTED = "preliminarily_accepted"
    ACCEPTED = "accepted"
    ACCEPTANCE_FAILED = "acceptance_failed"
    REVIEW_APPLIED = "review_applied"
    REVIEW_PASSED = "review_passed"
    REVIEW_FAILED = "review_failed"
    CHANGED = "changed"
    CHANGE_FILED = "change_filed"
    INQUIRY_RECEIVED = "inquiry_received"
    INQUIRY_ANSWERED = "inquiry_answered"
    RECTIFICATION_ORDERED = "rectification_ordered"
    RECTIFIED = "rectified"
    CANCELLED = "cancelled"
    RENAMED = "renamed"
    CORRECTED = "corrected"


@dataclass(frozen=True)
class Event:
    """What happened on a day. ``on`` is None only for a listing whose own day is not known.

    ``until`` is the last day that a list or certificate prints (validity or cultivation), or that a letter names for
    a reply or a rectification. ``details`` carries what some types need: ``months`` (cultivation_listed), ``field``
    and ``value`` (corrected), ``changed_on`` (change_filed), ``received_on`` (inquiry_answered), ``ordered_on``
    (rectified), ``cause`` (cancelled), ``name`` (renamed). ``order`` is the order of recording.
    """

    type: EventType
    on: date | None
    until: date | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    order: int = 0

    @property
    def day(self) -> date:
        """The day of an event that must have one; raises RequestRefused where it has none."""
        if self.on is None:
            raise RequestRefused(f"{self.type} 须有日期", f"{self.type} needs its day")
        return self.on

    @property
    def months(self) -> int | None:
        """The stated months of cultivation; raises RequestRefused where what stands there is no whole number."""
        stated = self.details.get("months")
        if stated is None:
            return None
        if not re.fullmatch(r"[0-9]{1,4}", stated):
            raise RequestRefused(
                f"培育月数“{stated[:20]}”应为整数，如 24",
                f'"{stated[:20]}" is no number of months: write a whole number, such as 24',
            )
        return int(stated)


class Cause(StrEnum):
    """Why the authority cancelled: by Art. 20 and 21 with a ban on applying again, by 17(4) and 18(6) without one."""

    ACCIDENT = "accident"
    VIOLATION = "violation"
    FALSIFICATION = "falsification"
    NO_REPLY = "no_reply"
    LAPSE = "lapse"
    REVIEW_FAILED = "review_failed"


class Phase(StrEnum):
    PROPOSED = "proposed"
    CULTIVATING = "cultivating"
    ACCEPTANCE_PENDING = "acceptance_pending"
    ACCEPTED = "accepted"
    ACCEPTANCE_FAILED = "acceptance_failed"
    VALID = "valid"
    REVIEW_PENDING = "review_pending"
    REVIEW_FAILED = "review_failed"
    CANCELLED = "cancelled"

    @property
    def zh(self) -> str:
        """The phase in Chinese."""
        return _PHASES_ZH[self]


_PHASES_ZH = {
    Phase.PROPOSED: "尚未公布",
    Phase.CULTIVATING: "培育期内",
    Phase.ACCEPTANCE_PENDING: "已申请验收",
    Phase.ACCEPTED: "通过验收",
    Phase.ACCEPTANCE_FAILED: "未通过验收",
    Phase.VALID: "有效期内",
    Phase.REVIEW_PENDING: "已申请复核",
    Phase.REVIEW_FAILED: "未通过复核",
    Phase.CANCELLED: "已取消认定",
}

_LIVE = tuple(phase for phase in Phase if phase is not Phase.CANCELLED)
_IN_VALIDITY = (Phase.VALID, Phase.REVIEW_PENDING)

ALLOWED_IN: Mapping[EventType, tuple[Phase, ...]] = {
    EventType.LISTED: (Phase.PROPOSED, Phase.CULTIVATING, Phase.ACCEPTANCE_PENDING, Phase.ACCEPTED),
    EventType.CULTIVATION_LISTED: (Phase.PROPOSED,),
    EventType.ACCEPTANCE_APPLIED: (Phase.CULTIVATING, Phase.ACCEPTANCE_FAILED),
    EventType.PRELIMINARILY_ACCEPTED: (Phase.ACCEPTANCE_PENDING,),
    EventType.ACCEPTED: (Phase.ACCEPTANCE_PENDING,),
    EventType.ACCEPTANCE_FAILED: (Phase.ACCEPTANCE_PENDING,),
    EventType.REVIEW_APPLIED: (Phase.VALID,),
    EventType.REVIEW_PASSED: (Phase.REVIEW_PENDING,),
    EventType.REVIEW_FAILED: (Phase.REVIEW_PENDING,),
    EventType.CHANGED: _IN_VALIDITY,
    EventType.CHANGE_FILED: (*_IN_VALIDITY, Phase.REVIEW_FAILED, Phase.CANCELLED),
    EventType.INQUIRY_RECEIVED: _LIVE,
    EventType.INQUIRY_ANSWERED: _LIVE,
    EventType.RECTIFICATION_ORDERED: _LIVE,
    EventType.RECTIFIED: _LIVE,
    EventType.CANCELLED: _LIVE,
    EventType.RENAMED: tuple(Phase),
}
"""The phases in which each event can be; a correction rewrites what is on record, so that its phase does not count."""


@dataclass(frozen=True)
class Cycle:
    """A validity period: the first, or the one after the ``number``-th renewal. ``end`` is None where nobody set it."""

    number: int
    end: End | None
    applied_on: date | None = None
    failed_on: date | None = None


@dataclass(frozen=True)
class Cultivation:
    """A cultivation period 培育期; ``end`` is None where the list gave neither months nor a last day.

    ``over`` is true once its acceptance was decided, or the factory listed.
    """

    end: End | None
    applied_on: date | None = None
    over: bool = False


@dataclass(frozen=True)
class Change:
    """A major change 经营状况重大变化 (Art. 19) and the day of its filing, if it was filed.

    ``order`` is its event's place in the order of recording.
    """

    on: date
    filed_on: date | None = None
    order: int = 0


@dataclass(frozen=True)
class Demand:
    """What was asked for on a day: an inquiry 核实, a rectification 整改 (Art. 21), or a unit's 初验 (Art. 18(5)).

    ``until`` is the day that the letter names, None where it names none; ``met`` is true once it was answered.
    """

    on: date
    until: date | None = None
    met: bool = False
    order: int = 0


@dataclass(frozen=True)
class Life:
    """The state that a log adds up to. ``stated`` are the first facts as listed, with corrections.

    ``terms`` are those of its validity: the regulation's, or for the advanced level its unit's.
    """

    level: Level
    phase: Phase = Phase.PROPOSED
    stated: Facts = field(default_factory=Facts)
    cultivation: Cultivation | None = None
    cycles: tuple[Cycle, ...] = ()
    terms: Terms = NOT_SET
    changes: tuple[Change, ...] = ()
    inquiries: tuple[Demand, ...] = ()
    rectifications: tuple[Demand, ...] = ()
    acceptances: tuple[Demand, ...] = ()
    cancelled_on: date | None = None
    cancelled_for: Cause | None = None

    @property
    def unfiled(self) -> tuple[Change, ...]:
        """The major changes that nobody has recorded as filed, oldest first."""
        return tuple(change for change in self.changes if change.filed_on is None)
