"""A matter as pages show it: where it stands, how its days came about, and what was last answered about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.answer import Answer
from service.domain.obligation import INFORMATION, Holder
from service.domain.visitors import VisitorRole
from service.flows.desk import Moment
from service.flows.filing import can
from service.flows.matters import About, matter_of
from service.letters.articles import cite
from service.letters.explanation import explain
from service.letters.letter import Matter
from service.letters.standing import Standing, standing
from service.letters.status import status
from service.letters.words import WORDS
from service.store import answers
from service.store.answers import Answered
from service.store.obligations import Stored
from service.store.subjects import by_subjects
from service.web.asked import Asked
from service.web.climbing import Climb, climbing
from service.web.page import KEEPERS

_TONES = {Standing.SUGGESTED_PASSED: "warn", Standing.TODAY: "warn"}


@dataclass(frozen=True)
class Shown:
    """Its title, where it stands, and a sentence for each step of its dates.

    ``answered`` is what was last said of it; ``answers`` whether the one who asks can answer for it, and ``files``
    whether they can record that it was done. ``ladder`` is None where it has begun none.
    """

    stored: Stored
    matter: Matter
    title: str
    status: str
    tone: str
    explained: Sequence[str]
    cited: str
    answered: Answered | None
    answers: bool
    files: bool
    ladder: Climb | None


def shown_matters(asked: Asked, now: Moment, stored: Sequence[Stored]) -> list[Shown]:
    """These matters, which were found within the scope before, in their order."""
    abouts = by_subjects(now.connection, {each.subject for each in stored})
    said, ladders = answers.of_obligations(now.connection, [each.id for each in stored]), climbing(asked, now, stored)
    return [
        _shown(asked, now, each, abouts[each.subject], next(iter(said.get(each.id, ())), None), ladders.get(each.id))
        for each in stored
    ]


def _shown(
    asked: Asked, now: Moment, stored: Stored, about: About, answered: Answered | None, ladder: Climb | None
) -> Shown:
    matter, words = matter_of(now, stored, about), WORDS[asked.language]
    stands, kind = standing(matter, asked.today), stored.obligation.kind
    late = stands in (Standing.STATUTORY_PASSED, Standing.ENDED) and kind not in INFORMATION
    is_theirs = asked.visitor.role is VisitorRole.CONTACT and stored.obligation.holder is Holder.ENTERPRISE
    return Shown(
        stored=stored,
        matter=matter,
        title=words.title_of(matter),
        status=status(matter, asked.today, asked.language),
        tone="wait" if matter.pending else "bad" if late else _TONES.get(stands, "calm"),
        explained=explain(matter.dates.trace, asked.language),
        cited=cite(matter.article, asked.language),
        answered=answered,
        answers=is_theirs and bool(can(stored)),
        files=asked.visitor.role in KEEPERS and Answer.FILED in can(stored),
        ladder=ladder,
    )
