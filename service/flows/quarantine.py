"""Quarantine: hold what would be a flood, let near deadlines go first, and do what a person decides on the rest."""

from dataclasses import dataclass
from datetime import date

from service.domain.errors import RequestRefused
from service.domain.flood import near_until, shares
from service.flows.desk import Desk, Moment, moment, recorded
from service.store import obligations, quarantine

_LETTERS_EACH = 3
"""So many people are told of one matter at most, as a rule: an estimate that is too high only costs an update."""


@dataclass(frozen=True)
class Guard:
    """The bound of the day, and the quarantine in which a scan holds what it plans; None: it holds nothing."""

    bound: int | None
    held_in: int | None


def guard(desk: Desk, now: Moment, today: date) -> Guard:
    """Whether this scan has to hold what it plans until it knows how much that is."""
    usually = quarantine.usual(now.connection, today)
    bound = desk.flood.bound(usually)
    if bound is None:
        return Guard(None, None)
    expected = quarantine.planned_on(now.connection, today) + _LETTERS_EACH * obligations.count_due(
        now.connection, today
    )
    if expected <= bound:
        return Guard(bound, None)
    return Guard(bound, quarantine.begin(now.connection, today, int(usually), now.now))


def let_go(now: Moment, on_guard: Guard, today: date, planned: int) -> tuple[int, int]:
    """After a scan that planned so many letters without holding them: how many held ones go now, and how many stay.

    What is held goes in all where the day stays within its bound; else only near deadlines go, within the bound.
    """
    quarantine.forget_empty(now.connection)
    followed = quarantine.follow_decisions(now.connection, now.now)
    waiting = sum(quarantine.held(now.connection).values())
    budget = waiting
    if on_guard.bound is not None:
        budget = on_guard.bound - quarantine.planned_on(now.connection, today) - planned
    if waiting <= budget:
        quarantine.decide(now.connection, None, quarantine.BELOW, "", now.now)
        return followed + waiting, 0
    near = near_until(today)
    gone = quarantine.release_near(now.connection, shares(quarantine.held(now.connection, near), budget), near)
    return followed + gone, waiting - gone


def decide(desk: Desk, id: int, *, approve: bool, author: str, today: date) -> int:
    """Let the held letters of a quarantine go, or drop them; how many. Raises RequestRefused where none waits."""
    decision = quarantine.APPROVED if approve else quarantine.DROPPED
    with recorded(desk, "quarantine", today) as tally, moment(desk) as now:
        done = quarantine.decide(now.connection, id, decision, author, now.now)
        if done is None:
            raise RequestRefused(
                f"没有待决定的隔离 {id}，见 duban quarantine",
                f"no quarantine {id} waits for a decision: see duban quarantine",
            )
        tally.counts[decision] = done
    return done
