"""初验, Art. 18(5): the recommending unit's own matter, once an application for acceptance has reached it.

The text sets no period. [policy] 20 working days, counted from the day after the application.
"""

from collections.abc import Iterator

from service.domain.lifecycle import Life
from service.domain.obligation import Holder, Kind, Obligation, answered
from service.domain.terms import within_working_days
from service.domain.workdays import Workdays

_WORKING_DAYS = 20
_ARTICLE = "18(5)"


def derive(life: Life, workdays: Workdays) -> Iterator[Obligation]:
    """One for each application for acceptance, told apart by its day."""
    for application in life.acceptances:
        closed = answered(done=application.met, cancelled=life.cancelled_on is not None)
        dates = within_working_days(application.on, _WORKING_DAYS, workdays)
        yield Obligation(Kind.PRELIMINARY_ACCEPTANCE, str(application.on), _ARTICLE, Holder.UNIT, dates, closed)
