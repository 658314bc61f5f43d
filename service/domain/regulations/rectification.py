"""整改, Art. 21: ordered where an inquiry was not answered as asked, or falsification was found.

The text states no consequence of missing its day, so none is said. Where the order names no day, none is guessed.
"""

from collections.abc import Iterator

from service.domain.counting import Counting
from service.domain.lifecycle import Life
from service.domain.obligation import Holder, Kind, Obligation, answered
from service.domain.terms import fixed

_ARTICLE = "21"


def derive(life: Life, counting: Counting) -> Iterator[Obligation]:
    """One for each order that names a day, told apart by the day on which it was given."""
    for order in life.rectifications:
        if order.until is not None:
            closed = answered(done=order.met, cancelled=life.cancelled_on is not None)
            occurrence = str(order.on)
            choices = counting.choices(Kind.RECTIFICATION, occurrence)
            dates = fixed(order.until, order.on, _ARTICLE, counting.workdays, choices)
            yield Obligation(Kind.RECTIFICATION, occurrence, _ARTICLE, Holder.ENTERPRISE, dates, closed)
