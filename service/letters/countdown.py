"""The one day that matters now and how far off it is: what a letter shows largest."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service.domain.certification import Level
from service.domain.obligation import INFORMATION, MILESTONES, Kind
from service.letters.letter import Matter
from service.letters.standing import Standing, last_day, standing


class Landmark(StrEnum):
    """Which day it is: the suggested one, the latest one, the end of the period, or the day something opens."""

    SUGGESTED = "suggested"
    LATEST = "latest"
    END = "end"
    OPENING = "opening"


class Unit(StrEnum):
    WORKING_DAYS = "working_days"
    DAYS = "days"


@dataclass(frozen=True)
class Countdown:
    """``number`` of ``unit`` until ``day``; 0 is today, negative: so many days ago."""

    landmark: Landmark
    day: date
    number: int
    unit: Unit


def countdown(matter: Matter, today: date, working_days_left: int) -> Countdown:
    """What to count to on ``today``; ``working_days_left`` are those until the suggested day."""
    dates, stands = matter.dates, standing(matter, today)
    if matter.kind in INFORMATION:
        return _days(Landmark.OPENING, dates.due_on, today)
    if stands in (Standing.AHEAD, Standing.TODAY) and matter.kind not in MILESTONES:
        if working_days_left > 0:
            return Countdown(Landmark.SUGGESTED, dates.safe_due_on, working_days_left, Unit.WORKING_DAYS)
        return _days(Landmark.SUGGESTED, dates.safe_due_on, today)
    if dates.ends_on is not None and (stands is Standing.ENDED or matter.kind in MILESTONES):
        return _days(Landmark.END, dates.ends_on, today)
    last = last_day(dates)
    if dates.ends_on and last and stands is Standing.STATUTORY_PASSED and still_possible(matter):
        return _days(Landmark.END, dates.ends_on if today <= dates.ends_on else last, today)
    return _days(Landmark.LATEST, dates.late_after, today)


def still_possible(matter: Matter) -> bool:
    """Whether a late application is still good until the end (Art. 17(4), 18(6)); the advanced level asks its unit."""
    return matter.kind is Kind.REVIEW_APPLICATION and matter.level is not Level.ADVANCED


def _days(landmark: Landmark, day: date, today: date) -> Countdown:
    return Countdown(landmark, day, (day - today).days, Unit.DAYS)
