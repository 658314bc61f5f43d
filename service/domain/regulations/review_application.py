"""复核申请, Art. 17(4) and 18(6): to be applied for 3 months before the end of the 3-year validity.

Late is not lost: until validity ends the application can still be made; validity over with none recorded is
presumed lapsed. The advanced level's validity, review and what follows from missing it are its unit's own to set
(Art. 16(4)); where it has set no review, none is asked for.
"""

from collections.abc import Iterator

from service.domain.certification import Level
from service.domain.counting import Counting
from service.domain.lifecycle import Cycle, Life
from service.domain.obligation import Closed, Holder, Kind, Obligation
from service.domain.periods import backward

_ARTICLE = {Level.ADVANCED: "16(4)", Level.EXCELLENCE: "17(4)", Level.PIONEER: "18(6)"}


def derive(life: Life, counting: Counting) -> Iterator[Obligation]:
    """One for each validity period whose end is known, if a review is asked for before it."""
    article, months = _ARTICLE[life.level], life.terms.review_months_before
    for cycle in life.cycles:
        if cycle.end is not None and months is not None:
            occurrence = str(cycle.number)
            choices = counting.choices(Kind.REVIEW_APPLICATION, occurrence)
            lapses = life.terms.lapses
            dates = backward(cycle.end, months, article, counting.workdays, lapses=lapses, choices=choices)
            yield Obligation(
                Kind.REVIEW_APPLICATION, occurrence, article, Holder.ENTERPRISE, dates, _closed(life, cycle)
            )


def _closed(life: Life, cycle: Cycle) -> Closed | None:
    if cycle.failed_on is not None:
        return Closed.NOT_PASSED
    if cycle.applied_on is not None:
        return Closed.FILED
    return Closed.CANCELLED if life.cancelled_on is not None else None
