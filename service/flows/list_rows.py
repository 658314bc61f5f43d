"""The rows of a unit's list: as the record has them on a day, and as they were told before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from service.domain.certification import Certification
from service.domain.escalation import Cadence, window
from service.domain.listing import ORDER, Mark, PastList, Said, Told, mark_of, section_of
from service.domain.obligation import Kind
from service.domain.people import Contact, audience, owner_of
from service.domain.rungs import PLACE, Rung
from service.flows.desk import LEGAL_ZONE, Moment
from service.flows.matters import contacts_by_owner, matter_of
from service.letters.letter import ListRow, Matter
from service.store import answers, chased, ladders, lists, obligations, people
from service.store.obligations import Stored
from service.store.subjects import by_subjects

_CHUNK = 500


def rows_to_tell(now: Moment, unit_id: int, cadence: Cadence, today: date, list_id: int | None = None) -> list[Told]:
    """A unit's rows on a day by their sections, what is new since its last list (before that of ``list_id``) marked."""
    stored = chased.on_list(now.connection, unit_id, window(cadence, today))
    before = lists.before(now.connection, unit_id, list_id)
    chunks = (stored[start : start + _CHUNK] for start in range(0, len(stored), _CHUNK))
    told = [row for chunk in chunks for row in _told(now, chunk, today, before)]
    return sorted(told, key=lambda row: ORDER[row.section])


def widest(now: Moment, unit_id: int, today: date) -> list[Told]:
    """All that a unit has to chase on a day: the rows of a monthly list."""
    return rows_to_tell(now, unit_id, Cadence.MONTHLY, today)


def _told(now: Moment, stored: Sequence[Stored], today: date, before: Sequence[PastList]) -> Iterator[Told]:
    ids = [each.id for each in stored]
    abouts = by_subjects(now.connection, {each.subject for each in stored})
    contacts = contacts_by_owner(now.connection, abouts.values())
    reached, claimed = chased.reached(now.connection, ids), chased.claimed(now.connection, ids)
    answered = answers.of_obligations(now.connection, ids)
    climbing = ladders.present(now.connection, ids)
    for each in stored:
        matter, dates = each.obligation, each.obligation.dates
        people_told = audience(contacts.get(owner_of(matter.holder, abouts[each.subject]), []), director_too=True)
        far = chased.reached_by(reached, each.id)
        far = replace(far, reachable=far.reachable and bool(people_told))
        last = next(iter(answered.get(each.id, ())), None)
        ladder = climbing.get(each.id)
        climbed = ladder is not None and ladder.came_to(Rung.UNIT)
        said = None if last is None else Said(last.kind, last.at.astimezone(LEGAL_ZONE).date(), last.decision)
        row = Told(
            obligation_id=each.id,
            revision=each.revision,
            section=section_of(matter, today, far, claimed=each.id in claimed, climbed=climbed),
            mark=Mark.NONE,
            pending=matter.pending,
            provisional=dates.provisional,
            ends_on=dates.ends_on,
            due_on=dates.due_on,
            late_after=dates.late_after,
            lapse_after=dates.lapse_after,
            safe_due_on=dates.safe_due_on,
            reminders=far.letters,
            last_reminded_on=far.last_on,
            said=said,
            contact_ids=tuple(contact.id for contact in people_told),
            rung=max(ladder.rung, Rung.UNIT, key=PLACE.__getitem__) if climbed and ladder is not None else None,
        )
        yield replace(row, mark=mark_of(row, before))


def letter_rows(now: Moment, told: Sequence[Told], today: date) -> tuple[ListRow, ...]:
    """The rows as letters and workbooks show them; one whose matter is not on record any more is left out."""
    chunks = (told[start : start + _CHUNK] for start in range(0, len(told), _CHUNK))
    return tuple(row for chunk in chunks for row in _letter_rows(now, chunk, today))


def _letter_rows(now: Moment, told: Sequence[Told], today: date) -> Iterator[ListRow]:
    stored = obligations.by_ids(now.connection, [row.obligation_id for row in told])
    abouts = by_subjects(now.connection, {each.subject for each in stored.values()})
    known = people.contacts_by_ids(now.connection, {id for row in told for id in row.contact_ids})
    certified = [each.id for each in abouts.values() if isinstance(each, Certification)]
    published = chased.listed_on(now.connection, certified)
    for row in told:
        each = stored.get(row.obligation_id)
        if each is None:
            continue
        matter = _as_told(matter_of(now, each, abouts[each.subject]), each, row)
        yield ListRow(
            matter=matter,
            working_days_left=now.workdays.count(today, row.safe_due_on),
            reminders=row.reminders,
            last_reminded_on=row.last_reminded_on,
            contacts="; ".join(_named(known, row.contact_ids)),
            section=row.section,
            mark=row.mark,
            listed_on=_published(matter, published),
            said=row.said,
            rung=row.rung,
        )


def _named(known: Mapping[int, Contact], ids: Sequence[int]) -> Iterator[str]:
    return (f"{known[id].name} {known[id].address}" for id in ids if id in known)


def _published(matter: Matter, published: Mapping[int, date]) -> date | None:
    if matter.kind is Kind.LIST_REPORT:
        return date.fromisoformat(matter.occurrence)
    return published.get(matter.certification_id)


def _as_told(matter: Matter, stored: Stored, row: Told) -> Matter:
    """The matter with the days that were told; where they have moved since, how they were counted is not known."""
    dates = replace(
        matter.dates,
        ends_on=row.ends_on,
        due_on=row.due_on,
        late_after=row.late_after,
        lapse_after=row.lapse_after,
        safe_due_on=row.safe_due_on,
        provisional=row.provisional,
    )
    if stored.revision != row.revision:
        dates = replace(dates, trace=())
    return replace(matter, dates=dates, pending=row.pending)
