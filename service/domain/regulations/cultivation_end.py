"""培育期届满, Art. 18(3): a milestone, told on its day; after it the cultivation has overrun."""

from collections.abc import Iterator

from service.domain.counting import Counting
from service.domain.lifecycle import Life
from service.domain.obligation import Closed, Holder, Kind, Obligation
from service.domain.periods import milestone

_ARTICLE = "18(3)"


def derive(life: Life, counting: Counting) -> Iterator[Obligation]:
    """One for a cultivation period whose end is known."""
    cultivation = life.cultivation
    if cultivation is None or cultivation.end is None:
        return
    closed = None
    if cultivation.over:
        closed = Closed.ENDED
    elif life.cancelled_on is not None:
        closed = Closed.CANCELLED
    dates = milestone(cultivation.end, counting.workdays, lapses=False)
    pending = closed is None and cultivation.applied_on is not None
    yield Obligation(Kind.CULTIVATION_END, "0", _ARTICLE, Holder.ENTERPRISE, dates, closed, pending)
