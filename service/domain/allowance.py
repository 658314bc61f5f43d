"""A token bucket: so many letters a minute, and after a pause at most one minute's worth at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Allowance:
    """``tokens`` at hand at a time (UTC)."""

    tokens: float
    counted_at: datetime

    def take(self, wanted: int, per_minute: int, now: datetime) -> tuple[int, "Allowance"]:
        """How many of the ``wanted`` letters may go now, and what is left. A clock that goes back gives nothing."""
        passed = max((now - self.counted_at).total_seconds(), 0)
        at_hand = min(self.tokens + passed * per_minute / 60, float(per_minute))
        granted = min(wanted, int(at_hand))
        return granted, Allowance(at_hand - granted, max(now, self.counted_at))


def full(per_minute: int, now: datetime) -> Allowance:
    """The allowance of whom nothing was sent to yet."""
    return Allowance(float(per_minute), now)


def wait_for(letters: int, per_minute: int) -> timedelta:
    """How long it takes until so many more may go, a full bucket at most."""
    return timedelta(seconds=min(letters, per_minute) * 60 / per_minute)
