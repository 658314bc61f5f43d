"""The details that events take besides their days: what a correction, a cancellation or an answer is about."""

from service.domain.filing import NAMED
from service.domain.lifecycle import Event, EventType

_RECEIPT = "receipt"
_TAKEN = {
    EventType.CULTIVATION_LISTED: {"months"},
    EventType.CANCELLED: {"cause"},
    EventType.CHANGED: {"cause"},
    EventType.RENAMED: {"name"},
    EventType.CORRECTED: {"field", "value"},
}


def unread(event: Event) -> list[str]:
    """The details of an event that nothing reads: most likely misspelt, as ``month`` for ``months``."""
    taken = _TAKEN.get(event.type, set()) | {NAMED.get(event.type, _RECEIPT), _RECEIPT}
    return sorted(set(event.details) - taken)
