"""What is asked for on a day and answered on another: changes and their filing, inquiries, rectifications, 初验.

One answer answers one demand: where several wait, the answer must name the day of its own, for none may be lost. An
answer that names none answers what was on record by then, so that a demand recorded later leaves it its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from service.domain.errors import RequestRefused
from service.domain.lifecycle import Change, Demand, Event, Life, Phase

_Asked = TypeVar("_Asked", Change, Demand)


@dataclass(frozen=True)
class _Words:
    """How an answer names the day of what it answers, and what that is called."""

    key: str
    zh: str
    en: str


_CHANGE = _Words("changed_on", "重大变化", "major change")
_INQUIRY = _Words("received_on", "核实要求", "inquiry")
_ORDER = _Words("ordered_on", "整改要求", "order to rectify")
_APPLICATION = _Words("", "验收申请", "application for acceptance")


def changed(life: Life, event: Event) -> Life:
    """A major change within validity (Art. 19)."""
    on, end = event.day, life.cycles[-1].end
    if life.phase is Phase.VALID and end is not None and on > end.ends_on:
        raise RequestRefused(
            f"{on} 不在有效期内（有效期至 {end.ends_on}），第十九条只适用于有效期内的变化",
            f"{on} is not within validity (it ended on {end.ends_on}), and Art. 19 asks no filing then",
        )
    _first_of_its_day(life.changes, event, _CHANGE)
    return replace(life, changes=(*life.changes, Change(on, order=event.order)))


def change_filed(life: Life, event: Event) -> Life:
    """A filing answers one change."""
    answered = _answered(life.unfiled, event, _CHANGE)
    filed = replace(answered, filed_on=event.on)
    return replace(life, changes=tuple(filed if change is answered else change for change in life.changes))


def inquiry_received(life: Life, event: Event) -> Life:
    """An inquiry, with the day by which it asks for a reply, if it names one (Art. 21)."""
    return replace(life, inquiries=_asked(life.inquiries, event, _INQUIRY))


def inquiry_answered(life: Life, event: Event) -> Life:
    """A reply answers one inquiry."""
    return replace(life, inquiries=_met(life.inquiries, event, _INQUIRY))


def rectification_ordered(life: Life, event: Event) -> Life:
    """An order to rectify, with the day by which it is to be done, if it names one (Art. 21)."""
    return replace(life, rectifications=_asked(life.rectifications, event, _ORDER))


def rectified(life: Life, event: Event) -> Life:
    """A rectification answers one order."""
    return replace(life, rectifications=_met(life.rectifications, event, _ORDER))


def acceptance_applied(life: Life, event: Event) -> Life:
    """An application for acceptance asks its unit for the preliminary acceptance (Art. 18(5))."""
    _first_of_its_day(life.acceptances, event, _APPLICATION)
    return replace(life, acceptances=(*life.acceptances, Demand(event.day, order=event.order)))


def acceptance_decided(life: Life, _event: Event) -> Life:
    """The preliminary acceptance, or whatever can only follow it: the unit has nothing more to do."""
    return replace(life, acceptances=tuple(replace(demand, met=True) for demand in life.acceptances))


def _asked(known: tuple[Demand, ...], event: Event, words: _Words) -> tuple[Demand, ...]:
    _first_of_its_day(known, event, words)
    if event.until is not None and event.until < event.day:
        raise RequestRefused(
            f"{words.zh}的期限 {event.until} 早于其日期 {event.on}，请核对",
            f"the {words.en} of {event.on} names an earlier day, {event.until}: check it",
        )
    return (*known, Demand(event.day, event.until, order=event.order))


def _met(known: tuple[Demand, ...], event: Event, words: _Words) -> tuple[Demand, ...]:
    answered = _answered([demand for demand in known if not demand.met], event, words)
    return tuple(replace(demand, met=True) if demand is answered else demand for demand in known)


def _first_of_its_day(known: Sequence[Change] | Sequence[Demand], event: Event, words: _Words) -> None:
    if any(each.on == event.on for each in known):
        raise RequestRefused(f"{event.on} 的{words.zh}已登记过", f"the {words.en} of {event.on} is on record already")


def _answered(waiting: Sequence[_Asked], event: Event, words: _Words) -> _Asked:
    named = event.details.get(words.key)
    known = waiting if named is not None else [each for each in waiting if each.order <= event.order]
    matching = [each for each in known if named in (None, str(each.on))]
    if len(matching) != 1:
        days = ", ".join(str(each.on) for each in waiting) or "–"
        raise RequestRefused(
            f"{event.type} 须对应一项尚未办结的{words.zh}，请用 --set {words.key}=日期 指明；尚未办结的：{days}",
            f"{event.type} answers one open {words.en}; name it by --set {words.key}=DAY; open are: {days}",
        )
    return matching[0]
