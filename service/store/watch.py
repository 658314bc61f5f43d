"""The invariants as queries: each finds the rows that break one, all of them as they were at one moment.

What is settled adds up for years, so it is not looked at for ever: of letters the waiting ones and the last week's
are, of matters the open ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, exists, func, or_, select

from service.domain.certification import Level
from service.domain.delivery import WAITING, Purpose, State
from service.domain.invariants import Invariant
from service.domain.lifecycle import EventType
from service.domain.obligation import Holder
from service.domain.people import OwnerKind
from service.store.obligations import AT_ONCE, SUBJECT
from service.store.postal import quarantine
from service.store.quarantine import UNDECIDED
from service.store.runs import Run
from service.store.tables import attempt, certification, contact, delivery, event, invite, obligation, run

LIMIT: Final = 1000
"""So many broken rows are counted; nobody needs to know whether it is more."""

_LOOKED_BACK = timedelta(days=7)
_LEASE_ENDED = timedelta(minutes=5)
_SOON = timedelta(hours=1)
_LONGEST_PAUSE = timedelta(days=12)
"""That of a letter which can wait, planned on the eve of a long holiday."""
_FAR_AHEAD = timedelta(days=14)
_RUNS_LOOKED_BACK = 1000
_SET_NO_DAY = ("scan", "deliver", "escalate", "returned", "quarantine", "canary", "watch", "heartbeat")
"""The jobs after which no matter is to be looked at on a day gone by, but for those to be looked at at once."""


@dataclass(frozen=True)
class Asked:
    """When it is asked (UTC), on which business day; the newest scan done in full, and when a letter was last tried."""

    now: datetime
    today: date
    scan: Run | None
    tried_at: datetime | None


def last_attempt(connection: Connection) -> datetime | None:
    """When a letter was last tried."""
    newest = select(attempt.c.at).order_by(attempt.c.id.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none()


def broken(connection: Connection, invariant: Invariant, asked: Asked) -> list[int]:
    """What breaks an invariant, at most ``LIMIT``: numbers of matters, of deliveries, or of certifications."""
    statement = BREAKING[invariant](asked)
    return [] if statement is None else list(connection.scalars(statement.limit(LIMIT)))


_OPEN = obligation.c.closed == ""
_MATTER = obligation.c.id == delivery.c.subject_id
"""What a letter of these purposes is about. Its subject's kind would lead SQLite to the index of all that was sent."""
_ON_MATTERS = delivery.c.purpose.in_((Purpose.REMINDER, Purpose.CORRECTION, Purpose.CANCELLATION, Purpose.ESCALATION))
_IN_THE_OUTBOX = (*WAITING, State.SENDING)
_UNTOUCHED = (delivery.c.state.in_(WAITING), delivery.c.attempts == 0, delivery.c.reason == "")
"""As it was planned: never begun, nor put back by anybody."""


def _unwatched(_asked: Asked) -> Select[Any]:
    return select(obligation.c.id).where(_OPEN, obligation.c.check_on.is_(None), obligation.c.idle == "")


def _overlooked(asked: Asked) -> Select[Any] | None:
    """Asked only while nothing else has set days since shortly before the scan: that is for the next scan."""
    if asked.scan is None:
        return None
    set_since = exists().where(
        run.c.id > asked.scan.id - _RUNS_LOOKED_BACK,
        run.c.started_at > asked.scan.started_at - _SOON,
        run.c.job.not_in(_SET_NO_DAY),
    )
    come = obligation.c.check_on.between(AT_ONCE + timedelta(1), asked.scan.as_of)
    return select(obligation.c.id).where(come, ~set_since)


def _looked_at_too_late(asked: Asked) -> Select[Any]:
    """A day that was set by hand may be a rest day, so that its own reminder comes some days before it."""
    ahead = obligation.c.safe_due_on > asked.today + _FAR_AHEAD
    return select(obligation.c.id).where(_OPEN, ahead, obligation.c.check_on > obligation.c.safe_due_on)


def _never_told(asked: Asked) -> Select[Any]:
    enterprises = and_(
        obligation.c.holder == Holder.ENTERPRISE,
        contact.c.owner_kind == OwnerKind.ENTERPRISE,
        contact.c.owner_id == certification.c.enterprise_id,
    )
    units = and_(contact.c.owner_kind == OwnerKind.UNIT, contact.c.owner_id == obligation.c.unit_id)
    somebody = exists().where(contact.c.working, or_(enterprises, units))
    reminded = exists().where(
        delivery.c.subject_kind == SUBJECT,
        delivery.c.subject_id == obligation.c.id,
        delivery.c.revision == obligation.c.revision,
        delivery.c.purpose == Purpose.REMINDER,
    )
    looked_at = or_(obligation.c.check_on.is_(None), obligation.c.check_on > asked.today)
    passed = obligation.c.safe_due_on < asked.today
    rows = select(obligation.c.id).outerjoin(certification, certification.c.id == obligation.c.certification_id)
    return rows.where(_OPEN, passed, looked_at, ~reminded, somebody)


def _not_derived(_asked: Asked) -> Select[Any]:
    """A log that was corrected may imply nothing any more."""
    log = event.c.certification_id == certification.c.id
    listed = exists().where(log, event.c.type == EventType.LISTED)
    corrected = exists().where(log, event.c.type == EventType.CORRECTED)
    derived = exists().where(obligation.c.certification_id == certification.c.id)
    lasting = certification.c.level.in_((Level.EXCELLENCE, Level.PIONEER))
    return select(certification.c.id).where(lasting, ~certification.c.proposed, ~derived, listed, ~corrected)


def _abandoned(asked: Asked) -> Select[Any] | None:
    """Not while others wait to be called, nor where nothing has been carried since: then no worker runs at all."""
    if asked.tried_at is None:
        return None
    others = delivery.alias()
    waiting = exists().where(others.c.state == State.PLANNED, others.c.not_before <= asked.now)
    ended = delivery.c.not_before < min(asked.now, asked.tried_at) - _LEASE_ENDED
    return select(delivery.c.id).where(delivery.c.state == State.SENDING, ended, ~waiting)


def _put_off_too_far(asked: Asked) -> Select[Any]:
    waits = delivery.c.state.in_((State.PLANNED, State.CALLED, State.SENDING))
    return select(delivery.c.id).where(waits, delivery.c.not_before > asked.now + _LONGEST_PAUSE)


def _sent_unproven(asked: Asked) -> Select[Any]:
    accepted = exists().where(attempt.c.delivery_id == delivery.c.id, attempt.c.outcome == "sent")
    lately = delivery.c.not_before > asked.now - _LOOKED_BACK
    return select(delivery.c.id).where(delivery.c.state == State.SENT, lately, ~accepted)


def _waiting_though_closed(asked: Asked) -> Select[Any]:
    """A letter that tells a colleague instead may be planned after the close, and ends when it is called."""
    reminding = and_(delivery.c.purpose == Purpose.REMINDER, delivery.c.planned_at < asked.now - _SOON)
    return select(delivery.c.id).join(obligation, _MATTER).where(*_UNTOUCHED, reminding, obligation.c.closed != "")


def _reminded_twice(_asked: Asked) -> Select[Any]:
    rows = select(delivery.c.subject_id).where(*_UNTOUCHED, delivery.c.purpose == Purpose.REMINDER)
    return rows.group_by(delivery.c.subject_id, delivery.c.contact_id).having(func.count() > 1)


def _about_nothing(_asked: Asked) -> Select[Any]:
    none = or_(obligation.c.id.is_(None), delivery.c.revision > obligation.c.revision)
    rows = select(delivery.c.id).outerjoin(obligation, _MATTER)
    return rows.where(delivery.c.state.in_(_IN_THE_OUTBOX), _ON_MATTERS, none)


def _held_for_nobody(_asked: Asked) -> Select[Any]:
    decides = exists().where(quarantine.c.id == delivery.c.quarantine_id, quarantine.c.decision == UNDECIDED)
    return select(delivery.c.id).where(delivery.c.state == State.HELD, ~decides)


def _invited_untold(asked: Asked) -> Select[Any]:
    planned = exists().where(
        delivery.c.subject_kind == SUBJECT,
        delivery.c.subject_id == invite.c.obligation_id,
        delivery.c.contact_id == invite.c.contact_id,
    )
    return select(invite.c.obligation_id).where(invite.c.offered_at > asked.now - _LOOKED_BACK, ~planned)


BREAKING: Final[Mapping[Invariant, Callable[[Asked], Select[Any] | None]]] = {
    Invariant.UNWATCHED: _unwatched,
    Invariant.OVERLOOKED: _overlooked,
    Invariant.LOOKED_AT_TOO_LATE: _looked_at_too_late,
    Invariant.NEVER_TOLD: _never_told,
    Invariant.NOT_DERIVED: _not_derived,
    Invariant.ABANDONED: _abandoned,
    Invariant.PUT_OFF_TOO_FAR: _put_off_too_far,
    Invariant.SENT_UNPROVEN: _sent_unproven,
    Invariant.WAITING_THOUGH_CLOSED: _waiting_though_closed,
    Invariant.REMINDED_TWICE: _reminded_twice,
    Invariant.ABOUT_NOTHING: _about_nothing,
    Invariant.HELD_FOR_NOBODY: _held_for_nobody,
    Invariant.INVITED_UNTOLD: _invited_untold,
}
"""The query of each invariant; None where it cannot be asked now."""
