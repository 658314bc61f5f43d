"""The life of a certification: its periods, events, days to act by and letters, in words and in the order of days."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.delivery import State
from service.domain.lifecycle import Event, Life
from service.domain.obligation import MILESTONES
from service.letters.stages import stage_named
from service.letters.words import Words
from service.store.console.certification_page import LetterAbout
from service.store.obligations import Stored

_FAILED = (State.REFUSED, State.BOUNCED, State.UNKNOWN)


@dataclass(frozen=True)
class Story:
    """What is told: the state, the log, the matters and the letters of one certification, on a day."""

    life: Life
    events: Sequence[Event]
    matters: Sequence[Stored]
    letters: Sequence[LetterAbout]
    today: date


@dataclass(frozen=True)
class Tongue:
    """The language that it is told in; ``event`` names an event."""

    words: Words
    say: Callable[[str, str], str]
    event: Callable[[str], str]

    def title(self, matter: Stored) -> str:
        """What a matter is called."""
        return self.words.of_kind(matter.obligation.kind, matter.obligation.holder).title


@dataclass(frozen=True)
class Told:
    """Something of a day, or from then until another: ``sign`` is what it is, its words say so."""

    on: date
    sign: str
    words: str
    until: date | None = None


def told(story: Story, tongue: Tongue) -> list[Told]:
    """All of it, the first day first, with the present day in its place."""
    found = [*periods(story, tongue), *happened(story, tongue)]
    for matter in story.matters:
        found += [*days(matter, tongue), *posted(story, matter, tongue)]
    found.append(Told(story.today, "today", tongue.say("今天", "Today")))
    return sorted(found, key=lambda each: each.on)


def periods(story: Story, tongue: Tongue) -> Iterator[Told]:
    """Cultivation, and each validity: from the day it is counted from, or from the end of the one before it."""
    life = story.life
    known = min((each.on for each in story.events if each.on is not None), default=None)
    if life.cultivation is not None and life.cultivation.end is not None:
        end = life.cultivation.end
        yield Told(
            end.anchor_on or known or end.ends_on, "cultivation", tongue.say("培育期", "Cultivation"), end.ends_on
        )
    before: date | None = None
    for cycle in life.cycles:
        if cycle.end is not None:
            first = before or life.stated.listed_on or cycle.end.anchor_on or known or cycle.end.ends_on
            words = tongue.say("续期", "Renewed") if cycle.number else tongue.say("有效期", "Validity")
            yield Told(first, "validity", words, cycle.end.ends_on)
            before = cycle.end.ends_on


def happened(story: Story, tongue: Tongue) -> Iterator[Told]:
    """The events whose day is known."""
    dated = sorted((each.on, each.order, each.type) for each in story.events if each.on is not None)
    return (Told(on, "event", tongue.event(type)) for on, _, type in dated)


def days(matter: Stored, tongue: Tongue) -> Iterator[Told]:
    """The day to work towards, and the latest one; of a milestone its own day."""
    dates, title = matter.obligation.dates, tongue.title(matter)
    if matter.obligation.kind in MILESTONES:
        yield Told(dates.safe_due_on, "safe", title)
        return
    yield Told(dates.safe_due_on, "safe", f"{title} · {tongue.say('建议日期', 'suggested day')}")
    yield Told(dates.late_after, "due", f"{title} · {tongue.say('最晚日期', 'latest day')}")


def posted(story: Story, matter: Stored, tongue: Tongue) -> Iterator[Told]:
    """The letters of a matter that went or failed, one a day and step however many people got it."""
    seen: set[Told] = set()
    for each in story.letters:
        failed = each.letter.state in _FAILED
        if each.obligation_id != matter.id or not (failed or each.letter.state is State.SENT):
            continue
        stage = stage_named(each.letter.stage, tongue.words.language)
        words = tongue.say(f"已发信（{stage}）", f"letter sent ({stage})")
        if failed:
            words = tongue.say(f"信未送达（{stage}）", f"letter not delivered ({stage})")
        one = Told(each.planned_for, "failed" if failed else "sent", f"{tongue.title(matter)} · {words}")
        if one not in seen:
            seen.add(one)
            yield one
