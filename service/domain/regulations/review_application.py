"""复核申请, Art. 17(4) and 18(6): to be applied for 3 months before the end of the 3-year validity.

Late is not lost: until validity ends the application can still be made; validity over with none recorded is
presumed lapsed. The advanced level's validity and review are its unit's own to set (Art. 16(4)).
"""

from collections.abc import Iterator

from service.domain.certification import Level
from service.domain.lifecycle import Cycle, Life
from service.domain.obligation import Closed, Holder, Kind, Obligation
from service.domain.periods import backward
from service.domain.workdays import Workdays

_MONTHS_BEFORE = 3
_ARTICLE = {Level.EXCELLENCE: "17(4)", Level.PIONEER: "18(6)"}


def derive(life: Life, workdays: Workdays) -> Iterator[Obligation]:
    """One for each validity period whose end is known."""
    article = _ARTICLE.get(life.level)
    if article is None:
        return
    for cycle in life.cycles:
        if cycle.end is not None:
            dates = backward(cycle.end, _MONTHS_BEFORE, article, workdays, lapses=True)
            yield Obligation(
                Kind.REVIEW_APPLICATION, str(cycle.number), article, Holder.ENTERPRISE, dates, _closed(life, cycle)
            )


def _closed(life: Life, cycle: Cycle) -> Closed | None:
    if cycle.failed_on is not None:
        return Closed.NOT_PASSED
    if cycle.applied_on is not None:
        return Closed.FILED
    return Closed.CANCELLED if life.cancelled_on is not None else None
