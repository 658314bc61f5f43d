"""The unit's list 督办清单: which rows are on it, and for which week."""

from datetime import date, timedelta

DAYS_AHEAD = 30  # [policy] rows whose safe day is this near, both ends included, or past


def listed_until(today: date) -> date:
    """The last safe day that puts a row on ``today``'s list."""
    return today + timedelta(days=DAYS_AHEAD)


def period(today: date) -> str:
    """The ISO week that a list is for: a unit gets one list a week."""
    year, week, _ = today.isocalendar()
    return f"{year}-W{week:02d}"
