"""Answers from a letter: taken from whoever holds its link, and decided by the unit or by operations.

Invariants: a link answers for one letter's matter and its recipient alone; no answer ends a matter or stops statutory
reminders for good; what an answer says is on record with the letter that it came from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from service.domain.answer import TO_DECIDE, Answer, Decision, answers_of, quiet_until
from service.domain.certification import Certification
from service.domain.errors import RequestRefused
from service.domain.filing import filed
from service.domain.lifecycle import Event, EventType
from service.domain.obligation import SubjectKind
from service.domain.people import Contact, OwnerKind
from service.domain.visitors import Actor, ActorKind, Scope
from service.flows.close import record_in
from service.flows.desk import Desk, Moment, looking, moment
from service.flows.matters import About, matter_of
from service.flows.units import record_done_in
from service.letters.letter import Matter
from service.sheets import cells
from service.sheets.sheet import CellFaulty
from service.store import answers, audit, failures, obligations, people
from service.store.answers import Answered, Letter
from service.store.obligations import Stored
from service.store.rules import Act
from service.store.subjects import by_subjects

LINK = "answer"
LINK_LASTS = timedelta(days=180)
_LONGEST_NOTE = 300


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
        letter, stored, contact = found
        about = by_subjects(now.connection, {stored.subject})[stored.subject]
        before = tuple(answers.of_obligations(now.connection, [stored.id]).get(stored.id, ()))
        return Opened(letter.delivery_id, matter_of(now, stored, about), contact, _can(stored), before)


def answer(desk: Desk, token: str, kind: Answer, said: Mapping[str, str], today: date) -> date | None:
    """Take an answer; the last day without reminders, None where they go on as planned.

    ``said`` has what the kind takes: ``on``, ``until``, ``receipt``, ``note``, ``name``, ``address``. Raises
    RequestRefused where the link is not good, or what is said is wrong; nothing is stored then.
    """
    with moment(desk) as now:
        found = _found(desk, now, token)
        if found is None:
            raise RequestRefused(
                "此链接已失效，请使用最近一封邮件中的链接",
                "this link is good no more: use the one in the latest letter",
            )
        letter, stored, contact = found
        if kind not in _can(stored):
            raise RequestRefused("此事项已办结，无需再答复", "this matter is closed: there is nothing to answer")
        on, until, details = _checked(kind, said, stored, today)
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
        audit.note(now.connection, actor, kind, ("obligation", stored.id), now.now, {"delivery": letter.delivery_id})
        about = by_subjects(now.connection, {stored.subject})[stored.subject]
        if kind is Answer.CHANGED and isinstance(about, Certification):
            record_in(now, about, Event(EventType.CHANGED, on), actor.author, details.get("note", ""), today)
        if kind is Answer.FILED and by_unit and on is not None:
            _file(now, stored, about, on, details, actor.author, today)
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
        audit.note(now.connection, actor, f"answer_{decision}", ("answer", id), now.now, {})
        stored = obligations.by_ids(now.connection, [answered.obligation_id])[answered.obligation_id]
        about = by_subjects(now.connection, {stored.subject})[stored.subject]
        if not confirmed:
            obligations.look_next(now.connection, {stored.id: obligations.AT_ONCE})
        elif answered.kind is Answer.WRONG_PERSON:
            _replace_person(now, answered)
        elif answered.on is not None:
            _file(now, stored, about, answered.on, answered.details, actor.author, today)


def _found(desk: Desk, now: Moment, token: str) -> tuple[Letter, Stored, Contact] | None:
    id = desk.links.id_in(LINK, token)
    letter = None if id is None else answers.letter_of(now.connection, id, now.now - LINK_LASTS)
    if letter is None or not letter.good:
        return None
    stored = obligations.by_ids(now.connection, [letter.obligation_id]).get(letter.obligation_id)
    contact = people.contacts_by_ids(now.connection, [letter.contact_id])[letter.contact_id]
    return None if stored is None else (letter, stored, contact)


def _can(stored: Stored) -> tuple[Answer, ...]:
    """What can be answered now; a unit's own duty is of no factory that could change."""
    if stored.obligation.closed is not None:
        return ()
    can = answers_of(stored.obligation.kind, pending=stored.obligation.pending)
    return tuple(each for each in can if each is not Answer.CHANGED or stored.subject.kind is not SubjectKind.UNIT)


def _checked(
    kind: Answer, said: Mapping[str, str], stored: Stored, today: date
) -> tuple[date | None, date | None, dict[str, str]]:
    """The day spoken of, the last day without reminders, and the rest, checked."""
    safe = stored.obligation.dates.safe_due_on
    note = said.get("note", "")[:_LONGEST_NOTE]
    details = {"note": note} if note else {}
    match kind:
        case Answer.ACKNOWLEDGED:
            return None, quiet_until(safe, today), details
        case Answer.SNOOZED:
            return None, quiet_until(safe, today, _day(said, "until", "暂缓至", "put off until")), details
        case Answer.FILED:
            on = _past(_day(said, "on", "提交日期", "filed on"), today)
            receipt = said.get("receipt", "")[:100]
            return on, quiet_until(safe, today), details | ({"receipt": receipt} if receipt else {})
        case Answer.CHANGED:
            return _past(_day(said, "on", "变化日期", "changed on"), today), None, details
        case Answer.WRONG_PERSON:
            return None, None, details | _person(said)


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


def _person(said: Mapping[str, str]) -> dict[str, str]:
    """The right person; nobody, where only the wrong one is known."""
    if not said.get("address") and not said.get("name"):
        return {}
    try:
        return {"name": cells.name(said.get("name", "")), "address": cells.address(said.get("address", ""))}
    except CellFaulty as fault:
        raise RequestRefused(fault.zh, fault.en) from None


def _day(said: Mapping[str, str], name: str, zh: str, en: str) -> date:
    try:
        return date.fromisoformat(said.get(name, ""))
    except ValueError:
        raise RequestRefused(f"{zh}：请填写日期，如 2027-08-06", f"{en}: give a day, such as 2027-08-06") from None


def _past(day: date, today: date) -> date:
    if day > today:
        raise RequestRefused(f"{day} 尚未到来，请核对", f"{day} is still to come: check it")
    return day


def _replace_person(now: Moment, answered: Answered) -> None:
    """The right person takes the place of the wrong one, who is told nothing more."""
    wrong = people.contacts_by_ids(now.connection, [answered.contact_id])[answered.contact_id]
    if answered.details.get("address"):
        right = {
            "owner_kind": wrong.owner_kind,
            "owner_id": wrong.owner_id,
            "role": wrong.role,
            "name": answered.details["name"],
            "address": answered.details["address"],
            "language": wrong.language,
        }
        people.add_contacts(now.connection, [right])
    failures.set_working(now.connection, [wrong.id], working=False)
    obligations.look_again(now.connection, wrong.owner_kind, [wrong.owner_id])
