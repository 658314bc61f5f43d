"""Heartbeat: ping whoever watches from outside, but only after a complete run.

Complete is: the scan of the day was done in full, what it called was carried, and every invariant holds. A process
that only idles never pings, so that silence means that somebody has to look.
"""

from datetime import date, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from service.channels.ping import Ping
from service.domain.errors import WorkFaulty
from service.flows.desk import Desk, recorded
from service.store import measures, runs
from service.store.database import reading

_log = structlog.get_logger()
WAITS_AT_MOST: Final = timedelta(hours=1)
"""Nothing that could be carried waits for longer."""


def beat(desk: Desk, ping: Ping, today: date, scan_of: date, *, holds: bool) -> bool:
    """Ping after a complete run; whether the ping was taken. Why none was, or it was not, is in the job log.

    ``scan_of`` is the last business day whose scan has to be done by now; ``holds`` whether all invariants do.
    """
    with recorded(desk, "heartbeat", today) as tally:
        with reading(desk.engine) as connection:
            withheld = _withheld(connection, desk, today, scan_of) if holds else "invariant_broken"
        if not withheld:
            try:
                ping.send()
                tally.counts["pinged"] = 1
            except WorkFaulty as fault:
                _log.warning("heartbeat_not_taken", failure=fault.en)
                withheld = "not_taken"
        if withheld:
            tally.skipped[withheld] = 1
    return not withheld


def _withheld(connection: Connection, desk: Desk, today: date, scan_of: date) -> str:
    """What is not complete; empty where all is."""
    scan = runs.newest_of(connection, "scan", [runs.DONE, runs.FAILED], scan_of, today)
    if scan is None or scan.outcome != runs.DONE:
        return "no_good_scan"
    now = desk.clock()
    if measures.overdue(connection, now - WAITS_AT_MOST):
        return "letters_wait"
    return "relay_at_fault" if measures.kept_by_relay(connection, now - WAITS_AT_MOST, now) else ""
