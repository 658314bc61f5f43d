"""Simulate: the real flows, day by day, on a copy of the database, with a clock that is set, and without a letter.

In the simulated time nobody acts: no application is recorded and no year announced, so that every stage is reached.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from service.channels.channel import FREELY, Parcel
from service.domain.delivery import Outcome, Sent, State
from service.domain.flood import NO_GUARD
from service.flows.deliver import deliver_waiting
from service.flows.desk import Desk, Progress, looking
from service.flows.due import Due
from service.flows.escalate import escalate
from service.flows.forecast import LIST
from service.flows.post import Post
from service.flows.remind import scan
from service.flows.unit_lists import next_bell
from service.store import foresight, workdays
from service.store.database import reading
from service.store.foresight import Carried, UnitCarried
from service.store.snapshot import copied

_HOUR = time(0, 30, tzinfo=UTC)  # 08:30 in Shanghai of the same day, when the first scan is rung
_DAY = timedelta(days=1)
_Key = TypeVar("_Key")


class SetClock:
    """A clock that stands at the hour of the scan of the day that it was set to."""

    def __init__(self, day: date) -> None:
        self.set(day)

    def set(self, day: date) -> None:
        """Go to the scan of ``day``."""
        self._now = datetime.combine(day, _HOUR)

    def __call__(self) -> datetime:
        return self._now


class Nowhere:
    """A channel that takes every letter for accepted and carries none."""

    name = "nowhere"
    pace = FREELY
    at_once = 1000  # nobody would see it twice

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
        """Every parcel as sent."""
        return ((parcel, Sent()) for parcel in parcels)

    def check(self) -> str:
        """Nothing can be wrong with it."""
        return self.name

    def close(self) -> None:
        """Nothing to end."""


_NOWHERE = Post((Nowhere(),))


def _unwritten(_letter: Due) -> bytes:
    return b""


@dataclass
class Passed:
    """What the days did: how many something ran on, what was superseded and withdrawn, what was skipped and why."""

    days: int = 0
    superseded: int = 0
    withdrawn: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


def pass_days(
    desk: Desk,
    clock: SetClock,
    first: date,
    last: date,
    *,
    is_up: Callable[[date], bool] = lambda _day: True,
    progress: Progress | None = None,
) -> Passed:
    """Ring what the timetable rings from ``first`` to ``last``, on a desk that has ``clock``; nothing while not up.

    The scan and the units' lists are rung daily; a list that no day up has rung is made up for on the first that does.
    Days on which nothing is due are passed by.
    """
    passed = Passed()
    day, list_on = first, first
    while day <= last:
        following = day + _DAY
        if is_up(day):
            clock.set(day)
            if day >= list_on:
                _ring_lists(desk, day, passed)
            _ring_scan(desk, day, passed)
            list_on = _next_list(desk, following, last)
            following = max(following, _due_from(desk, list_on))
        if progress is not None:
            progress((min(following, last) - first).days)
        day = following
    return passed


def _next_list(desk: Desk, day: date, last: date) -> date:
    """The next day on which a list may be due, after ``last`` where there is none."""
    with looking(desk) as now:
        return next_bell(now.connection, now.workdays, day, last) or last + _DAY


def _ring_lists(desk: Desk, day: date, passed: Passed) -> None:
    """Lists wait for no hour here: the clock stands at that of the scan."""
    escalated = escalate(desk, day)
    with desk.engine.begin() as connection:
        foresight.let_go(connection, desk.clock())
    passed.skipped.update({f"list_{reason}": count for reason, count in escalated.skipped.items()})


def _ring_scan(desk: Desk, day: date, passed: Passed) -> None:
    scanned = scan(desk, day)
    ended = deliver_waiting(desk, _NOWHERE, day, compose=_unwritten)
    passed.days += 1
    passed.superseded += scanned.superseded + ended[State.SUPERSEDED]
    passed.withdrawn += ended[State.WITHDRAWN]
    passed.skipped.update(scanned.skipped)


def _due_from(desk: Desk, list_on: date) -> date:
    with reading(desk.engine) as connection:
        look_on = foresight.next_look(connection)
    return list_on if look_on is None else min(list_on, look_on)


@dataclass(frozen=True)
class Simulated:
    """What would happen: ``carried`` are the letters by day."""

    passed: Passed
    carried: list[Carried]
    units: list[UnitCarried]

    @property
    def totals(self) -> Counter[str]:
        """How many letters of each purpose."""
        return self._summed(lambda each: str(each.purpose))

    @property
    def months(self) -> Counter[tuple[str, str, str]]:
        """How many letters of each month (2028-06), kind and stage; units' lists are of kind ``list``."""
        return self._summed(lambda each: (f"{each.day:%Y-%m}", each.kind or LIST, each.stage if each.kind else ""))

    @property
    def busiest(self) -> tuple[date, int] | None:
        """The first of the days with the most letters; None where none goes out."""
        days = self._summed(lambda each: each.day)
        return max(sorted(days.items()), key=lambda day: day[1], default=None)

    def _summed(self, by: Callable[[Carried], _Key]) -> Counter[_Key]:
        letters: Counter[_Key] = Counter()
        for each in self.carried:
            letters[by(each)] += each.letters
        return letters


def simulate(desk: Desk, first: date, last: date, progress: Progress | None = None) -> Simulated:
    """Let the days from ``first`` to ``last`` pass on a copy. What waits at the start goes out on the first day.

    However many letters a day has, for all or for one reader, none is held: nobody is there to let it go.
    Raises RequestRefused where a day is outside the working-day table.
    """
    with reading(desk.engine) as connection:
        table = workdays.load(connection)
        for day in (first, last):
            table.read(day)
    with copied(desk.engine) as copy:
        clock = SetClock(first)
        with copy.begin() as connection:
            foresight.make_ready(connection, clock())
            before = foresight.newest_attempt(connection)
        by_itself = replace(desk, engine=copy, clock=clock, flood=NO_GUARD, letters_a_day=0)
        passed = pass_days(by_itself, clock, first, last, progress=progress)
        with reading(copy) as connection:
            carried = foresight.carried_since(connection, before)
            return Simulated(passed, carried, foresight.lists_carried_since(connection, before))
