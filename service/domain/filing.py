"""By which event a matter is done, and how that event names the one matter where several may be open."""

from datetime import date

from service.domain.lifecycle import Event, EventType
from service.domain.obligation import Kind, Obligation

DONE = {
    Kind.REVIEW_APPLICATION: EventType.REVIEW_APPLIED,
    Kind.ACCEPTANCE_APPLICATION: EventType.ACCEPTANCE_APPLIED,
    Kind.MAJOR_CHANGE_FILING: EventType.CHANGE_FILED,
    Kind.CULTIVATION_END: EventType.ACCEPTANCE_APPLIED,
    Kind.VALIDITY_END: EventType.REVIEW_APPLIED,
    Kind.PRELIMINARY_ACCEPTANCE: EventType.PRELIMINARILY_ACCEPTED,
    Kind.INQUIRY_REPLY: EventType.INQUIRY_ANSWERED,
    Kind.RECTIFICATION: EventType.RECTIFIED,
}

NAMED = {
    EventType.CHANGE_FILED: "changed_on",
    EventType.INQUIRY_ANSWERED: "received_on",
    EventType.RECTIFIED: "ordered_on",
}
"""The detail by which such an event names the day of what it answers."""


def filed(obligation: Obligation, on: date, receipt: str) -> Event | None:
    """The event that records that a certification's matter was done; None for a kind that no event ends."""
    event = DONE.get(obligation.kind)
    if event is None:
        return None
    details = {"receipt": receipt} if receipt else {}
    if event in NAMED and obligation.dates.anchor_on is not None:
        details[NAMED[event]] = obligation.dates.anchor_on.isoformat()
    return Event(event, on, details=details)
