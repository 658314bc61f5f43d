"""验收申请, Art. 18(5): to be handed to the recommending unit 3 months before the cultivation period ends.

The text states no consequence of missing it, so none is said. Without a known end no date is guessed.
"""

from collections.abc import Iterator

from service.domain.counting import Counting
from service.domain.lifecycle import Cultivation, Life
from service.domain.obligation import Closed, Holder, Kind, Obligation
from service.domain.periods import backward

_MONTHS_BEFORE = 3
_ARTICLE = "18(5)"


def derive(life: Life, counting: Counting) -> Iterator[Obligation]:
    """One for a cultivation period whose end is known."""
    cultivation = life.cultivation
    if cultivation is not None and cultivation.end is not None:
        choices = counting.choices(Kind.ACCEPTANCE_APPLICATION, "0")
        dates = backward(cultivation.end, _MONTHS_BEFORE, _ARTICLE, counting.workdays, lapses=False, choices=choices)
        yield Obligation(
            Kind.ACCEPTANCE_APPLICATION, "0", _ARTICLE, Holder.ENTERPRISE, dates, _closed(life, cultivation)
        )


def _closed(life: Life, cultivation: Cultivation) -> Closed | None:
    if cultivation.applied_on is not None:
        return Closed.FILED
    if cultivation.over:
        return Closed.ENDED
    return Closed.CANCELLED if life.cancelled_on is not None else None
