"""Climb: let a matter that nobody answers about come to the next rung of its ladder, one rung a scan.

Invariants: a ladder's rungs, grace and policy are those of the day on which it began; who is written to on a rung is
written to once; nothing climbs while an answer keeps it quiet, nor once the matter is closed (as an application on
record closes it).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from service.domain.delivery import Purpose, State
from service.domain.digest import Hours
from service.domain.ladder import Ladder, begun, climbed, climbs_on, next_look, rungs_of
from service.domain.obligation import Holder, Subject
from service.domain.people import Contact, Owner, Role, owner_of
from service.domain.rungs import OVERSEEING, Rung
from service.flows.desk import Moment, Tally, opening
from service.flows.matters import About, choices_of, contacts_by_owner
from service.flows.overseeing import Overseeing, overseeing, unit_of
from service.store import answers, deliveries, ladders, obligations
from service.store.deliveries import Plan
from service.store.ladders import Begun, Key
from service.store.obligations import SUBJECT, Stored
from service.store.subjects import by_subjects

_BATCH = 500


def begin(
    now: Moment,
    today: date,
    reached: Sequence[Stored],
    abouts: Mapping[Subject, About],
    contacts: Mapping[Owner, Sequence[Contact]],
) -> None:
    """Let the ladders begin of the matters that have ``reached`` a stage of which their director is told too.

    One that has begun and found nobody above is looked at again: there may be somebody by now.
    """
    known = ladders.present(now.connection, [stored.id for stored in reached])
    ladders.look_again(now.connection, [id for id, ladder in known.items() if ladder.stuck], today)
    new = []
    for stored in reached:
        about = abouts[stored.subject]
        plan = choices_of(now, stored, about).plan
        rungs = rungs_of(stored.obligation, unit_of(about)[1], plan.ladder)
        if not rungs or stored.id in known:
            continue
        theirs = contacts.get(owner_of(stored.obligation.holder, about), ())
        ladder = begun(rungs, plan.grace, today, has_director=bool(_directors(theirs)))
        look_on = next_look(ladder, None, now.workdays)
        new.append(Begun((stored.id, stored.revision), ladder, now.rulebook.policy.version, look_on))
    ladders.begin(now.connection, new, today)


def climb(now: Moment, today: date, held_in: int | None, hours: Hours | None, tally: Tally) -> bool:
    """Look at one batch of the ladders whose day has come; whether there may be another.

    ``held_in`` is the quarantine that holds the letters that this leads to, None where they may go; outside ``hours``
    they wait until those begin.
    """
    opens_at = opening(now, hours)
    due = ladders.take_due(now.connection, today, _BATCH)
    stored = _still_climbing(now, due)
    quiet = answers.quiet(now.connection, list(stored))
    abouts = by_subjects(now.connection, {each.subject for each in stored.values()})
    contacts = contacts_by_owner(now.connection, abouts.values())
    above = overseeing(now.connection, abouts.values())
    looked: list[tuple[Key, Ladder, date | None]] = []
    plans: list[Plan] = []
    for key, found in due.items():
        matter = stored.get(key[0])
        if matter is None or matter.revision != key[1]:
            looked.append((key, found, None))
            continue
        ladder, until = found, quiet.get(matter.id)
        on = climbs_on(found, until, now.workdays)
        if on is not None and on <= today:
            people = _people(matter, abouts[matter.subject], contacts, above)
            ladder = climbed(found, today, [rung for rung, theirs in people.items() if theirs])
            if ladder.rung is not found.rung:
                tally.counts["climbed"] += 1
                plans += _letters(matter, ladder.rung, people[ladder.rung], held_in, opens_at)
        looked.append((key, ladder, next_look(ladder, until, now.workdays)))
    ladders.keep(now.connection, looked, today)
    planned = deliveries.plan(now.connection, plans, today, now.now)
    tally.counts["planned"] += planned if held_in is None else 0
    return len(due) == _BATCH


def _still_climbing(now: Moment, due: Mapping[Key, Ladder]) -> dict[int, Stored]:
    found = obligations.by_ids(now.connection, {id for id, _ in due})
    return {id: each for id, each in found.items() if each.obligation.closed is None}


def _people(
    stored: Stored, about: About, contacts: Mapping[Owner, Sequence[Contact]], above: Overseeing
) -> dict[Rung, list[Contact]]:
    """Who there is to tell on each rung; the director is told by the reminders, the unit by its list."""
    owner = owner_of(stored.obligation.holder, about)
    of_unit = contacts.get(owner_of(Holder.UNIT, about), ())
    found = {
        Rung.DIRECTOR: _directors(contacts.get(owner, ())),
        Rung.UNIT: [contact for contact in of_unit if contact.working],
    }
    return found | {rung: above.told(rung, about) for rung in OVERSEEING}


def _directors(contacts: Sequence[Contact]) -> list[Contact]:
    return [contact for contact in contacts if contact.working and contact.role is Role.DIRECTOR]


def _letters(
    stored: Stored, rung: Rung, people: Sequence[Contact], held_in: int | None, opens_at: datetime | None
) -> list[Plan]:
    if rung not in OVERSEEING:
        return []
    state = State.PLANNED if held_in is None else State.HELD
    about = (SUBJECT, stored.id, stored.revision, Purpose.ESCALATION, rung)
    return [Plan(*about, contact.id, state, held_in, not_before=opens_at) for contact in people]
