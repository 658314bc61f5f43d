"""Reading a certification's log: which event may follow which, and what each does to the state.

The log is read in the order of its days, whatever the order of recording. An order that cannot be (a review passed
that nobody applied for) is refused with the event that does not fit; the caller then stores nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from service.domain import ends
from service.domain.certification import Level
from service.domain.corrections import corrected
from service.domain.demands import (
    acceptance_applied,
    acceptance_decided,
    change_filed,
    changed,
    inquiry_answered,
    inquiry_received,
    rectification_ordered,
    rectified,
)
from service.domain.ends import Footing
from service.domain.errors import RequestRefused
from service.domain.lifecycle import ALLOWED_IN, Cause, Cultivation, Cycle, Event, EventType, Life, Phase
from service.domain.periods import Rule, add_months, computed_end, printed_end

CULTIVATION_MONTHS_AT_MOST = 24  # Art. 18(3)


_PLAIN = Footing()


def live(level: Level, events: Iterable[Event], footing: Footing = _PLAIN) -> Life:
    """The life that a log adds up to. Raises RequestRefused naming the event that does not fit."""
    life = Life(level)
    for event in _by_day(corrected(list(events))):
        _fits(life, event)
        life = _APPLY[event.type](life, event, footing)
    return life


def _by_day(log: list[Event]) -> list[Event]:
    """In the order of days, events of one day in the order of recording.

    A listing whose day is not known comes first, but after all that belongs to a cultivation.
    """
    cultivated_until = max((e.on for e in log if e.on is not None and e.type in _OF_CULTIVATION), default=date.min)

    def place(event: Event) -> tuple[date, bool, int]:
        if event.type is EventType.LISTED and event.on is None:
            return cultivated_until, True, event.order
        return event.on or date.min, False, event.order

    return sorted(log, key=place)


def _fits(life: Life, event: Event) -> None:
    if event.type not in (EventType.LISTED, EventType.CULTIVATION_LISTED):
        _ = event.day  # refused where there is none
    allowed = ALLOWED_IN[event.type]
    if life.phase not in allowed:
        on_zh, on_en = (f"{event.on} 的 ", f" on {event.on}") if event.on is not None else ("", "")
        raise RequestRefused(
            f"{on_zh}{event.type} 与记录不符：此前状态为“{life.phase.zh}”，须为“{'”或“'.join(p.zh for p in allowed)}”；"
            "请核对日期，或先补记缺少的事件",
            f"{event.type}{on_en} cannot be: the state before it is {life.phase}, it takes {' or '.join(allowed)}; "
            "check the day, or record first what is missing",
        )


def _cultivation_listed(life: Life, event: Event, footing: Footing) -> Life:
    if life.level is not Level.PIONEER:
        raise RequestRefused(
            "只有领航级有培育期（第十八条第三项）", "only the pioneer level has a cultivation period (Art. 18(3))"
        )
    months = event.months
    stated = replace(life.stated, cultivation_from=event.on, cultivation_months=months, cultivation_until=event.until)
    end = None
    if event.until is not None:
        end = printed_end(event.until, "18(3)", event.on)
    elif event.on is not None and months is not None:
        inclusive = footing.choices.inclusive_end
        end = computed_end(Rule.CULTIVATION_PLUS_MONTHS, event.on, months, "18(3)", inclusive=inclusive)
    _ends_after_it_begins(event)
    limit = event.on and add_months(event.on, CULTIVATION_MONTHS_AT_MOST)
    too_long = limit is not None and end is not None and end.ends_on > limit
    if too_long or (months is not None and not 1 <= months <= CULTIVATION_MONTHS_AT_MOST):
        raise RequestRefused(
            "培育期不超过 2 年（第十八条第三项）：月数须为 1 至 24，截止日不晚于起始日后 24 个月",
            "cultivation lasts at most 2 years (Art. 18(3)): 1 to 24 months, its end no later than that",
        )
    return replace(life, phase=Phase.CULTIVATING, stated=stated, cultivation=Cultivation(end))


def _listed(life: Life, event: Event, footing: Footing) -> Life:
    stated = replace(life.stated, listed_on=event.on, valid_through=event.until)
    _ends_after_it_begins(event)
    cultivation = life.cultivation and replace(life.cultivation, over=True)
    life = replace(acceptance_decided(life, event), phase=Phase.VALID, stated=stated, cultivation=cultivation)
    life = replace(life, terms=ends.terms_of(life.level, event, footing))
    return replace(life, cycles=(Cycle(0, ends.first(life, event, footing)),))


def _ends_after_it_begins(event: Event) -> None:
    if event.on is not None and event.until is not None and event.until <= event.on:
        raise RequestRefused(
            f"截止日 {event.until} 不晚于起始日 {event.on}", f"the end {event.until} is not after its start {event.on}"
        )


def _review_applied(life: Life, event: Event, _footing: Footing) -> Life:
    return _in_cycle(replace(life, phase=Phase.REVIEW_PENDING), applied_on=event.on)


def _review_failed(life: Life, event: Event, _footing: Footing) -> Life:
    return _in_cycle(replace(life, phase=Phase.REVIEW_FAILED), failed_on=event.on)


def _in_cycle(life: Life, applied_on: date | None = None, failed_on: date | None = None) -> Life:
    last = life.cycles[-1]
    changed = replace(last, applied_on=applied_on or last.applied_on, failed_on=failed_on)
    return replace(life, cycles=(*life.cycles[:-1], changed))


def _review_passed(life: Life, event: Event, footing: Footing) -> Life:
    """The next cycle: a newly printed end; else from the anchor, never chained from the last computed one."""
    _ends_after_it_begins(event)
    before = life.cycles[-1].end
    if event.until is not None and before is not None and event.until <= before.ends_on:
        raise RequestRefused(
            f"复核通过后的有效期至 {event.until}，不晚于原有效期至 {before.ends_on}，请核对",
            f"the renewed end {event.until} is not after the end before it, {before.ends_on}: check it",
        )
    number = len(life.cycles)
    renewed = ends.renewed(life, event, number, footing)
    return replace(life, phase=Phase.VALID, cycles=(*life.cycles, Cycle(number, renewed)))


def _cancelled(life: Life, event: Event, _footing: Footing) -> Life:
    cause = event.details.get("cause", "")
    if cause not in set(Cause):
        raise RequestRefused(
            f"cancelled 事件须用 --set cause=原因 指明原因：{'、'.join(Cause)}；现为“{cause[:20]}”",
            f'a cancellation takes --set cause=CAUSE, one of {", ".join(Cause)}, not "{cause[:20]}"',
        )
    return replace(life, phase=Phase.CANCELLED, cancelled_on=event.on, cancelled_for=Cause(cause))


def _noted(life: Life, _event: Event, _footing: Footing) -> Life:
    return life


def _plainly(apply: Callable[[Life, Event], Life]) -> "_Apply":
    """What leans on the log alone."""
    return lambda life, event, _footing: apply(life, event)


def _cultivated(phase: Phase) -> "_Apply":
    def apply(life: Life, event: Event, _footing: Footing) -> Life:
        cultivation = life.cultivation
        if cultivation and phase is Phase.ACCEPTANCE_PENDING:
            cultivation = replace(cultivation, applied_on=event.on)
            life = acceptance_applied(life, event)
        if cultivation and phase in (Phase.ACCEPTED, Phase.ACCEPTANCE_FAILED):
            cultivation = replace(cultivation, over=True)
            life = acceptance_decided(life, event)
        return replace(life, phase=phase, cultivation=cultivation)

    return apply


_OF_CULTIVATION = (
    EventType.CULTIVATION_LISTED,
    EventType.ACCEPTANCE_APPLIED,
    EventType.PRELIMINARILY_ACCEPTED,
    EventType.ACCEPTED,
    EventType.ACCEPTANCE_FAILED,
)
_Apply = Callable[[Life, Event, Footing], Life]
_APPLY: dict[EventType, _Apply] = {
    EventType.LISTED: _listed,
    EventType.CULTIVATION_LISTED: _cultivation_listed,
    EventType.ACCEPTANCE_APPLIED: _cultivated(Phase.ACCEPTANCE_PENDING),
    EventType.PRELIMINARILY_ACCEPTED: _plainly(acceptance_decided),
    EventType.ACCEPTED: _cultivated(Phase.ACCEPTED),
    EventType.ACCEPTANCE_FAILED: _cultivated(Phase.ACCEPTANCE_FAILED),
    EventType.REVIEW_APPLIED: _review_applied,
    EventType.REVIEW_PASSED: _review_passed,
    EventType.REVIEW_FAILED: _review_failed,
    EventType.CHANGED: _plainly(changed),
    EventType.CHANGE_FILED: _plainly(change_filed),
    EventType.INQUIRY_RECEIVED: _plainly(inquiry_received),
    EventType.INQUIRY_ANSWERED: _plainly(inquiry_answered),
    EventType.RECTIFICATION_ORDERED: _plainly(rectification_ordered),
    EventType.RECTIFIED: _plainly(rectified),
    EventType.CANCELLED: _cancelled,
    EventType.RENAMED: _noted,
}
