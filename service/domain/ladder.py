"""The ladder 督办阶梯: who comes to know of a matter, one after the other, while nobody answers about it.

[policy] Which rungs there are and how long silence lasts before the next is the policy's, and frozen when the ladder of
a matter begins. Invariants: a ladder only rises; it never rises on a day that an answer keeps quiet.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from service.domain.certification import UnitKind
from service.domain.obligation import MILESTONES, Holder, Kind, Obligation
from service.domain.rungs import PLACE, Rung
from service.domain.workdays import Workdays

_OF_ENTERPRISES: Final = frozenset({Rung.DIRECTOR, Rung.UNIT, Rung.CITY, Rung.PROVINCE, Rung.MINISTRY})
_OF_UNITS: Final = frozenset({Rung.DIRECTOR, Rung.MINISTRY})
_COPIED: Final = {Kind.ANNUAL_REPORT: "10(4)", Kind.LIST_REPORT: "16(3)", Kind.ANNUAL_ROUND: "17(2)"}
"""What a central group copies to SASAC, and where the regulation says so."""


@dataclass(frozen=True)
class Ladder:
    """The ladder of one matter: its rungs above the handler and its grace (working days of silence) as frozen.

    ``rung`` is reached ``since`` a day; ``passed`` are the rungs where there was nobody to tell.
    """

    rungs: tuple[Rung, ...]
    grace: int
    rung: Rung
    since: date
    passed: tuple[Rung, ...] = ()

    @property
    def above(self) -> tuple[Rung, ...]:
        """The rungs that are left."""
        return tuple(rung for rung in self.rungs if PLACE[rung] > PLACE[self.rung])

    @property
    def stuck(self) -> bool:
        """Whether there was nobody to tell on any of these."""
        return bool(self.above) and set(self.above) <= set(self.passed)

    def came_to(self, rung: Rung) -> bool:
        """Whether it has come as far as a rung, or past it."""
        return PLACE[self.rung] >= PLACE[rung] or rung in self.passed


def rungs_of(matter: Obligation, unit_kind: UnitKind | None, chosen: Sequence[Rung]) -> tuple[Rung, ...]:
    """Those of the ``chosen`` rungs that a matter climbs; none where nobody is to be chased for it.

    A unit's own duty is chased by no unit, and goes on to the ministry, which it is owed to. SASAC is copied where an
    article says so, of a central group's own reports alone (Art. 10(4), 16(3), 17(2)).
    """
    if matter.kind in MILESTONES or (matter.kind is Kind.ANNUAL_ROUND and matter.holder is Holder.ENTERPRISE):
        return ()
    if matter.holder is Holder.ENTERPRISE:
        climbed = _OF_ENTERPRISES
    else:
        climbed = _OF_UNITS | {Rung.SASAC} if _is_copied(matter, unit_kind) else _OF_UNITS
    return tuple(rung for rung in chosen if rung in climbed)


def _is_copied(matter: Obligation, unit_kind: UnitKind | None) -> bool:
    article = _COPIED.get(matter.kind)
    return unit_kind is UnitKind.CENTRAL_GROUP and article is not None and article in matter.article


def begun(rungs: tuple[Rung, ...], grace: int, today: date, *, has_director: bool) -> Ladder:
    """A ladder that begins ``today``, when reminders go to the director too: on that rung, if there is such a person.

    Where there is none the handler keeps the one grace before the next rung.
    """
    ladder = Ladder(rungs, grace, Rung.HANDLER, today)
    if Rung.DIRECTOR not in rungs:
        return ladder
    return replace(ladder, rung=Rung.DIRECTOR) if has_director else replace(ladder, passed=(Rung.DIRECTOR,))


def climbs_on(ladder: Ladder, quiet_until: date | None, workdays: Workdays) -> date | None:
    """The day on which it rises, if nobody answers: so many working days after its rung was reached; None at the top.

    An answer ends the silence: it counts anew after the last day that the answer keeps quiet.
    """
    if not ladder.above:
        return None
    return workdays.nth_after(max(ladder.since, quiet_until or ladder.since), ladder.grace).day


def climbed(ladder: Ladder, today: date, manned: Collection[Rung]) -> Ladder:
    """The ladder risen to the next rung where there is somebody to tell; it stays where there is none at all.

    One rung, however long it has been due: after days without a scan nobody is told before those below have had
    their grace.
    """
    empty = list(ladder.passed)
    for rung in ladder.above:
        if rung in manned:
            passed = tuple(each for each in empty if each is not rung)
            return replace(ladder, rung=rung, since=today, passed=passed)
        if rung not in empty:
            empty.append(rung)
    return replace(ladder, passed=tuple(empty))


def next_look(ladder: Ladder, quiet_until: date | None, workdays: Workdays) -> date | None:
    """When to look at it next; None at the top, and where there is nobody above: then with the next reminder."""
    return None if ladder.stuck else climbs_on(ladder, quiet_until, workdays)
