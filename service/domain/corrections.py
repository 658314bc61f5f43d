"""Corrections of what a list or sheet first stated: events of their own, so that the log is only ever added to."""

from dataclasses import replace
from datetime import date

from service.domain.errors import RequestRefused
from service.domain.lifecycle import Event, EventType

CORRECTABLE = ("listed_on", "valid_through", "cultivation_from", "cultivation_months", "cultivation_until")


def corrected(log: list[Event]) -> list[Event]:
    """The log without its corrections, the first listing rewritten by them in the order of recording."""
    rest = [event for event in log if event.type is not EventType.CORRECTED]
    corrections = [event for event in log if event.type is EventType.CORRECTED]
    for correction in sorted(corrections, key=lambda event: event.order):
        name, value = correction.details.get("field", ""), correction.details.get("value", "")
        if name not in CORRECTABLE:
            raise RequestRefused(
                f"corrected 事件的 field 应为 {'、'.join(CORRECTABLE)} 之一，现为“{name}”",
                f'the field of a correction is one of {", ".join(CORRECTABLE)}, not "{name}"',
            )
        kind = EventType.LISTED if name in ("listed_on", "valid_through") else EventType.CULTIVATION_LISTED
        index = next((i for i, event in enumerate(rest) if event.type is kind), None)
        if index is None:
            raise RequestRefused(
                f"没有可更正的 {kind} 事件：{name} 尚未登记",
                f"there is no {kind} event to correct: {name} is not on record yet",
            )
        rest[index] = _with_correction(rest[index], name, value)
    return rest


def _with_correction(event: Event, name: str, value: str) -> Event:
    try:
        if name == "cultivation_months":
            return replace(event, details={**event.details, "months": str(int(value))})
        day = date.fromisoformat(value)
    except ValueError:
        raise RequestRefused(
            f"更正 {name} 的值“{value}”无法识别：日期写作 2025-12-09，月数写作整数",
            f'"{value}" is no value for {name}: write a day as 2025-12-09, months as a whole number',
        ) from None
    if name in ("valid_through", "cultivation_until"):
        return replace(event, until=day)
    return replace(event, on=day)
