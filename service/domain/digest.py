"""One letter for several matters 汇总: which of a reader's letters go together, which alone, which tomorrow [policy].

Invariant: whatever is urgent goes on its day, and what was on the wire once goes again as it was: a relay that has it
already would drop what had come in with it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil

from service.domain.errors import RequestRefused
from service.domain.workdays import Workdays

TOGETHER = 60
"""So many matters go in one letter: mail programs cut what is much longer."""

_HOUR = r"((?:[01][0-9]|2[0-3]):[0-5][0-9])"
_QUIET = re.compile(f"{_HOUR}-{_HOUR}")

NEAR = timedelta(days=7)
"""A safe day that is no further away is near, and so is one that is past."""

LETTERS_A_DAY = 5
"""So many letters a day are enough for one reader; 0: as many as there are."""


def urgent_until(today: date, workdays: Workdays) -> date:
    """The last safe day of which a reminder of ``today`` is urgent: what is near by the next working day, on which a
    letter would go that waited. RequestRefused beyond the working-day table."""
    return workdays.nth_after(today, 1).day + NEAR


@dataclass(frozen=True)
class Waiting:
    """A letter about a matter that is about to go, by its delivery's id.

    ``reader`` is the mailbox that it goes to. ``before`` is the letter that it was in when it was first begun: that of
    a digest, or its own; None where it was not begun yet.
    """

    id: int
    reader: str
    urgent: bool
    before: int | None


@dataclass(frozen=True)
class Gathered:
    """The ids of each letter that goes now, the first of them its number; and those that wait for tomorrow."""

    letters: tuple[tuple[int, ...], ...]
    tomorrow: tuple[int, ...]


def gather(waiting: Sequence[Waiting], gone: Mapping[str, int], most: int) -> Gathered:
    """Who gets which letters: the urgent matters one each and the others in one, at most so many a day.

    ``gone`` is how many each reader has had today. Where the urgent would be too many they go in one; the others wait
    for tomorrow once today has had its letters.
    """
    begun: dict[tuple[int, str], list[int]] = defaultdict(list)
    fresh: dict[str, list[Waiting]] = defaultdict(list)
    for each in waiting:
        if each.before is None:
            fresh[each.reader].append(each)
        else:
            begun[each.before, each.reader].append(each.id)
    had = Counter(gone)
    had.update({each.before: each.reader for each in waiting if each.before is not None}.values())
    letters = [tuple(sorted(ids)) for ids in begun.values()]
    tomorrow: list[int] = []
    for reader, theirs in fresh.items():
        room = most - had[reader] if most else len(theirs)
        urgent = sorted(each.id for each in theirs if each.urgent)
        calm = sorted(each.id for each in theirs if not each.urgent)
        alone = len(urgent) + bool(calm) <= room
        going = _parts(urgent, 1 if alone else TOGETHER)
        for part in _parts(calm, TOGETHER):
            if len(going) < room:
                going.append(part)
            else:
                tomorrow += part
        letters += going
    return Gathered(tuple(letters), tuple(tomorrow))


def _parts(ids: Sequence[int], size: int) -> list[tuple[int, ...]]:
    return [tuple(ids[start : start + size]) for start in range(0, len(ids), size)]


def count(by_reader: Iterable[tuple[int, int]], most: int) -> int:
    """How many letters these make, by the urgent and the other matters of each reader who has had none today."""
    return sum(_count(urgent, calm, most) for urgent, calm in by_reader)


def _count(urgent: int, calm: int, most: int) -> int:
    alone = not most or urgent + bool(calm) <= most
    return ceil(urgent / (1 if alone else TOGETHER)) + ceil(calm / TOGETHER)


@dataclass(frozen=True)
class Hours:
    """When letters that can wait are sent: on working days from ``opens`` until before ``closes``, Asia/Shanghai."""

    opens: time = time(8)
    closes: time = time(20)

    @classmethod
    def outside(cls, quiet: str) -> "Hours":
        """The hours outside ``20:00-08:00``, from an evening until a morning. RequestRefused where it is no such."""
        found = _QUIET.fullmatch(quiet)
        closes, opens = (time.fromisoformat(each) for each in found.groups()) if found else (time.min, time.max)
        if opens >= closes:
            raise RequestRefused(
                "DUBAN_QUIET_HOURS 应写作 20:00-08:00（自晚上至次日早晨），留空则任何时刻都发信",
                "DUBAN_QUIET_HOURS must be 20:00-08:00, from an evening until a morning, or empty: at any hour",
            )
        return cls(opens, closes)

    def next(self, now: datetime, workdays: Workdays) -> datetime:
        """The moment from ``now`` on, which bears the zone of Asia/Shanghai, in which they may go: ``now`` itself
        within the hours. Raises RequestRefused beyond the working-day table."""
        if workdays.read(now.date()).working:
            if self.opens <= now.time() < self.closes:
                return now
            if now.time() < self.opens:
                return datetime.combine(now.date(), self.opens, now.tzinfo)
        return self.tomorrow(now, workdays)

    def tomorrow(self, now: datetime, workdays: Workdays) -> datetime:
        """When they may go on the next working day after today."""
        return datetime.combine(workdays.nth_after(now.date(), 1).day, self.opens, now.tzinfo)
