"""Corrections of what a list, certificate or letter stated: events of their own, so that a log is only added to."""

from dataclasses import replace
from datetime import date

from service.domain.errors import RequestRefused
from service.domain.lifecycle import Event, EventType

_STATED_BY = {
    "listed_on": (EventType.LISTED,),
    "valid_through": (EventType.LISTED, EventType.REVIEW_PASSED),
    "cultivation_from": (EventType.CULTIVATION_LISTED,),
    "cultivation_months": (EventType.CULTIVATION_LISTED,),
    "cultivation_until": (EventType.CULTIVATION_LISTED,),
    "reply_by": (EventType.INQUIRY_RECEIVED,),
    "rectify_by": (EventType.RECTIFICATION_ORDERED,),
}
_EVENT = "event"


def corrected(log: list[Event]) -> list[Event]:
    """The log without its corrections, its listings rewritten by them in the order of recording.

    A printed end of validity belongs to the newest period on record when it was corrected: the first listing's, or
    the last renewal's. The day by which to reply or to rectify belongs to the newest inquiry or
    order on record. An event recorded by mistake is struck out by its number, a correction too.
    """
    rest = [event for event in log if event.type is not EventType.CORRECTED]
    corrections = [event for event in log if event.type is EventType.CORRECTED]
    numbers = {str(correction.order) for correction in corrections}
    for correction in _that_stand(corrections):
        name, value = correction.details.get("field", ""), correction.details.get("value", "")
        if name == _EVENT and value in numbers:
            continue  # it has done so already
        if name == _EVENT:
            rest = _struck(rest, correction, value)
            continue
        if name not in _STATED_BY:
            raise RequestRefused(
                f"corrected 事件须用 --set field=要素 --set value=值，要素为 {'、'.join((*_STATED_BY, _EVENT))} 之一，"
                f"现为“{name}”",
                f"a correction takes --set field=FIELD --set value=VALUE, the field one of "
                f'{", ".join((*_STATED_BY, _EVENT))}, not "{name}"',
            )
        types = _STATED_BY[name]
        known = [i for i, event in enumerate(rest) if event.type in types and event.order <= correction.order]
        if not known:
            raise RequestRefused(
                f"没有可更正的 {types[0]} 事件：{name} 尚未登记",
                f"there is no {types[0]} event to correct: {name} is not on record yet",
            )
        index = max(known, key=lambda i: rest[i].order)
        rest[index] = _with_correction(rest[index], name, value)
    return rest


def _that_stand(corrections: list[Event]) -> list[Event]:
    """The corrections in the order of recording, without those that a later one strikes out and stands itself."""
    standing: list[Event] = []
    struck: set[str] = set()
    for correction in sorted(corrections, key=lambda event: -event.order):
        if str(correction.order) in struck:
            continue
        standing.append(correction)
        if correction.details.get("field") == _EVENT:
            number = correction.details.get("value", "")
            if number in struck or any(number == str(each.order) for each in standing):
                raise _no_event(number)
            struck.add(number)
    return standing[::-1]


def _no_event(number: str) -> RequestRefused:
    return RequestRefused(
        f"没有编号为“{number}”的事件可撤销，编号见 duban events",
        f'there is no event number "{number}" to take back; duban events lists the numbers',
    )


def _struck(log: list[Event], correction: Event, number: str) -> list[Event]:
    """The log without the event of that number, which was recorded by mistake."""
    rest = [event for event in log if str(event.order) != number or event.order >= correction.order]
    if len(rest) == len(log):
        raise _no_event(number)
    return rest


def _with_correction(event: Event, name: str, value: str) -> Event:
    if name == "cultivation_months":
        return replace(event, details={**event.details, "months": value})
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise RequestRefused(
            f"更正 {name} 的值“{value}”不是日期，请写作 2025-12-09",
            f'"{value}" is no day for {name}: write it as 2025-12-09',
        ) from None
    if name in ("listed_on", "cultivation_from"):
        return replace(event, on=day)
    return replace(event, until=day)
