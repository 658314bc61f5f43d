"""年度申报, Art. 7(2), 15, 17(1) and 18(1): by the dates of the yearly notice, or by its unit's own earlier day.

Nobody has to apply (Art. 11(2)): who holds the level below is told of the day, nothing follows from missing it, and
with the day the matter is over. The unit recommends by the notice's own day (Art. 17(2), where a central group copies
SASAC, and 18(2)), and that stays its duty until it is recorded as done.
"""

from collections.abc import Iterator
from datetime import date

from service.domain.certification import Level
from service.domain.counting import Counting
from service.domain.duties import Duties
from service.domain.lifecycle import Life, Phase
from service.domain.obligation import Holder, Kind, Obligation, answered
from service.domain.periods import add_months
from service.domain.regulations.reapplication_opens import BAN_MONTHS, BANS
from service.domain.rounds import FROM, Round
from service.domain.terms import fixed

_APPLYING = {Level.EXCELLENCE: "17(1)", Level.PIONEER: "18(1)"}
_RECOMMENDING = {Level.EXCELLENCE: "17(2)", Level.PIONEER: "18(2)"}
_MAY_APPLY_AGAIN = (Phase.ACCEPTANCE_FAILED, Phase.REVIEW_FAILED)


def derive(life: Life, counting: Counting) -> Iterator[Obligation]:
    """One for each of the rounds open to the factory, while it holds the level below."""
    for round in counting.rounds:
        if FROM[round.level] is life.level and _holds_its_level(life, round):
            choices = counting.choices(Kind.ANNUAL_ROUND, round.occurrence)
            article = _APPLYING[round.level]
            dates = fixed(round.last_day, round.announced_on, article, counting.workdays, choices, said=round.notice)
            closed = answered(done=False, cancelled=life.cancelled_on is not None)
            yield Obligation(Kind.ANNUAL_ROUND, round.occurrence, article, Holder.ENTERPRISE, dates, closed)


def is_over(obligation: Obligation, today: date) -> bool:
    """Whether this is an enterprise's application in a round whose day has passed, with which nothing is left to do."""
    ends_by_itself = obligation.kind is Kind.ANNUAL_ROUND and obligation.holder is Holder.ENTERPRISE
    return ends_by_itself and obligation.dates.due_on < today


def stands_in_the_way(higher: Life, round: Round) -> bool:
    """Whether the factory's life at the level of a round or above leaves nothing to apply for, or forbids it.

    A cancellation frees it for what can still be applied for after it, unless it carries a ban (Art. 20, 21).
    """
    if higher.cancelled_on is not None:
        banned = higher.cancelled_for in BANS and add_months(higher.cancelled_on, BAN_MONTHS) >= round.last_day
        return banned or higher.cancelled_on > round.last_day
    return higher.phase not in _MAY_APPLY_AGAIN


def derive_unit(duties: Duties, counting: Counting) -> Iterator[Obligation]:
    """One for each round: the unit's own recommendation."""
    for round in duties.rounds:
        choices = counting.choices(Kind.ANNUAL_ROUND, round.occurrence)
        article = _RECOMMENDING[round.level]
        dates = fixed(round.recommend_by, round.announced_on, article, counting.workdays, choices, said=round.notice)
        closed = answered(done=(Kind.ANNUAL_ROUND, round.occurrence) in duties.done, cancelled=False)
        yield Obligation(Kind.ANNUAL_ROUND, round.occurrence, article, Holder.UNIT, dates, closed)


def _holds_its_level(life: Life, round: Round) -> bool:
    """Listed by the last day, not failed, and within validity when the round was announced.

    An end that nobody has set is none, and one that has passed while a review is pending does not count yet.
    """
    if not life.cycles or life.phase is Phase.REVIEW_FAILED:
        return False
    listed_on, cycle = life.stated.listed_on, life.cycles[-1]
    listed_too_late = listed_on is not None and listed_on > round.last_day
    over = cycle.end is not None and cycle.end.ends_on < round.announced_on and cycle.applied_on is None
    cancelled_before = life.cancelled_on is not None and life.cancelled_on <= round.announced_on
    return not (listed_too_late or over or cancelled_before)
