"""What a sheet states of a certification beside what is on record: the events that bring the log up to it."""

from collections.abc import Iterator
from datetime import date

from service.domain.certification import Facts
from service.domain.lifecycle import Event, EventType, Life

_CULTIVATION = ("cultivation_from", "cultivation_months", "cultivation_until")
_VALIDITY = ("listed_on", "valid_through")


def news(life: Life, stated: Facts, today: date, order: int) -> list[Event]:
    """The events to add: a listing that is new, or a correction for each fact that differs.

    A fact that the sheet leaves out is not taken back. ``order`` is the last place in the order of recording.
    """
    events = [*_cultivation(life, stated, today), *_validity(life, stated, today)]
    return [
        Event(event.type, event.on, event.until, event.details, order + place)
        for place, event in enumerate(events, start=1)
    ]


def _cultivation(life: Life, stated: Facts, today: date) -> Iterator[Event]:
    if not _gives(stated, _CULTIVATION):
        return
    if life.cultivation is not None:
        yield from _corrections(life, stated, _CULTIVATION, today)
        return
    months = stated.cultivation_months
    details = {} if months is None else {"months": str(months)}
    yield Event(EventType.CULTIVATION_LISTED, stated.cultivation_from, stated.cultivation_until, details)


def _validity(life: Life, stated: Facts, today: date) -> Iterator[Event]:
    if not _gives(stated, _VALIDITY):
        return
    if not life.cycles:
        yield Event(EventType.LISTED, stated.listed_on, stated.valid_through)
        return
    printed = [cycle.end.ends_on for cycle in life.cycles if cycle.end is not None and cycle.end.printed]
    # An end that any period has is no news: a sheet older than a renewal must not take the renewal back.
    names = ("listed_on",) if stated.valid_through in printed else _VALIDITY
    yield from _corrections(life, stated, names, today)


def _gives(stated: Facts, names: tuple[str, ...]) -> bool:
    return any(getattr(stated, name) is not None for name in names)


def _corrections(life: Life, stated: Facts, names: tuple[str, ...], today: date) -> Iterator[Event]:
    for name in names:
        value = getattr(stated, name)
        if value is not None and value != getattr(life.stated, name):
            yield Event(EventType.CORRECTED, today, details={"field": name, "value": str(value)})
