"""The people of an import that is taken back: those it added go, those it changed are who they were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.people import OwnerKind
from service.flows.desk import Moment
from service.store import intakes, obligations, people, undoing
from service.store.intakes import Change, On


@dataclass(frozen=True)
class Untied:
    """How many were ``removed``, ``held_back`` since letters went to them, and ``restored``; and who was ``left``."""

    removed: int
    held_back: int
    restored: int
    left: list[int]


def untie(now: Moment, id: int, at: datetime, changes: Sequence[Change]) -> Untied:
    """Let an import's people go, and the next scan look at their owners' matters anew.

    Who was written to stays on record, held back and signed out: what went to them is about somebody.
    """
    connection = now.connection
    since = intakes.changed_since(connection, id, On.CONTACT, [each.id for each in changes], at)
    added = [each.id for each in changes if each.added and each.id not in since]
    changed = [each for each in changes if not each.added and each.id not in since]
    known = people.contacts_by_ids(connection, [*added, *(each.id for each in changed)])
    back, left = undoing.contacts_back(connection, changed)
    removed, held_back = undoing.remove_contacts(connection, [each for each in added if each in known])
    for kind in OwnerKind:
        touched = {known[each].owner_id for each in (*removed, *held_back, *back) if known[each].owner_kind is kind}
        obligations.look_again(connection, kind, touched)
    return Untied(len(removed), len(held_back), len(back), sorted({*left, *since}))
