"""The filter of the list of letters: what its address asks for, and the choices that it offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from service.domain.delivery import FAILED, Purpose, State, Verdict
from service.domain.errors import RequestRefused
from service.domain.visitors import VisitorRole
from service.flows.desk import LEGAL_ZONE
from service.store.console.deliveries import UNDER_WAY, Wanted
from service.web.asked import Asked

GROUPS = {"waiting": UNDER_WAY, "failed": FAILED}
UNREACHED = "unreached"
ANSWERS = ("4xx", "5xx", *(each.value for each in Verdict if each))
UNREACHED_DAYS = 30
TOLD = tuple(each for each in State if each is not State.SUPERSEDED)
"""What is listed where no state is asked for: what was superseded never went, and says nothing by itself."""

_DAYS = {"today": 0, "yesterday": -1}
_LONGEST = 100
_FIRST_YEAR, _LAST_YEAR = 2000, 2200


@dataclass(frozen=True)
class Filter:
    """What was asked for: ``wanted`` of the store; ``day`` the day on which it ended, as the law counts days."""

    wanted: Wanted
    state: str
    day: date | None


def asked_for(asked: Asked) -> Filter:
    """The filter in the address. Raises RequestRefused where its day is none; a code that is none asks for nothing."""
    state = asked.word("state")
    day = _day(asked)
    settled = None if day is None else (begin(day), begin(day + timedelta(days=1)))
    if state == UNREACHED and settled is None:
        settled = lately(asked)
    wanted = Wanted(
        states=_states(state),
        unreached=state == UNREACHED,
        settled=settled,
        unit_id=asked.number("unit"),
        certification_id=asked.number("certification"),
        enterprise=_words(asked, "enterprise"),
        stage=_words(asked, "stage"),
        purpose=asked.word("purpose") if asked.word("purpose") in tuple(Purpose) else "",
        answer=asked.word("answer") if of_house(asked) and asked.word("answer") in ANSWERS else "",
    )
    return Filter(wanted, state, day)


def of_house(asked: Asked) -> bool:
    """Whether who asks is one of the house: what relays answer is for them to look into."""
    return asked.visitor.role in (VisitorRole.OPS, VisitorRole.VIEWER)


def begin(day: date) -> datetime:
    """When a day begins in Asia/Shanghai (UTC)."""
    return datetime.combine(day, time(), LEGAL_ZONE).astimezone(UTC)


def lately(asked: Asked) -> tuple[datetime, datetime]:
    """The last 30 days, in which a letter that reached nobody is looked for."""
    return begin(asked.today - timedelta(days=UNREACHED_DAYS)), begin(asked.today + timedelta(days=2))


def _words(asked: Asked, name: str) -> str:
    return asked.word(name).replace("\0", "")[:_LONGEST]


def _day(asked: Asked) -> date | None:
    text = asked.word("day")
    if text in _DAYS:
        return asked.today + timedelta(days=_DAYS[text])
    day = asked.day_word("day", "日期", "day")
    if day is not None and not _FIRST_YEAR <= day.year < _LAST_YEAR:
        raise RequestRefused(f"日期：没有 {day.year} 年的信件", f"day: there are no letters of {day.year}")
    return day


def _states(state: str) -> Sequence[State]:
    if state in GROUPS:
        return GROUPS[state]
    return (State(state),) if state in tuple(State) else TOLD
