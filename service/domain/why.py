"""Why a letter about a matter has not gone, or has: every reason there is, from what is on record.

Pure: what is on record comes in as values, and the reasons go out as codes with their days, worded elsewhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from service.domain.certification import Certification, Level
from service.domain.delivery import Purpose, State
from service.domain.lifecycle import Life, Phase
from service.domain.obligation import MILESTONES, Holder, Obligation
from service.domain.people import Contact, audience
from service.domain.plan import Stage, reached


class Because(StrEnum):
    """Why. The first group is of a certification, the second of a matter, the third of one person's letter."""

    ONLY_PROPOSED = "only_proposed"
    CANCELLED = "cancelled"
    VALIDITY_NOT_SET = "validity_not_set"
    REVIEW_NOT_SET = "review_not_set"
    END_UNKNOWN = "end_unknown"
    DAY_UNNAMED = "day_unnamed"
    NOTHING_OPEN = "nothing_open"

    CLOSED = "closed"
    NO_UNIT = "no_unit"
    NO_CONTACT = "no_contact"
    ALL_HELD_BACK = "all_held_back"
    TO_BE_LOOKED_AT = "to_be_looked_at"
    NOT_YET = "not_yet"
    NEXT = "next"
    TOLD_ON_THE_DAY = "told_on_the_day"
    PENDING = "pending"
    PLAN_FINISHED = "plan_finished"
    UNWATCHED = "unwatched"

    HELD_BACK = "held_back"
    NOT_ASKED = "not_asked"
    FROM_THE_NEXT_ON = "from_the_next_on"
    QUARANTINED = "quarantined"
    WAITS_FOR_RETRY = "waits_for_retry"
    PUT_OFF = "put_off"
    WAITS_FOR_WORKER = "waits_for_worker"
    ON_ITS_WAY = "on_its_way"
    SENT = "sent"
    REFUSED = "refused"
    BOUNCED = "bounced"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    ABORTED = "aborted"


@dataclass(frozen=True)
class Reason:
    """One reason: ``on`` a day it names, ``at`` a moment (UTC), ``said`` a code of ours or a relay's own answer.

    ``stage`` is the plan's; ``contact_id`` and ``delivery_id`` are 0 where it is of nobody, of no letter.
    """

    because: Because
    on: date | None = None
    at: datetime | None = None
    stage: str = ""
    said: str = ""
    contact_id: int = 0
    delivery_id: int = 0


@dataclass(frozen=True)
class LetterOnRecord:
    """A letter about the matter as the outbox has it; ``reason`` is a code of ours or a relay's answer, times UTC."""

    id: int
    contact_id: int
    purpose: Purpose
    stage: str
    state: State
    reason: str
    attempts: int
    not_before: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class MatterOnRecord:
    """A matter, when it is looked at next (None: ``idle`` says why), its plan, who is told of it, and its letters."""

    obligation: Obligation
    check_on: date | None
    idle: str
    stages: Sequence[Stage]
    contacts: Sequence[Contact]
    has_owner: bool
    letters: Sequence[LetterOnRecord]


def of_certification(held: Certification, life: Life, open_matters: int) -> list[Reason]:
    """Why a certification has fewer matters than one may expect, or none at all."""
    found = []
    if life.phase is Phase.CANCELLED:
        found.append(Reason(Because.CANCELLED, on=life.cancelled_on))
    elif life.phase is Phase.PROPOSED:
        found.append(Reason(Because.ONLY_PROPOSED if held.proposed else Because.END_UNKNOWN))
    else:
        found += _undated(held, life)
    unnamed = [each for each in (*life.inquiries, *life.rectifications) if each.until is None and not each.met]
    found += [Reason(Because.DAY_UNNAMED, on=each.on) for each in unnamed]
    return found or ([Reason(Because.NOTHING_OPEN)] if not open_matters else [])


def _undated(held: Certification, life: Life) -> list[Reason]:
    """Periods of which nobody knows the end, or the day by which a review is applied for."""
    if life.cycles and life.cycles[-1].end is None:
        return [Reason(Because.VALIDITY_NOT_SET if held.level is Level.ADVANCED else Because.END_UNKNOWN)]
    if life.cycles and held.level is Level.ADVANCED and life.terms.review_months_before is None:
        return [Reason(Because.REVIEW_NOT_SET)]
    if life.cultivation is not None and life.cultivation.end is None and not life.cultivation.over:
        return [Reason(Because.END_UNKNOWN)]
    return []


def of_matter(matter: MatterOnRecord, today: date, now: datetime) -> list[Reason]:
    """Every reason that holds for a matter: first what is of the matter itself, then each person's, then what comes."""
    if matter.obligation.closed is not None:
        return [Reason(Because.CLOSED, said=matter.obligation.closed)]
    found = reached(matter.stages, today)
    newest = found.newest
    reasons = [Reason(Because.PENDING)] if matter.obligation.pending else []
    nobody = _nobody(matter)
    if nobody is not None:
        reasons.append(nobody)
    else:
        reasons += _of_people(matter, newest, today, now)
    return [*reasons, _coming(matter, newest, found.next_on, today)]


def _nobody(matter: MatterOnRecord) -> Reason | None:
    if not matter.has_owner:
        return Reason(Because.NO_UNIT)
    if not matter.contacts:
        return Reason(Because.NO_CONTACT, said=matter.obligation.holder)
    if not any(each.working for each in matter.contacts):
        return Reason(Because.ALL_HELD_BACK, said=matter.obligation.holder)
    return None


def _of_people(matter: MatterOnRecord, newest: Stage | None, today: date, now: datetime) -> Iterator[Reason]:
    """What became of the newest letter to each person; of one who got none, why.

    Nobody gets any before a stage is reached, and what the next scan plans is said of the matter as a whole.
    """
    told = audience(matter.contacts, director_too=newest.director_too) if newest else []
    stage = newest.name if newest else ""
    for contact in matter.contacts:
        theirs = [each for each in matter.letters if each.contact_id == contact.id]
        last = max(theirs, key=lambda each: each.id, default=None)
        if not contact.working:
            yield Reason(Because.HELD_BACK, said=last.reason if last else "", contact_id=contact.id)
        elif last is not None:
            yield of_letter(last, now)
        elif newest is not None and contact not in told:
            yield Reason(Because.NOT_ASKED, stage=stage, said=contact.role, contact_id=contact.id)
        elif newest is not None and matter.check_on is not None and matter.check_on > today:
            yield Reason(Because.FROM_THE_NEXT_ON, stage=stage, contact_id=contact.id)


_BY_STATE = {
    State.HELD: Because.QUARANTINED,
    State.CALLED: Because.ON_ITS_WAY,
    State.SENDING: Because.ON_ITS_WAY,
    State.SENT: Because.SENT,
    State.REFUSED: Because.REFUSED,
    State.UNKNOWN: Because.UNKNOWN,
    State.BOUNCED: Because.BOUNCED,
    State.WITHDRAWN: Because.WITHDRAWN,
    State.SUPERSEDED: Because.SUPERSEDED,
    State.ABORTED: Because.ABORTED,
}


def of_letter(letter: LetterOnRecord, now: datetime) -> Reason:
    """Where one letter stands, and why."""
    at = letter.settled_at
    because = _BY_STATE.get(letter.state, Because.WAITS_FOR_WORKER)
    if letter.state is State.PLANNED and letter.not_before > now:
        because, at = (Because.WAITS_FOR_RETRY if letter.attempts else Because.PUT_OFF), letter.not_before
    return Reason(because, None, at, letter.stage, letter.reason, letter.contact_id, letter.id)


def _coming(matter: MatterOnRecord, newest: Stage | None, next_on: date | None, today: date) -> Reason:
    """When a letter comes next, or why none does."""
    if matter.check_on is None:
        return Reason(Because.PLAN_FINISHED if matter.idle == "plan_finished" else Because.UNWATCHED, said=matter.idle)
    if newest is not None and matter.check_on <= today:
        return Reason(Because.TO_BE_LOOKED_AT, on=matter.check_on, stage=newest.name)
    next_stage = next((stage for stage in matter.stages if stage.on == next_on), None)
    if next_stage is None:
        return Reason(Because.PLAN_FINISHED)
    if matter.obligation.kind in MILESTONES:
        return Reason(Because.TOLD_ON_THE_DAY, on=next_on, stage=next_stage.name)
    return Reason(Because.NOT_YET if newest is None else Because.NEXT, on=next_on, stage=next_stage.name)


def has_owner(obligation: Obligation, held: Certification) -> bool:
    """Whether there is anybody whose people could be told: a unit's matter needs a unit."""
    return obligation.holder is Holder.ENTERPRISE or held.unit_id != 0
