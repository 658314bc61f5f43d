"""[policy] What the text leaves open, choice by choice."""

from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from service.domain.rungs import Rung

IN_FORCE: Final = date(2025, 12, 9)
"""From this day on the regulation is in force (Art. 27)."""


class Start(StrEnum):
    """What the validity of a batch earlier than the regulation starts on (Art. 27)."""

    LISTED = "listed"
    IN_FORCE = "in_force"


class Rolling(StrEnum):
    """Where the day to work towards goes from a rest day. Forward it could pass the statutory day: refused."""

    BACK = "back"
    NONE = "none"


@dataclass(frozen=True)
class ReminderPlan:
    """[policy] Days before the safe day, then weekly; ``weeks_without_end`` where nothing says when to stop.

    ``ladder`` are the rungs above the handler, the lowest first; ``grace`` the working days of silence before the next.
    """

    days_before: tuple[int, ...] = (180, 90, 60, 30, 15, 7, 3, 1, 0)
    director_from_days: int = 30
    weeks_without_end: int = 8
    ladder: tuple[Rung, ...] = (Rung.DIRECTOR, Rung.UNIT)
    grace: int = 3


@dataclass(frozen=True)
class Choices:
    """Every choice, as one obligation has it.

    ``inclusive_end``: a computed period still includes the corresponding day. ``strict_before``: "months before" does
    not include the day itself. ``hour`` of a deadline, HH:MM in Asia/Shanghai. ``working_days``: how many a unit has
    where the text sets it no period.
    """

    start: Start = Start.LISTED
    inclusive_end: bool = True
    strict_before: bool = True
    roll: Rolling = Rolling.BACK
    hour: str = "17:00"
    working_days: int = 20
    plan: ReminderPlan = ReminderPlan()


DEFAULT: Final = Choices()


@dataclass(frozen=True)
class Layer:
    """What one layer says; None where it leaves a choice to the layer below."""

    start: Start | None = None
    inclusive_end: bool | None = None
    strict_before: bool | None = None
    roll: Rolling | None = None
    hour: str | None = None
    working_days: int | None = None
    days_before: tuple[int, ...] | None = None
    director_from_days: int | None = None
    weeks_without_end: int | None = None
    ladder: tuple[Rung, ...] | None = None
    grace: int | None = None

    def said(self) -> dict[str, Any]:
        """The choices that it makes, by name."""
        return {each.name: getattr(self, each.name) for each in fields(self) if getattr(self, each.name) is not None}

    def over(self, below: Choices) -> Choices:
        """The choices with what this layer says in the place of what stood below."""
        said = self.said()
        plan = {name: said.pop(name) for name in _OF_PLAN if name in said}
        return replace(below, **said, plan=replace(below.plan, **plan))


_OF_PLAN: Final = tuple(each.name for each in fields(ReminderPlan))
OF_PERIOD: Final = ("start", "inclusive_end")
"""The choices that a period's end leans on: only the default and a unit may make them, for a period has one end."""
