"""The canary: a letter to ourselves each day, whose arrival in our own mailbox shows that reminders arrive."""

import re
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from service.flows.desk import Desk, moment, recorded
from service.letters.return_address import LARGEST_ID
from service.store import canary

LATE = timedelta(hours=2)
"""A letter to ourselves that is not here so long after a relay accepted it is late, or lost."""

_LONGEST_HEAD = 64 * 1024
_DELIVERY = re.compile(rb"^X-Duban-Delivery:\s*([0-9]{1,10})\s*$", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(
    rb"^Message-ID:\s*<delivery-([0-9]{1,10})\.[0-9]{1,10}@([a-z0-9.:-]{1,253})>\s*$", re.IGNORECASE | re.MULTILINE
)


def send(desk: Desk, address: str, today: date) -> bool:
    """Plan the letter of the day to ourselves; False where it was planned before."""
    with recorded(desk, "canary", today) as tally:
        with moment(desk) as now:
            is_new = canary.plan(now.connection, address, today, now.now)
        tally.counts["planned"] = int(is_new)
    return is_new


def arrived(connection: Connection, content: bytes, host: str, now: datetime) -> bool:
    """Whether a message from our mailbox is a letter to ourselves, by its headers; its arrival is then noted.

    Anybody can write these headers: all that comes of it is that one letter counts as arrived.
    """
    id = _delivery(content, host)
    return id is not None and canary.arrived(connection, id, now)


def _delivery(content: bytes, host: str) -> int | None:
    """The delivery that both headers name; None where either is missing or they differ."""
    head = re.split(rb"\r?\n\r?\n", content[:_LONGEST_HEAD], maxsplit=1)[0]
    number, message_id = _DELIVERY.search(head), _MESSAGE_ID.search(head)
    if number is None or message_id is None or message_id[2].decode().lower() != host.lower():
        return None
    id = int(number[1])
    return id if id == int(message_id[1]) and id <= LARGEST_ID else None


def lateness(connection: Connection, today: date, now: datetime) -> timedelta | None:
    """How long the letter of today or yesterday was on its way, or is: of those still missing the longest.

    None where no relay has accepted one.
    """
    letters = canary.sent_since(connection, today - timedelta(days=1))
    missing = [now - each.sent_at for each in letters if each.arrived_at is None]
    there = [each.arrived_at - each.sent_at for each in letters[:1] if each.arrived_at is not None]
    took = max(missing or there, default=None)
    return took and max(took, timedelta())  # it may be here before its acceptance is on record
