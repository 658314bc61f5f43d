"""The unit's list 督办清单: which rows are on it, for which week, in which order."""

from datetime import date, timedelta

from service.domain.periods import Dates

DAYS_AHEAD = 30  # [policy] rows whose safe day is this near, both ends included, or past


def listed_until(today: date) -> date:
    """The last safe day that puts a row on ``today``'s list."""
    return today + timedelta(days=DAYS_AHEAD)


def period(today: date) -> str:
    """The ISO week that a list is for: a unit gets one list a week."""
    year, week, _ = today.isocalendar()
    return f"{year}-W{week:02d}"


def urgency(dates: Dates) -> tuple[date, date]:
    """The key that puts the worst row first."""
    return dates.safe_due_on, dates.due_on
