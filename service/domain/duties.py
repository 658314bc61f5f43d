"""What a recommending unit has to do itself, apart from any one factory (Art. 9, 10, 16, 17, 18)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from service.domain.obligation import Kind
from service.domain.rounds import Round
from service.domain.unit_rules import UnitRule


@dataclass(frozen=True)
class Duties:
    """What a unit's duties follow from.

    ``lists`` are the days on which it published advanced factories; ``until_year`` the last calendar year whose
    report is looked ahead to; ``done`` the day of each duty that it has done, by kind and occurrence.
    """

    lists: tuple[date, ...] = ()
    rules: tuple[UnitRule, ...] = ()
    rounds: tuple[Round, ...] = ()
    until_year: int = 0
    done: Mapping[tuple[Kind, str], date] = field(default_factory=dict)
