"""可再次申报, Art. 20 and 21: after a cancellation that carries a ban, "at least 3 years" after the decision.

An earliest date, told once on its day, for information. A mere lapse, or a review that was not passed, carries no ban
(Art. 17(4), 18(6)), and nothing is said of one.
"""

from collections.abc import Iterator

from service.domain.counting import Counting
from service.domain.lifecycle import Cause, Life
from service.domain.obligation import Holder, Kind, Obligation
from service.domain.terms import opening

BAN_MONTHS = 36
BANS = {Cause.ACCIDENT: "20", Cause.VIOLATION: "20", Cause.FALSIFICATION: "20", Cause.NO_REPLY: "21"}


def derive(life: Life, counting: Counting) -> Iterator[Obligation]:
    """One for a cancellation whose cause carries the ban; nothing closes it."""
    article = None if life.cancelled_for is None else BANS.get(life.cancelled_for)
    if article is not None and life.cancelled_on is not None:
        dates = opening(life.cancelled_on, BAN_MONTHS, article, counting.workdays)
        yield Obligation(Kind.REAPPLICATION_OPENS, "0", article, Holder.ENTERPRISE, dates)
