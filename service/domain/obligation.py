"""Something somebody must do by a date, derived from a certification and its events."""

from dataclasses import dataclass
from enum import StrEnum

from service.domain.periods import Dates


class Kind(StrEnum):
    """The matters Duban reminds of; each has a file of its own in ``regulations``."""

    REVIEW_APPLICATION = "review_application"
    ACCEPTANCE_APPLICATION = "acceptance_application"
    MAJOR_CHANGE_FILING = "major_change_filing"
    CULTIVATION_END = "cultivation_end"
    VALIDITY_END = "validity_end"
    PRELIMINARY_ACCEPTANCE = "preliminary_acceptance"
    INQUIRY_REPLY = "inquiry_reply"
    RECTIFICATION = "rectification"
    REAPPLICATION_OPENS = "reapplication_opens"
    LIST_REPORT = "list_report"
    ANNUAL_REPORT = "annual_report"
    ANNUAL_ROUND = "annual_round"


MILESTONES = frozenset({Kind.CULTIVATION_END, Kind.VALIDITY_END, Kind.REAPPLICATION_OPENS})
"""Told once, on their day; they ask for nothing by themselves."""

INFORMATION = frozenset({Kind.REAPPLICATION_OPENS})
"""Nobody is to be chased for it: on no unit's list."""


class SubjectKind(StrEnum):
    """What a matter is of."""

    CERTIFICATION = "certification"
    UNIT = "unit"


@dataclass(frozen=True)
class Subject:
    """A matter is of one certification, or of a unit as its own duty."""

    kind: SubjectKind
    id: int


class Holder(StrEnum):
    """Who must act."""

    ENTERPRISE = "enterprise"
    UNIT = "unit"


class Closed(StrEnum):
    """Why an obligation needs no more reminders."""

    FILED = "filed"
    RENEWED = "renewed"
    NOT_PASSED = "not_passed"
    ENDED = "ended"
    CANCELLED = "cancelled"
    NO_LONGER_APPLIES = "no_longer_applies"


def answered(*, done: bool, cancelled: bool) -> Closed | None:
    """How a matter stands that its answer closes, or else the cancellation of the certification."""
    if done:
        return Closed.FILED
    return Closed.CANCELLED if cancelled else None


@dataclass(frozen=True)
class Obligation:
    """What a regulation derives: ``occurrence`` tells apart the same kind's turns (the cycle, or the day it began).

    ``pending`` is true where an application is on record and its result is awaited.
    """

    kind: Kind
    occurrence: str
    article: str
    holder: Holder
    dates: Dates
    closed: Closed | None = None
    pending: bool = False
