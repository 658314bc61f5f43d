"""A certification's life in values: the events that its log is made of, and the state that they add up to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from service.domain.certification import Facts, Level
from service.domain.periods import End


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

    ``until`` is the last day that a list or certificate prints (validity or cultivation). ``details`` carries what
    some types need: ``months`` (cultivation_listed), ``field`` and ``value`` (corrected), ``changed_on``
    (change_filed), ``cause`` (cancelled), ``name`` (renamed). ``order`` is the order of recording.
    """

    type: EventType
    on: date | None
    until: date | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    order: int = 0


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


@dataclass(frozen=True)
class Cycle:
    """A validity period: the first, or the one after the ``number``-th renewal. ``end`` is None where nobody set it."""

    number: int
    end: End | None
    applied_on: date | None = None
    failed_on: date | None = None


@dataclass(frozen=True)
class Cultivation:
    """A cultivation period 培育期; ``end`` is None where the list gave neither months nor a last day."""

    end: End | None
    applied_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True)
class Change:
    """A major change 经营状况重大变化 (Art. 19) and the day of its filing, if it was filed."""

    on: date
    filed_on: date | None = None


@dataclass(frozen=True)
class Life:
    """The state that a log adds up to. ``stated`` are the first facts as listed, with corrections."""

    level: Level
    phase: Phase = Phase.PROPOSED
    stated: Facts = field(default_factory=Facts)
    cultivation: Cultivation | None = None
    cycles: tuple[Cycle, ...] = ()
    changes: tuple[Change, ...] = ()
    cancelled_on: date | None = None

    @property
    def unfiled(self) -> tuple[Change, ...]:
        """The major changes that nobody has recorded as filed, oldest first."""
        return tuple(change for change in self.changes if change.filed_on is None)
