"""重大变化备案, Art. 19: a major change within validity is to be filed within 3 months.

Late is still to be filed: it never closes by itself.
"""

from collections.abc import Iterator

from service.domain.counting import Counting
from service.domain.lifecycle import Life
from service.domain.obligation import Holder, Kind, Obligation, answered
from service.domain.periods import forward

_MONTHS = 3
_ARTICLE = "19"


def derive(life: Life, counting: Counting) -> Iterator[Obligation]:
    """One for each major change, told apart by the day of the change."""
    for change in life.changes:
        closed = answered(done=change.filed_on is not None, cancelled=life.cancelled_on is not None)
        occurrence = str(change.on)
        choices = counting.choices(Kind.MAJOR_CHANGE_FILING, occurrence)
        dates = forward(change.on, _MONTHS, _ARTICLE, counting.workdays, choices)
        yield Obligation(Kind.MAJOR_CHANGE_FILING, occurrence, _ARTICLE, Holder.ENTERPRISE, dates, closed)
