"""Findings: what cannot be reminded, or not surely, and whose it is to mend."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service.domain.certification import Level
from service.domain.corrections import corrected
from service.domain.lifecycle import Demand, Event, Life, Phase
from service.domain.obligation import Kind


class Code(StrEnum):
    """What is found; docs/operating.md says of each what it means and how to mend it."""

    NO_ADDRESS = "no_address"
    ADDRESS_HELD_BACK = "address_held_back"
    VALIDITY_NOT_SET = "validity_not_set"
    REVIEW_NOT_SET = "review_not_set"
    ANNUAL_REPORT_NOT_SET = "annual_report_not_set"
    CULTIVATION_END_UNKNOWN = "cultivation_end_unknown"
    REPLY_DAY_UNKNOWN = "reply_day_unknown"
    LAPSED_UNDECIDED = "lapsed_undecided"
    RESULT_AWAITED = "result_awaited"
    PLAN_FINISHED = "plan_finished"
    RUNG_EMPTY = "rung_empty"
    UNIT_MISSING = "unit_missing"
    UNIDENTIFIED = "unidentified"
    POSSIBLY_SAME = "possibly_same"
    DATE_AHEAD = "date_ahead"
    OVERRIDDEN = "overridden"
    YEAR_NOT_ANNOUNCED = "year_not_announced"
    UNWATCHED = "unwatched"


class Whose(StrEnum):
    """Whose findings are asked for: everybody's, any recommending unit's, or those of whoever runs Duban."""

    ANYONE = "anyone"
    UNIT = "unit"
    OPS = "ops"


@dataclass(frozen=True)
class Finding:
    """One finding, without anybody's name or address.

    ``owner`` is the unit whose it is to mend, or ``ops``; None where it adds up the rest of a code, which may be
    several's. ``unit`` and ``enterprise`` are names; ``certification`` is None where it concerns several or none, and
    so is ``kind``. ``count``: how many matters, factories or addresses it concerns.
    """

    code: Code
    owner: str | None
    certification: int | None
    unit: str | None
    enterprise: str | None
    kind: Kind | None
    count: int
    message: str


def lacks_validity(life: Life) -> bool:
    """Whether it is listed at the advanced level and nobody has set how long that lasts (Art. 16(4))."""
    in_validity = life.phase in (Phase.VALID, Phase.REVIEW_PENDING)
    return life.level is Level.ADVANCED and in_validity and life.cycles[-1].end is None


def lacks_cultivation_end(life: Life) -> bool:
    """Whether its cultivation goes on and nobody has said until when (Art. 18(3))."""
    return life.phase is Phase.CULTIVATING and life.cultivation is not None and life.cultivation.end is None


def without_day(life: Life) -> list[tuple[Kind, Demand]]:
    """The inquiries and orders to rectify that wait for an answer and name no day for it (Art. 21)."""
    if life.phase is Phase.CANCELLED:
        return []
    demands = [(Kind.INQUIRY_REPLY, each) for each in life.inquiries]
    demands += [(Kind.RECTIFICATION, each) for each in life.rectifications]
    return [(kind, demand) for kind, demand in demands if demand.until is None and not demand.met]


def ahead(log: Iterable[Event], today: date) -> list[Event]:
    """The events of a log, as corrected, that are dated after ``today``, the first of them first."""
    dated = [(event.on, event) for event in corrected(list(log)) if event.on is not None and event.on > today]
    return [event for _, event in sorted(dated, key=lambda pair: pair[0])]
