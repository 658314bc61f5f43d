"""The circuit of a relay: after failures in a row it rests, longer each time; the first letter after decides anew."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from service.domain.delivery import OF_THE_RELAY, Outcome, Refused, Sent, TryAgain, Verdict

_TRUSTED: Final = {Verdict.RELAY: 5, Verdict.POLICY: 5, Verdict.LOGIN: 1}
"""Fewer failures in a row may be chance; a refused login is none, and tried again and again it locks the account."""

_FIRST_REST: Final = {
    Verdict.RELAY: timedelta(minutes=1),
    Verdict.POLICY: timedelta(minutes=5),
    Verdict.LOGIN: timedelta(minutes=5),
}
_LONGEST_REST: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class Circuit:
    """``failures`` in a row, and until when (UTC) the relay rests, None while letters go to it; ``reason`` says why."""

    failures: int = 0
    rests_until: datetime | None = None
    reason: str = ""

    def usable(self, now: datetime) -> bool:
        """Whether letters may go to this relay."""
        return self.rests_until is None or self.rests_until <= now

    @property
    def on_trial(self) -> bool:
        """Whether it has rested and nothing was accepted since: a few letters are enough to find out."""
        return self.rests_until is not None

    def after(self, outcome: Outcome, now: datetime) -> "Circuit":
        """The circuit after one more answer. What the relay answered about a letter shows that it works."""
        if isinstance(outcome, Sent | Refused) or (
            isinstance(outcome, TryAgain) and outcome.verdict not in OF_THE_RELAY
        ):
            return CLOSED
        if not isinstance(outcome, TryAgain) or not self.usable(now):
            return self  # nobody knows; or it was on its way when the rest began
        failures = self.failures + 1
        trusted = _TRUSTED[outcome.verdict]
        if failures < trusted:
            return Circuit(failures, None, outcome.answer)
        rest = _FIRST_REST[outcome.verdict] * 2 ** min(failures - trusted, 10)
        return Circuit(failures, now + min(rest, _LONGEST_REST), outcome.answer)


CLOSED: Final = Circuit()
