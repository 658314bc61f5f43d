"""重大变化备案, Art. 19: a major change within validity is to be filed within 3 months.

Late is still to be filed: it never closes by itself.
"""

from collections.abc import Iterator

from service.domain.lifecycle import Life
from service.domain.obligation import Holder, Kind, Obligation, answered
from service.domain.periods import forward
from service.domain.workdays import Workdays

_MONTHS = 3
_ARTICLE = "19"


def derive(life: Life, workdays: Workdays) -> Iterator[Obligation]:
    """One for each major change, told apart by the day of the change."""
    for change in life.changes:
        closed = answered(done=change.filed_on is not None, cancelled=life.cancelled_on is not None)
        dates = forward(change.on, _MONTHS, _ARTICLE, workdays)
        yield Obligation(Kind.MAJOR_CHANGE_FILING, str(change.on), _ARTICLE, Holder.ENTERPRISE, dates, closed)
