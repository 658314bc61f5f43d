"""核实回复, Art. 21: whoever receives a report inquires of the enterprise, which is to reply as the inquiry asks.

Not replying as asked may lead to an order to rectify or, in a grave case, to cancellation and a ban of at least 3
years. The day is the one that the inquiry names; where it names none, none is guessed.
"""

from collections.abc import Iterator

from service.domain.counting import Counting
from service.domain.lifecycle import Life
from service.domain.obligation import Holder, Kind, Obligation, answered
from service.domain.terms import fixed

_ARTICLE = "21"


def derive(life: Life, counting: Counting) -> Iterator[Obligation]:
    """One for each inquiry that names a day, told apart by the day on which it was received."""
    for inquiry in life.inquiries:
        if inquiry.until is not None:
            closed = answered(done=inquiry.met, cancelled=life.cancelled_on is not None)
            occurrence = str(inquiry.on)
            choices = counting.choices(Kind.INQUIRY_REPLY, occurrence)
            dates = fixed(inquiry.until, inquiry.on, _ARTICLE, counting.workdays, choices)
            yield Obligation(Kind.INQUIRY_REPLY, occurrence, _ARTICLE, Holder.ENTERPRISE, dates, closed)
