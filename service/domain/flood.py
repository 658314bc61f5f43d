"""The flood guard: a day that would send far more letters than is usual waits for a person, its near deadlines apart.

An import of the wrong sheet, or the first scan after weeks without one, must not write to thousands by itself. What is
due soon must not wait for a person either: it goes first, within the same bound, no stage of it crowded out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_NEAR = timedelta(days=30)


@dataclass(frozen=True)
class Flood:
    """More than ``letters`` and more than ``factor`` times the usual day is a flood; 0 letters: no guard."""

    letters: int = 500
    factor: int = 5

    def bound(self, usual: float) -> int | None:
        """How many letters a day may have without a person's word; None without a guard."""
        return max(self.letters, int(self.factor * usual)) if self.letters else None


DEFAULT_GUARD = Flood()
NO_GUARD = Flood(letters=0)


def near_until(today: date) -> date:
    """The last safe day of what does not wait for a person."""
    return today + _NEAR


def shares(waiting: Mapping[str, int], budget: int) -> dict[str, int]:
    """How many letters of each stage may go: an equal share for each, what one leaves is for the others."""
    given = dict.fromkeys(waiting, 0)
    left = max(budget, 0)
    open_stages = [stage for stage, count in waiting.items() if count]
    while left and open_stages:
        share = max(left // len(open_stages), 1)
        for stage in open_stages[:left]:
            more = min(share, waiting[stage] - given[stage], left)
            given[stage] += more
            left -= more
        open_stages = [stage for stage in open_stages if given[stage] < waiting[stage]]
    return given
