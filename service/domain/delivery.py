"""One message to one person through one channel: its states, and what a channel can answer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
FAILED = (State.REFUSED, State.UNKNOWN, State.BOUNCED)
RETRIABLE = (*FAILED, State.ABORTED)


class Purpose(StrEnum):
    """Why a message goes out."""

    REMINDER = "reminder"
    CORRECTION = "correction"
    CANCELLATION = "cancellation"
    ESCALATION = "escalation"
    LIST = "list"
    UNDELIVERABLE = "undeliverable"
    CANARY = "canary"
    SIGN_IN = "sign_in"


FOR_NOBODY_ELSE = (Purpose.SIGN_IN, Purpose.CANARY)
"""What goes for its own sake, and reminds nobody of anything."""

EMAIL = "email"
LEASE = timedelta(seconds=15)


@dataclass(frozen=True)
class Delivery:
    """A row of the outbox: one message to one person; unique by all but id, state and attempts.

    ``subject_kind`` and ``subject_id`` name what it is about; ``stage`` is the plan's, or the list's week.
    ``digest_id`` is the letter in which it went with others, None where it goes alone.
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
    planned_at: datetime
    digest_id: int | None = None


class Verdict(StrEnum):
    """What an answer finds fault with; when the letter goes again, and who has to act, follow from it."""

    UNSAID = ""
    ADDRESS = "address"
    MAILBOX_FULL = "mailbox_full"
    RATE = "rate"
    LATER = "later"
    MESSAGE = "message"
    POLICY = "policy"
    LOGIN = "login"
    RELAY = "relay"
    OURS = "ours"


OF_THE_RELAY = frozenset({Verdict.POLICY, Verdict.LOGIN, Verdict.RELAY})
"""The relay, or our standing with it, is at fault: another relay may take the same letter."""


@dataclass(frozen=True)
class Sent:
    """The relay accepted the message (an SMTP 250): it has it, nobody has received it yet."""

    answer: str = ""


@dataclass(frozen=True)
class TryAgain:
    """A temporary failure: the same message may go later."""

    answer: str
    code: int | None = None
    verdict: Verdict = Verdict.LATER


@dataclass(frozen=True)
class Refused:
    """A permanent failure: a person has to look."""

    answer: str
    code: int | None = None
    verdict: Verdict = Verdict.UNSAID


@dataclass(frozen=True)
class Unknown:
    """The connection was lost after DATA: the relay may or may not have the message."""

    answer: str


Outcome = Sent | TryAgain | Refused | Unknown

_BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
_AT_LEAST = {Verdict.RATE: timedelta(hours=1), Verdict.MAILBOX_FULL: timedelta(days=1)}
_TRIED_FOR = timedelta(days=3)


def retry_after(attempts: int, verdict: Verdict = Verdict.LATER) -> timedelta:
    """How long to wait after the ``attempts``-th attempt (1 for the first): 1, 5, 15, 60 minutes, then hourly.

    A relay that counts our letters is left alone for an hour, a full mailbox for a day.
    """
    wait = _BACK_OFF[min(max(attempts, 1), len(_BACK_OFF)) - 1]
    return max(wait, _AT_LEAST.get(verdict, wait))


def gives_up_at(planned_at: datetime, deadline: datetime | None) -> datetime:
    """When a letter that is put off again and again comes before a person: after its deadline, and at least 3 days.

    ``deadline`` is the end of the day after which the matter is late, None for a letter without one.
    """
    enough = planned_at + _TRIED_FOR
    return enough if deadline is None else max(enough, deadline)
