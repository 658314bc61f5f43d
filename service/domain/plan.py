"""The plan of reminders: which stages an obligation has, which of them a day has reached, and who is told.

Asked is always "which stage is reached?", never "is it exactly N days?": a scan that comes late sends the newest
stage once, and the older ones are recorded as superseded by it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from service.domain.choices import ReminderPlan
from service.domain.obligation import MILESTONES, Kind
from service.domain.periods import Dates
from service.domain.workdays import Workdays


@dataclass(frozen=True)
class Stage:
    """A step of the plan: its name in the outbox, the working day on which it is reached, and who is told.

    ``30d`` is 30 days before the safe day, ``0d`` the day itself, ``+2w`` the second week after it, ``lapse`` the
    first working day after validity was presumed lapsed, ``end`` the milestone's own day.
    """

    name: str
    on: date
    director_too: bool


LAPSE = "lapse"
MOVED = "moved"
CLOSED = "closed"
_SAFE_DAY = "0d"
_FIRST_SCAN = time(0, 30, tzinfo=UTC)  # 08:30 in Shanghai of the same day


def stages(kind: Kind, dates: Dates, plan: ReminderPlan, workdays: Workdays) -> list[Stage]:
    """All stages of an obligation in the order of their days. A stage on a rest day moves to the working day before.

    What would come before the matter itself did is no stage; the safe day always is one, however late it became known.
    """
    return list(_stages(kind, replace(dates, trace=()), plan, workdays))


@lru_cache(maxsize=1024)
def _stages(kind: Kind, dates: Dates, plan: ReminderPlan, workdays: Workdays) -> tuple[Stage, ...]:
    """A list gives many factories the same dates, and every look at one of them asks for its stages again."""
    if kind in MILESTONES:
        return (Stage("end", dates.safe_due_on, director_too=True),)
    before = [
        Stage(
            f"{days}d",
            _on_or_before(dates.safe_due_on - timedelta(days=days), workdays),
            director_too=days <= plan.director_from_days,
        )
        for days in plan.days_before
    ]
    began = dates.anchor_on or date.min
    return (*(stage for stage in before if stage.on > began or stage.name == _SAFE_DAY), *_after(dates, plan, workdays))


def _on_or_before(day: date, workdays: Workdays) -> date:
    return workdays.roll_back(day).day


def _after(dates: Dates, plan: ReminderPlan, workdays: Workdays) -> Iterator[Stage]:
    """Weekly after the safe day: until the end that the matter has, else so many times; then, where it lapses, once."""
    end = dates.lapse_after or dates.ends_on
    weeks = plan.weeks_without_end if end is None else (end - dates.safe_due_on).days // 7
    previous = dates.safe_due_on
    for week in range(1, weeks + 1):
        day = _on_or_before(dates.safe_due_on + timedelta(weeks=week), workdays)
        if day <= previous:  # a long holiday: moved back it would fall on the step before it
            day = workdays.roll_forward(previous + timedelta(days=1)).day
        if end is not None and day > end:
            break
        yield Stage(f"+{week}w", day, director_too=True)
        previous = day
    if dates.lapse_after is not None:
        presumed_on = workdays.roll_forward(dates.lapse_after + timedelta(days=1)).day
        yield Stage(LAPSE, presumed_on, director_too=True)


def aloud(plan_stages: Sequence[Stage], quiet_until: date | None) -> list[Stage]:
    """The stages that are left where an answer keeps reminders back through ``quiet_until``; all where none does."""
    return [stage for stage in plan_stages if quiet_until is None or stage.on > quiet_until]


@dataclass(frozen=True)
class Reached:
    """What a day has reached: the newest stage (None before the first), the older ones, and the next day to look."""

    newest: Stage | None
    older: tuple[Stage, ...]
    next_on: date | None


def reached(plan_stages: Sequence[Stage], today: date) -> Reached:
    """Which stages ``today`` has reached."""
    past = [stage for stage in plan_stages if stage.on <= today]
    coming = [stage.on for stage in plan_stages if stage.on > today]
    return Reached(past[-1] if past else None, tuple(past[:-1]), min(coming, default=None))


def ideal(stage: Stage, scanned_on: date | None, now: datetime) -> datetime:
    """When the reminder of a stage that is reached ``now`` had best gone (UTC): with the first scan of its day.

    Where the last scan was of that day or a later one, it did not know of the matter, its dates or its people: ``now``.
    """
    if scanned_on is None or stage.on <= scanned_on:
        return now
    return datetime.combine(stage.on, _FIRST_SCAN)
