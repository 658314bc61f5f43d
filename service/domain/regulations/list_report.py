"""名单报送, Art. 16(3): the unit reports each advanced list that it publishes; a central group copies SASAC.

The text sets no period. [policy] so many working days, 20 by default, counted from the day after the list. Lists
published before the regulation was in force owe no report under it (Art. 27).
"""

from collections.abc import Iterator

from service.domain.choices import IN_FORCE
from service.domain.counting import Counting
from service.domain.duties import Duties
from service.domain.obligation import Holder, Kind, Obligation, answered
from service.domain.terms import within_working_days

_ARTICLE = "16(3)"


def derive(duties: Duties, counting: Counting) -> Iterator[Obligation]:
    """One for each day on which the unit published advanced factories."""
    for listed_on in duties.lists:
        if listed_on >= IN_FORCE:
            occurrence = str(listed_on)
            number = counting.choices(Kind.LIST_REPORT, occurrence).working_days
            dates = within_working_days(listed_on, number, counting.workdays)
            closed = answered(done=(Kind.LIST_REPORT, occurrence) in duties.done, cancelled=False)
            yield Obligation(Kind.LIST_REPORT, occurrence, _ARTICLE, Holder.UNIT, dates, closed)
