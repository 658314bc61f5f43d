"""Why X was not mailed: what is on record of a certification, put before the rules that answer."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.certification import Certification
from service.domain.obligation import MILESTONES, SubjectKind
from service.domain.people import Contact, owner_of
from service.domain.plan import stages
from service.domain.visitors import Scope
from service.domain.why import MatterOnRecord, Reason, has_owner, of_certification, of_matter
from service.flows.desk import Desk, Moment, looking
from service.flows.grounds import lives_of
from service.flows.matters import choices_of, contacts_by_owner
from service.store import obligations
from service.store.console.certification_page import LetterAbout, letters, one
from service.store.obligations import Stored

_LETTERS = 500


@dataclass(frozen=True)
class Answered:
    """A matter with its reasons."""

    stored: Stored
    reasons: Sequence[Reason]

    @property
    def milestone(self) -> bool:
        """Whether its day is one on which something ends or opens, and none to act by."""
        return self.stored.obligation.kind in MILESTONES


@dataclass(frozen=True)
class Why:
    """The answer for a certification: what is of it as a whole, and of each matter; ``contacts`` names the people."""

    about: Certification
    reasons: Sequence[Reason]
    matters: Sequence[Answered]
    contacts: dict[int, Contact]


def why(desk: Desk, scope: Scope, id: int, today: date) -> Why | None:
    """Why a certification's letters went or did not; None where there is none of this number within the scope."""
    with looking(desk) as now:
        about = one(now.connection, scope, id)
        if about is None:
            return None
        stored = obligations.of_subjects(now.connection, SubjectKind.CERTIFICATION, [id]).get(id, [])
        people = contacts_by_owner(now.connection, [about])
        about_it: dict[int, list[LetterAbout]] = defaultdict(list)
        for letter in letters(now.connection, scope, [each.id for each in stored], _LETTERS):
            about_it[letter.obligation_id].append(letter)
        matters = []
        for each in stored:
            theirs = people.get(owner_of(each.obligation.holder, about), [])
            known = _known(now, each, about, theirs, about_it[each.id])
            matters.append(Answered(each, of_matter(known, today, now.now)))
        life = lives_of(now, [id])[id]
    still_open = sum(each.obligation.closed is None for each in stored)
    everybody = {contact.id: contact for theirs in people.values() for contact in theirs}
    ordered = sorted(matters, key=lambda each: each.stored.obligation.closed is not None)
    return Why(about, of_certification(about, life, still_open), ordered, everybody)


def _known(
    now: Moment, stored: Stored, about: Certification, contacts: Sequence[Contact], about_it: Sequence[LetterAbout]
) -> MatterOnRecord:
    obligation = stored.obligation
    plan = choices_of(now, stored, about).plan
    return MatterOnRecord(
        obligation,
        stored.check_on,
        stored.idle,
        stages(obligation.kind, obligation.dates, plan, now.workdays) if obligation.closed is None else [],
        contacts,
        has_owner(obligation, about),
        [each.letter for each in about_it],
    )
