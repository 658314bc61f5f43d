"""年度报送, Art. 9(4) and 10(4): the unit reports each year; a central group copies SASAC.

The text names no date: it is the one that the unit has set, and where it has set none, none is guessed.
"""

from collections.abc import Iterator

from service.domain.choices import IN_FORCE
from service.domain.counting import Counting
from service.domain.duties import Duties
from service.domain.obligation import Holder, Kind, Obligation, answered
from service.domain.periods import Rule
from service.domain.terms import fixed
from service.domain.unit_rules import annual_report

_ARTICLE = "9(4), 10(4)"


def derive(duties: Duties, counting: Counting) -> Iterator[Obligation]:
    """One for each calendar year in which a day of the unit's own falls, since the regulation is in force."""
    for year in range(IN_FORCE.year, duties.until_year + 1):
        found = annual_report(duties.rules, year)
        if found is None or found[0] < IN_FORCE:
            continue
        day, rule = found
        occurrence = str(year)
        choices = counting.choices(Kind.ANNUAL_REPORT, occurrence)
        dates = fixed(day, None, _ARTICLE, counting.workdays, choices, rule=Rule.UNITS_DAY, said=rule.basis)
        closed = answered(done=(Kind.ANNUAL_REPORT, occurrence) in duties.done, cancelled=False)
        yield Obligation(Kind.ANNUAL_REPORT, occurrence, _ARTICLE, Holder.UNIT, dates, closed)
