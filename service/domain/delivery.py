"""One message to one person through one channel: its states, and what a channel can answer."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a delivery stands.

    held → planned → called → sending → sent | refused | unknown, sent → bounced; from a waiting state
    withdrawn | superseded | aborted. A temporary failure, and an unknown that is resent, go back to planned.
    """

    HELD = "held"
    PLANNED = "planned"
    CALLED = "called"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    BOUNCED = "bounced"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    ABORTED = "aborted"


WAITING = (State.HELD, State.PLANNED, State.CALLED)
RETRIABLE = (State.REFUSED, State.UNKNOWN, State.BOUNCED, State.ABORTED)


class Purpose(StrEnum):
    """Why a message goes out."""

    REMINDER = "reminder"
    CORRECTION = "correction"
    CANCELLATION = "cancellation"
    LIST = "list"


EMAIL = "email"
LEASE = timedelta(seconds=30)


@dataclass(frozen=True)
class Delivery:
    """A row of the outbox: one message to one person; unique by all but id, state and attempts.

    ``subject_kind`` and ``subject_id`` name what it is about; ``stage`` is the plan's, or the list's week.
    """

    id: int
    subject_kind: str
    subject_id: int
    revision: int
    purpose: Purpose
    stage: str
    contact_id: int
    channel: str
    state: State
    reason: str
    attempts: int
    planned_for: date


@dataclass(frozen=True)
class Sent:
    """The relay accepted the message (an SMTP 250): it has it, nobody has received it yet."""

    answer: str = ""


@dataclass(frozen=True)
class TryAgain:
    """A temporary failure: the same message may go later."""

    answer: str
    code: int | None = None


@dataclass(frozen=True)
class Refused:
    """A permanent failure: a person has to look."""

    answer: str
    code: int | None = None


@dataclass(frozen=True)
class Unknown:
    """The connection was lost after DATA: the relay may or may not have the message."""

    answer: str


Outcome = Sent | TryAgain | Refused | Unknown

_BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))


def retry_after(attempts: int) -> timedelta:
    """How long to wait after the ``attempts``-th attempt (1 for the first): 1, 5, 15, 60 minutes, then hourly."""
    return _BACK_OFF[min(max(attempts, 1), len(_BACK_OFF)) - 1]
