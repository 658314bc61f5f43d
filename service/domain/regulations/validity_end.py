"""有效期届满, Art. 16(4), 17(4) and 18(6): a milestone, told on its day.

Validity over while a review is pending: the text does not cancel it, so it stays under watch.
"""

from collections.abc import Iterator

from service.domain.certification import Level
from service.domain.counting import Counting
from service.domain.lifecycle import Cycle, Life
from service.domain.obligation import Closed, Holder, Kind, Obligation
from service.domain.periods import milestone

_ARTICLE = {Level.ADVANCED: "16(4)", Level.EXCELLENCE: "17(4)", Level.PIONEER: "18(6)"}


def derive(life: Life, counting: Counting) -> Iterator[Obligation]:
    """One for each validity period whose end is known."""
    for cycle in life.cycles:
        if cycle.end is not None:
            closed = _closed(life, cycle)
            dates = milestone(cycle.end, counting.workdays, lapses=life.terms.lapses)
            pending = closed is None and cycle.applied_on is not None
            yield Obligation(
                Kind.VALIDITY_END, str(cycle.number), _ARTICLE[life.level], Holder.ENTERPRISE, dates, closed, pending
            )


def _closed(life: Life, cycle: Cycle) -> Closed | None:
    if cycle is not life.cycles[-1]:
        return Closed.RENEWED
    if cycle.failed_on is not None:
        return Closed.NOT_PASSED
    return Closed.CANCELLED if life.cancelled_on is not None else None
