"""Answers from a letter: taken from whoever holds its link, and decided by the unit or by operations.

Invariants: a link answers for one letter's matter and its recipient alone; no answer ends a matter or stops statutory
reminders for good; what an answer says is on record with the letter that it came from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.answer import TO_DECIDE, Answer, Decision, answers_of
from service.domain.certification import Certification
from service.domain.errors import RequestRefused
from service.domain.filing import filed
from service.domain.lifecycle import Event, EventType
from service.domain.obligation import SubjectKind
from service.domain.people import Contact, OwnerKind, owner_of
from service.domain.visitors import Actor, ActorKind, Scope
from service.flows.close import record_in
from service.flows.desk import Desk, Moment, looking, moment
from service.flows.matters import About, matter_of
from service.flows.said import checked
from service.flows.units import record_done_in
from service.letters.letter import Matter
from service.store import answers, audit, certifications, failures, ladders, obligations, people
from service.store.answers import Answered, Letter
from service.store.obligations import Stored
from service.store.rules import Act
from service.store.subjects import by_subjects

LINK = "answer"
LINK_LASTS = timedelta(days=180)


@dataclass(frozen=True)
class Opened:
    """What a link shows: the matter, its reader, what can be answered, and what was answered before."""

    delivery_id: int
    matter: Matter
    contact: Contact
    can: tuple[Answer, ...]
    before: tuple[Answered, ...]


def open_link(desk: Desk, token: str) -> Opened | None:
    """What a link shows; None where it was not written by us, has ended, or was revoked. Opening changes nothing."""
    with looking(desk) as now:
        found = _found(desk, now, token)
        if found is None:
            return None
        letter, stored, contact, about = found
        before = tuple(answers.of_obligations(now.connection, [stored.id]).get(stored.id, ()))
        return Opened(letter.delivery_id, matter_of(now, stored, about), contact, _can(stored), before)


def answer(desk: Desk, token: str, kind: Answer, said: Mapping[str, str], today: date) -> date | None:
    """Take an answer; the last day without reminders, None where they go on as planned.

    ``said`` has what the kind takes: ``on``, ``until``, ``receipt``, ``note``, ``name``, ``address``. Raises
    RequestRefused where the link is not good, or what is said is wrong; nothing is stored then.
    """
    with moment(desk) as now:
        letter, stored, contact, about = _held(desk, now, token)
        if kind not in _can(stored):
            raise RequestRefused("此事项已办结，无需再答复", "this matter is closed: there is nothing to answer")
        on, until, details = checked(kind, said, stored.obligation.dates.safe_due_on, today)
        last = next(iter(answers.of_obligations(now.connection, [stored.id]).get(stored.id, ())), None)
        if last is not None and _is_the_same(last, letter, kind, (on, until), details):
            return until
        by_unit = contact.owner_kind is OwnerKind.UNIT
        answers.add(
            now.connection,
            letter.delivery_id,
            (stored.id, stored.revision),
            contact.id,
            kind,
            now.now,
            on=on,
            until=until,
            details=details,
            decision=_first_decision(kind, by_unit=by_unit),
        )
        actor = Actor(ActorKind.CONTACT, contact.id)
        if kind is Answer.CHANGED and isinstance(about, Certification):
            record_in(now, about, Event(EventType.CHANGED, on), actor.author, details.get("note", ""), today)
        if kind is Answer.FILED and by_unit and on is not None:
            _file(now, stored, about, on, details, actor.author, today)
        audit.note(now.connection, actor, kind, ("obligation", stored.id), now.now, {"delivery": letter.delivery_id})
    return until


def decide(desk: Desk, scope: Scope, id: int, actor: Actor, today: date, *, confirmed: bool) -> None:
    """Confirm an answer, so that what it says is recorded, or reopen it, so that reminders go on as planned.

    Raises RequestRefused where it was decided already, or where what it says cannot be recorded.
    """
    with moment(desk) as now:
        answered = answers.by_id(now.connection, scope, id)
        if answered is None:
            raise RequestRefused("没有这条答复", "there is no such answer")
        decision = Decision.CONFIRMED if confirmed else Decision.REOPENED
        if not answers.decide(now.connection, id, decision, actor.author, now.now):
            raise RequestRefused("这条答复已有人处理", "somebody has decided on this answer already")
        stored = obligations.by_ids(now.connection, [answered.obligation_id])[answered.obligation_id]
        about = by_subjects(now.connection, {stored.subject})[stored.subject]
        if not confirmed:
            obligations.look_next(now.connection, {stored.id: obligations.AT_ONCE})
            ladders.look_again(now.connection, [stored.id], today)
        elif answered.kind is Answer.WRONG_PERSON:
            _replace_person(now, answered)
        elif answered.on is not None:
            _file(now, stored, about, answered.on, answered.details, actor.author, today)
        audit.note(now.connection, actor, f"answer_{decision}", ("answer", id), now.now, {})


_Found = tuple[Letter, Stored, Contact, About]


def _found(desk: Desk, now: Moment, token: str) -> _Found | None:
    """What a link is about; None where it is good no more, also because the matter has come to be another's."""
    id = desk.links.id_in(LINK, token)
    letter = None if id is None else answers.letter_of(now.connection, id, now.now - LINK_LASTS)
    if letter is None or not letter.good:
        return None
    stored = obligations.by_ids(now.connection, [letter.obligation_id]).get(letter.obligation_id)
    contact = people.contacts_by_ids(now.connection, [letter.contact_id])[letter.contact_id]
    if stored is None:
        return None
    about = by_subjects(now.connection, {stored.subject})[stored.subject]
    is_theirs = (contact.owner_kind, contact.owner_id) == owner_of(stored.obligation.holder, about)
    return (letter, stored, contact, about) if is_theirs else None


def _held(desk: Desk, now: Moment, token: str) -> _Found:
    """The same, kept from others until the transaction ends, so that a form that is sent twice answers once."""
    found = _found(desk, now, token)
    if found is not None:
        about = found[3]
        if isinstance(about, Certification):
            certifications.hold(now.connection, [about.id])
        else:
            people.hold_units(now.connection, [about.id])
        found = _found(desk, now, token)
    if found is None:
        raise RequestRefused(
            "此链接已失效，请使用最近一封邮件中的链接",
            "this link is good no more: use the one in the latest letter",
        )
    return found


def _is_the_same(
    last: Answered, letter: Letter, kind: Answer, days: tuple[date | None, date | None], details: Mapping[str, str]
) -> bool:
    """Whether the last answer was this one already: a form sent twice, or its page loaded again."""
    said = (last.delivery_id, last.kind, (last.on, last.until), dict(last.details))
    return last.decision is not Decision.REOPENED and said == (letter.delivery_id, kind, days, dict(details))


def _can(stored: Stored) -> tuple[Answer, ...]:
    """What can be answered now; a unit's own duty is of no factory that could change."""
    if stored.obligation.closed is not None:
        return ()
    can = answers_of(stored.obligation.kind, pending=stored.obligation.pending)
    return tuple(each for each in can if each is not Answer.CHANGED or stored.subject.kind is not SubjectKind.UNIT)


def _first_decision(kind: Answer, *, by_unit: bool) -> Decision:
    """What a unit says of its own matters needs nobody's confirmation; who the right person is, somebody has to see."""
    if kind not in TO_DECIDE:
        return Decision.NONE
    return Decision.CONFIRMED if by_unit and kind is Answer.FILED else Decision.WAITING


def _file(
    now: Moment, stored: Stored, about: About, on: date, details: Mapping[str, str], author: str, today: date
) -> None:
    """Record that a matter was done, by its event or, where it is a unit's own duty, as done."""
    if not isinstance(about, Certification):
        act = Act(about.id, stored.obligation.kind, stored.obligation.occurrence, on)
        record_done_in(now, act, details.get("note", ""), author, today)
        return
    event = filed(stored.obligation, on, details.get("receipt", ""))
    if event is None:
        raise RequestRefused("此事项无须登记", "this matter needs no record")
    record_in(now, about, event, author, details.get("note", ""), today)


def _replace_person(now: Moment, answered: Answered) -> None:
    """The right person takes the place of the wrong one, who is told nothing more."""
    wrong = people.contacts_by_ids(now.connection, [answered.contact_id])[answered.contact_id]
    if address := answered.details.get("address"):
        right = {
            "owner_kind": wrong.owner_kind,
            "owner_id": wrong.owner_id,
            "role": wrong.role,
            "name": answered.details["name"],
            "address": address,
            "language": wrong.language,
        }
        added = people.add_contacts(now.connection, [right])
        theirs = people.contacts_of(now.connection, wrong.owner_kind, [wrong.owner_id])[wrong.owner_id]
        known = {each.address.casefold() for each in theirs if each.working and each.id != wrong.id}
        if not added and address.casefold() not in known:
            raise RequestRefused(
                "所给的邮箱就是原地址，或已登记而停用：请在“联系人”页核对后更正，再退回这条答复",
                "the address given is the old one, or is held back: correct it among the contacts, then reopen this",
            )
    failures.set_working(now.connection, [wrong.id], working=False)
    obligations.look_again(now.connection, wrong.owner_kind, [wrong.owner_id])
