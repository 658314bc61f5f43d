"""Retention: what has been kept for as long as the setting says is let go, a little at a time.

Invariant: no reminder comes back to life by it, since the rows by which a letter goes once only are never let go.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from service.flows.desk import Desk, recorded
from service.store import pruning

_AT_ONCE = 2000


def prune(desk: Desk, keep_days: int, today: date) -> Mapping[str, int]:
    """Let go of what is older than ``keep_days``, each kind counted in the job log; 0 days keep everything."""
    with recorded(desk, "prune", today) as tally:
        if keep_days:
            before = desk.clock() - timedelta(days=keep_days)
            for kind in pruning.KINDS:
                more = True
                while more:  # each part in a transaction of its own, so that nobody waits for long
                    with desk.engine.begin() as connection:
                        gone = pruning.prune(connection, kind, before, _AT_ONCE)
                    tally.counts[kind] += gone
                    more = gone == _AT_ONCE
    return dict(tally.counts)
