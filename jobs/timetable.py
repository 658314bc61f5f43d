"""When each bell is rung; clock times are those of the scheduler's time zone, Asia/Shanghai."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Ring:
    """An actor's name, and APScheduler's words for when it is rung."""

    actor: str
    trigger: Literal["cron", "interval"]
    fields: Mapping[str, int | str]


def daily(at: str, *, ring: str) -> Ring:
    """Every day at ``at``, as HH:MM."""
    return Ring(ring, "cron", _clock(at))


def every(*, seconds: int, ring: str) -> Ring:
    """Again and again, ``seconds`` apart."""
    return Ring(ring, "interval", {"seconds": seconds})


def _clock(at: str) -> dict[str, int | str]:
    hour, minute = at.split(":")
    return {"hour": int(hour), "minute": int(minute)}


TIMETABLE = (
    daily("08:30", ring="scan"),
    daily("14:00", ring="scan"),
    every(seconds=10, ring="call"),
    every(seconds=300, ring="returned"),
    every(seconds=3600, ring="watch"),
    daily("08:00", ring="escalate"),
    daily("03:10", ring="purge"),
    daily("03:40", ring="prune"),
)

LOGGED = frozenset({"scan", "escalate", "prune"})
"""The bells whose use case leaves a row of their name in the job log, the proof that they were heard."""
