"""初验, Art. 18(5): the recommending unit's own matter, once an application for acceptance has reached it.

The text sets no period. [policy] so many working days, 20 by default, counted from the day after the application.
"""

from collections.abc import Iterator

from service.domain.counting import Counting
from service.domain.lifecycle import Life
from service.domain.obligation import Holder, Kind, Obligation, answered
from service.domain.terms import within_working_days

_ARTICLE = "18(5)"


def derive(life: Life, counting: Counting) -> Iterator[Obligation]:
    """One for each application for acceptance, told apart by its day."""
    for application in life.acceptances:
        closed = answered(done=application.met, cancelled=life.cancelled_on is not None)
        occurrence = str(application.on)
        number = counting.choices(Kind.PRELIMINARY_ACCEPTANCE, occurrence).working_days
        dates = within_working_days(application.on, number, counting.workdays)
        yield Obligation(Kind.PRELIMINARY_ACCEPTANCE, occurrence, _ARTICLE, Holder.UNIT, dates, closed)
