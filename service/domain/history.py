"""Reading a certification's log: which event may follow which, and what each does to the state.

The log is read in the order of its days. An order that cannot be (a review passed that nobody applied for) is
refused with the event that does not fit; the caller then stores nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from service.domain.certification import Level
from service.domain.corrections import corrected
from service.domain.errors import RequestRefused
from service.domain.lifecycle import Change, Cultivation, Cycle, Event, EventType, Life, Phase
from service.domain.periods import End, Rule, add_months, computed_end, printed_end

VALIDITY_MONTHS = 36  # Art. 17(4), 18(6)
CULTIVATION_MONTHS_AT_MOST = 24  # Art. 18(3)


def live(level: Level, events: Iterable[Event]) -> Life:
    """The life that a log adds up to. Raises RequestRefused naming the event that does not fit."""
    life = Life(level)
    for event in sorted(corrected(list(events)), key=lambda e: (e.on or date.min, e.order)):
        _fits(life, event)
        life = _APPLY[event.type](life, event)
    return life


def _fits(life: Life, event: Event) -> None:
    allowed = _FROM[event.type]
    if life.phase not in allowed:
        raise RequestRefused(
            f"{event.on} 的 {event.type} 不可能发生：此前状态为 {life.phase}，须为 {'、'.join(allowed)}",
            f"{event.type} on {event.on} cannot be: the state before it is {life.phase}, it takes "
            f"{' or '.join(allowed)}",
        )
    if event.on is None and event.type not in (EventType.LISTED, EventType.CULTIVATION_LISTED):
        raise RequestRefused(f"{event.type} 须有日期", f"{event.type} needs its day")


def _cultivation_listed(life: Life, event: Event) -> Life:
    if life.level is not Level.PIONEER:
        raise RequestRefused(
            "只有领航级有培育期（第十八条第三项）", "only the pioneer level has a cultivation period (Art. 18(3))"
        )
    months = int(event.details["months"]) if "months" in event.details else None
    stated = replace(life.stated, cultivation_from=event.on, cultivation_months=months, cultivation_until=event.until)
    end = None
    if event.until is not None:
        end = printed_end(event.until, "18(3)", event.on)
    elif event.on is not None and months is not None:
        end = computed_end(Rule.CULTIVATION_PLUS_MONTHS, event.on, months, "18(3)")
    _ends_after_it_begins(event)
    limit = event.on and add_months(event.on, CULTIVATION_MONTHS_AT_MOST)
    too_long = limit is not None and end is not None and end.ends_on > limit
    if too_long or (months is not None and not 1 <= months <= CULTIVATION_MONTHS_AT_MOST):
        raise RequestRefused(
            "培育期不超过 2 年（第十八条第三项）：月数须为 1 至 24，截止日不晚于起始日后 24 个月",
            "cultivation lasts at most 2 years (Art. 18(3)): 1 to 24 months, its end no later than that",
        )
    return replace(life, phase=Phase.CULTIVATING, stated=stated, cultivation=Cultivation(end))


def _listed(life: Life, event: Event) -> Life:
    stated = replace(life.stated, listed_on=event.on, valid_through=event.until)
    _ends_after_it_begins(event)
    end = None
    if event.until is not None:
        end = printed_end(event.until, _validity_article(life.level), event.on)
    elif event.on is not None and life.level is not Level.ADVANCED:
        end = computed_end(Rule.LISTED_PLUS_YEARS, event.on, VALIDITY_MONTHS, _validity_article(life.level))
    cultivation = life.cultivation and replace(life.cultivation, closed_on=event.on)
    return replace(life, phase=Phase.VALID, stated=stated, cultivation=cultivation, cycles=(Cycle(0, end),))


def _ends_after_it_begins(event: Event) -> None:
    if event.on is not None and event.until is not None and event.until <= event.on:
        raise RequestRefused(
            f"截止日 {event.until} 不晚于起始日 {event.on}", f"the end {event.until} is not after its start {event.on}"
        )


def _validity_article(level: Level) -> str:
    return {Level.ADVANCED: "16(4)", Level.EXCELLENCE: "17(4)", Level.PIONEER: "18(6)"}[level]


def _review_applied(life: Life, event: Event) -> Life:
    return _in_cycle(replace(life, phase=Phase.REVIEW_PENDING), applied_on=event.on)


def _review_failed(life: Life, event: Event) -> Life:
    return _in_cycle(replace(life, phase=Phase.REVIEW_FAILED), failed_on=event.on)


def _in_cycle(life: Life, applied_on: date | None = None, failed_on: date | None = None) -> Life:
    last = life.cycles[-1]
    changed = replace(last, applied_on=applied_on or last.applied_on, failed_on=failed_on)
    return replace(life, cycles=(*life.cycles[:-1], changed))


def _review_passed(life: Life, event: Event) -> Life:
    """The next cycle: a newly printed end; else from the anchor, never chained from the last computed one."""
    number = len(life.cycles)
    return replace(life, phase=Phase.VALID, cycles=(*life.cycles, Cycle(number, _renewed_end(life, event, number))))


def _renewed_end(life: Life, event: Event, number: int) -> End | None:
    first = life.cycles[0].end
    article = _validity_article(life.level)
    if event.until is not None:
        return printed_end(event.until, article, event.on)
    if life.level is Level.ADVANCED or first is None:
        return None
    if life.stated.listed_on is not None:
        months = VALIDITY_MONTHS * (number + 1)
        return computed_end(Rule.RENEWED_FROM_LISTED, life.stated.listed_on, months, article, first.printed)
    return computed_end(Rule.RENEWED_FROM_PRINTED, first.ends_on, VALIDITY_MONTHS * number, article, first.printed)


def _changed(life: Life, event: Event) -> Life:
    assert event.on is not None  # _fits has refused it
    end = life.cycles[-1].end
    if life.phase is Phase.VALID and end is not None and event.on > end.ends_on:
        raise RequestRefused(
            f"{event.on} 不在有效期内（有效期至 {end.ends_on}），第十九条只适用于有效期内的变化",
            f"{event.on} is not within validity (it ended on {end.ends_on}), and Art. 19 asks no filing then",
        )
    if any(change.on == event.on for change in life.changes):
        raise RequestRefused(f"{event.on} 的重大变化已登记过", f"the major change of {event.on} is on record already")
    return replace(life, changes=(*life.changes, Change(event.on)))


def _change_filed(life: Life, event: Event) -> Life:
    """One filing answers one change: where several wait, the filing must name its day, for none may be lost."""
    named = event.details.get("changed_on")
    matching = [change for change in life.unfiled if named is None or str(change.on) == named]
    if len(matching) != 1:
        waiting = ", ".join(str(change.on) for change in life.unfiled) or "–"
        raise RequestRefused(
            f"备案须对应一项未备案的重大变化，请用 --set changed_on=日期 指明；未备案的变化：{waiting}",
            f"a filing answers one unfiled change; name it by --set changed_on=DAY; unfiled: {waiting}",
        )
    filed = replace(matching[0], filed_on=event.on)
    return replace(life, changes=tuple(filed if change is matching[0] else change for change in life.changes))


def _cancelled(life: Life, event: Event) -> Life:
    return replace(life, phase=Phase.CANCELLED, cancelled_on=event.on)


def _noted(life: Life, _event: Event) -> Life:
    return life


def _cultivated(phase: Phase) -> Callable[[Life, Event], Life]:
    def apply(life: Life, event: Event) -> Life:
        cultivation = life.cultivation
        if cultivation and phase is Phase.ACCEPTANCE_PENDING and cultivation.applied_on is None:
            cultivation = replace(cultivation, applied_on=event.on)
        if cultivation and phase in (Phase.ACCEPTED, Phase.ACCEPTANCE_FAILED):
            cultivation = replace(cultivation, closed_on=event.on)
        return replace(life, phase=phase, cultivation=cultivation)

    return apply


_IN_VALIDITY = (Phase.VALID, Phase.REVIEW_PENDING)
_ONCE_VALID = (*_IN_VALIDITY, Phase.REVIEW_FAILED, Phase.CANCELLED)
_ANY = tuple(Phase)
_LIVE = tuple(phase for phase in Phase if phase is not Phase.CANCELLED)

_FROM: dict[EventType, tuple[Phase, ...]] = {
    EventType.LISTED: (Phase.PROPOSED, Phase.CULTIVATING, Phase.ACCEPTANCE_PENDING, Phase.ACCEPTED),
    EventType.CULTIVATION_LISTED: (Phase.PROPOSED,),
    EventType.ACCEPTANCE_APPLIED: (Phase.CULTIVATING, Phase.ACCEPTANCE_FAILED),
    EventType.PRELIMINARILY_ACCEPTED: (Phase.ACCEPTANCE_PENDING,),
    EventType.ACCEPTED: (Phase.ACCEPTANCE_PENDING,),
    EventType.ACCEPTANCE_FAILED: (Phase.ACCEPTANCE_PENDING,),
    EventType.REVIEW_APPLIED: (Phase.VALID,),
    EventType.REVIEW_PASSED: (Phase.REVIEW_PENDING,),
    EventType.REVIEW_FAILED: (Phase.REVIEW_PENDING,),
    EventType.CHANGED: _IN_VALIDITY,
    EventType.CHANGE_FILED: _ONCE_VALID,
    EventType.INQUIRY_RECEIVED: _LIVE,
    EventType.INQUIRY_ANSWERED: _LIVE,
    EventType.RECTIFICATION_ORDERED: _LIVE,
    EventType.RECTIFIED: _LIVE,
    EventType.CANCELLED: _LIVE,
    EventType.RENAMED: _ANY,
}

_APPLY: dict[EventType, Callable[[Life, Event], Life]] = {
    EventType.LISTED: _listed,
    EventType.CULTIVATION_LISTED: _cultivation_listed,
    EventType.ACCEPTANCE_APPLIED: _cultivated(Phase.ACCEPTANCE_PENDING),
    EventType.PRELIMINARILY_ACCEPTED: _noted,
    EventType.ACCEPTED: _cultivated(Phase.ACCEPTED),
    EventType.ACCEPTANCE_FAILED: _cultivated(Phase.ACCEPTANCE_FAILED),
    EventType.REVIEW_APPLIED: _review_applied,
    EventType.REVIEW_PASSED: _review_passed,
    EventType.REVIEW_FAILED: _review_failed,
    EventType.CHANGED: _changed,
    EventType.CHANGE_FILED: _change_filed,
    EventType.INQUIRY_RECEIVED: _noted,
    EventType.INQUIRY_ANSWERED: _noted,
    EventType.RECTIFICATION_ORDERED: _noted,
    EventType.RECTIFIED: _noted,
    EventType.CANCELLED: _cancelled,
    EventType.RENAMED: _noted,
}
