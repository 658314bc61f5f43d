"""Findings that only a certification's log can tell."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from heapq import nsmallest

from service.domain.findings import Code, ahead, lacks_cultivation_end, lacks_validity, without_day
from service.domain.lifecycle import Demand, Life
from service.domain.obligation import Kind
from service.flows.desk import Moment
from service.flows.grounds import lives_of
from service.store import certifications, people
from service.store.found import Asked, Found, Listed
from service.store.suspects import suspects

_ASKED_BY = {
    Kind.INQUIRY_REPLY: ("inquiry_received", "reply_by"),
    Kind.RECTIFICATION: ("rectification_ordered", "rectify_by"),
}
_Judge = Callable[[Moment, Mapping[int, int | None], Asked], Iterator[Found]]


def _without_validity(now: Moment, asked: Asked, limit: int) -> Listed:
    """One for each unit: it sets the validity of all that it lists."""
    factories: Counter[int | None] = Counter()
    for units in suspects(now.connection, Code.VALIDITY_NOT_SET, asked):
        factories.update(units[id] for id, life in lives_of(now, units).items() if lacks_validity(life))
    names = people.units_by_ids(now.connection, [id for id in factories if id is not None])
    found = [
        Found(owner_id=id, unit=None if id is None else names[id].name, concerned=count)
        for id, count in sorted(factories.items(), key=lambda each: (-each[1], each[0] or 0))
    ]
    return Listed(found[:limit], len(found), factories.total())


def _by_log(code: Code, judge: _Judge) -> Callable[[Moment, Asked, int], Listed]:
    def look(now: Moment, asked: Asked, limit: int) -> Listed:
        total = concerned = 0

        def judged() -> Iterator[Found]:
            nonlocal total, concerned
            for units in suspects(now.connection, code, asked):
                for found in judge(now, units, asked):
                    total += 1
                    concerned += found.concerned
                    yield found

        shown = nsmallest(limit, judged(), key=lambda found: (found.day or date.min, found.certification_id))
        return Listed(_named(now, shown), total, concerned)

    return look


def _named(now: Moment, shown: list[Found]) -> list[Found]:
    known = certifications.by_ids(now.connection, [found.certification_id or 0 for found in shown])
    of_each = [(found, known[found.certification_id or 0]) for found in shown]
    return [
        replace(found, unit=about.unit or None, enterprise=about.enterprise, factory=about.factory)
        for found, about in of_each
    ]


def _cultivated_endlessly(now: Moment, units: Mapping[int, int | None], _asked: Asked) -> Iterator[Found]:
    for id, life in lives_of(now, units).items():
        if lacks_cultivation_end(life):
            yield Found(certification_id=id)


def _asked_without_day(now: Moment, units: Mapping[int, int | None], asked: Asked) -> Iterator[Found]:
    for id, life in lives_of(now, units).items():
        for kind, demand in without_day(life):
            note = _set_day(id, life, kind, demand, asked)
            yield Found(owner_id=units[id], certification_id=id, kind=kind, day=demand.on, note=note)


def _set_day(id: int, life: Life, kind: Kind, demand: Demand, asked: Asked) -> str:
    """A correction is of the newest demand; an older one is taken back and recorded again with its day."""
    event, field = _ASKED_BY[kind]
    of_kind = life.inquiries if kind is Kind.INQUIRY_REPLY else life.rectifications
    correct = f"duban event {id} corrected --on {asked.today}"
    if demand is max(of_kind, key=lambda each: each.order):
        return f"{correct} --set field={field} --set value=DATE"
    again = f"duban event {id} {event} --on {demand.on} --until DATE"
    return f"{correct} --set field=event --set value={demand.order} && {again}"


def _ahead(now: Moment, units: Mapping[int, int | None], asked: Asked) -> Iterator[Found]:
    for id, log in certifications.logs(now.connection, units).items():
        if events := ahead(log, asked.today):
            note = ", ".join(f"{event.order} {event.type} {event.on}" for event in events)
            yield Found(certification_id=id, day=events[0].on, note=note, concerned=len(events))


LOOKS: Mapping[Code, Callable[[Moment, Asked, int], Listed]] = {
    Code.VALIDITY_NOT_SET: _without_validity,
    Code.CULTIVATION_END_UNKNOWN: _by_log(Code.CULTIVATION_END_UNKNOWN, _cultivated_endlessly),
    Code.REPLY_DAY_UNKNOWN: _by_log(Code.REPLY_DAY_UNKNOWN, _asked_without_day),
    Code.DATE_AHEAD: _by_log(Code.DATE_AHEAD, _ahead),
}
