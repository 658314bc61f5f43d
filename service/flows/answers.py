"""Answers to a matter's letters, from the link in one or in the console; decided by the unit or by operations.

Invariants: a link answers for one letter's matter and its recipient alone, and whoever has signed in for matters of
their own enterprise or unit; no answer ends a matter or stops statutory reminders for good; what an answer says is on
record with its author, and with the letter that it came from where there is one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from service.domain.answer import TO_DECIDE, Answer, Decision
from service.domain.certification import Certification
from service.domain.errors import RequestRefused
from service.domain.lifecycle import Event, EventType
from service.domain.people import Contact, OwnerKind, owner_of
from service.domain.visitors import Actor, ActorKind, Scope, ScopeKind
from service.flows.close import record_in
from service.flows.desk import Desk, Moment, looking, moment
from service.flows.filing import can, file_in
from service.flows.matters import About, matter_of
from service.flows.persons import not_the_last
from service.flows.said import checked
from service.letters.letter import Matter
from service.store import answers, audit, certifications, failures, ladders, obligations, people
from service.store.answers import Answered
from service.store.console import matters
from service.store.obligations import Stored
from service.store.subjects import by_subjects

LINK = "answer"
LINK_LASTS = timedelta(days=180)


@dataclass(frozen=True)
class Opened:
    """What a reader is shown: the matter, themselves, what can be answered, and what was answered before."""

    matter: Matter
    contact: Contact
    can: tuple[Answer, ...]
    before: tuple[Answered, ...]


def open_link(desk: Desk, token: str) -> Opened | None:
    """What a link shows; None where it was not written by us, has ended, or was revoked. Opening changes nothing."""
    return _opened(desk, partial(_by_link, desk, token))


def open_matter(desk: Desk, scope: Scope, contact_id: int, id: int) -> Opened | None:
    """The same for a contact who has signed in; None where the matter is not theirs to answer for."""
    return _opened(desk, partial(_by_contact, scope, contact_id, id))


def answer(desk: Desk, token: str, kind: Answer, said: Mapping[str, str], today: date) -> date | None:
    """Take an answer; the last day without reminders, None where they go on as planned.

    ``said`` has what the kind takes: ``on``, ``until``, ``receipt``, ``note``, ``name``, ``address``. Raises
    RequestRefused where the link is not good, or what is said is wrong; nothing is stored then.
    """
    return _taken(desk, partial(_by_link, desk, token), kind, said, today)


def answer_matter(
    desk: Desk, scope: Scope, contact_id: int, id: int, kind: Answer, said: Mapping[str, str], today: date
) -> date | None:
    """The same from a contact who has signed in, about a matter of their own."""
    return _taken(desk, partial(_by_contact, scope, contact_id, id), kind, said, today)


@dataclass(frozen=True)
class _Found:
    """What is answered: the letter where there is one, the matter, and who answers."""

    delivery_id: int | None
    stored: Stored
    contact: Contact
    about: About


_Way = Callable[[Moment], _Found | None]


def _opened(desk: Desk, way: _Way) -> Opened | None:
    with looking(desk) as now:
        found = way(now)
        if found is None:
            return None
        stored = found.stored
        before = tuple(answers.of_obligations(now.connection, [stored.id]).get(stored.id, ()))
        return Opened(matter_of(now, stored, found.about), found.contact, can(stored), before)


def _taken(desk: Desk, way: _Way, kind: Answer, said: Mapping[str, str], today: date) -> date | None:
    with moment(desk) as now:
        found = _held(now, way)
        stored, contact, about = found.stored, found.contact, found.about
        if kind not in can(stored):
            raise RequestRefused("此事项已办结，无需再答复", "this matter is closed: there is nothing to answer")
        on, until, details = checked(kind, said, stored.obligation.dates.safe_due_on, today)
        last = next(iter(answers.of_obligations(now.connection, [stored.id]).get(stored.id, ())), None)
        if last is not None and _is_the_same(last, found, kind, (on, until), details):
            return until
        by_unit = contact.owner_kind is OwnerKind.UNIT
        answers.add(
            now.connection,
            found.delivery_id,
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
            file_in(now, stored, about, on, details, actor.author, today)
        noted: audit.Details = {} if found.delivery_id is None else {"delivery": found.delivery_id}
        audit.note(now.connection, actor, kind, ("obligation", stored.id), now.now, noted)
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
            _replace_person(now, scope, answered)
        elif answered.on is not None:
            file_in(now, stored, about, answered.on, answered.details, actor.author, today)
        audit.note(now.connection, actor, f"answer_{decision}", ("answer", id), now.now, {})


def _by_link(desk: Desk, token: str, now: Moment) -> _Found | None:
    """By the link of a letter; None where it is good no more, also because the matter has come to be another's."""
    id = desk.links.id_in(LINK, token)
    letter = None if id is None else answers.letter_of(now.connection, id, now.now - LINK_LASTS)
    if letter is None or not letter.good:
        return None
    stored = obligations.by_ids(now.connection, [letter.obligation_id]).get(letter.obligation_id)
    return _theirs(now, stored, letter.contact_id, letter.delivery_id)


def _by_contact(scope: Scope, contact_id: int, id: int, now: Moment) -> _Found | None:
    """By a contact who has signed in."""
    return _theirs(now, matters.visible(now.connection, scope, id), contact_id, None)


def _theirs(now: Moment, stored: Stored | None, contact_id: int, delivery_id: int | None) -> _Found | None:
    """None where the matter is none of that person's enterprise or unit."""
    if stored is None:
        return None
    contact = people.contacts_by_ids(now.connection, [contact_id])[contact_id]
    about = by_subjects(now.connection, {stored.subject})[stored.subject]
    is_theirs = (contact.owner_kind, contact.owner_id) == owner_of(stored.obligation.holder, about)
    return _Found(delivery_id, stored, contact, about) if is_theirs else None


def _held(now: Moment, way: _Way) -> _Found:
    """The same, kept from others until the transaction ends, so that a form that is sent twice answers once."""
    found = way(now)
    if found is not None:
        about = found.about
        if isinstance(about, Certification):
            certifications.hold(now.connection, [about.id])
        else:
            people.hold_units(now.connection, [about.id])
        found = way(now)
    if found is None:
        raise RequestRefused(
            "此链接已失效，请使用最近一封邮件中的链接",
            "this link is good no more: use the one in the latest letter",
        )
    return found


def _is_the_same(
    last: Answered, found: _Found, kind: Answer, days: tuple[date | None, date | None], details: Mapping[str, str]
) -> bool:
    """Whether the last answer was this one already: a form sent twice, or its page loaded again."""
    said = (last.delivery_id, last.contact_id, last.kind, (last.on, last.until), dict(last.details))
    again = (found.delivery_id, found.contact.id, kind, days, dict(details))
    return last.decision is not Decision.REOPENED and said == again


def _first_decision(kind: Answer, *, by_unit: bool) -> Decision:
    """What a unit says of its own matters needs nobody's confirmation; who the right person is, somebody has to see."""
    if kind not in TO_DECIDE:
        return Decision.NONE
    return Decision.CONFIRMED if by_unit and kind is Answer.FILED else Decision.WAITING


def _replace_person(now: Moment, scope: Scope, answered: Answered) -> None:
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
    if scope.kind is not ScopeKind.ALL:
        not_the_last(now.connection, wrong)
    failures.set_working(now.connection, [wrong.id], working=False)
    obligations.look_again(now.connection, wrong.owner_kind, [wrong.owner_id])
