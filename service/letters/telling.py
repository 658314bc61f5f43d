"""What the templates may say of a matter: in a letter of its own, in a digest, or in a row of a list."""

from dataclasses import replace
from datetime import date
from typing import Any

from service.domain.filing import DONE
from service.domain.lifecycle import EventType
from service.domain.obligation import Kind
from service.domain.periods import Dates
from service.letters.articles import article_of, cite, says
from service.letters.colours import INK, TINT, Tone, tone
from service.letters.countdown import countdown
from service.letters.explanation import explain, unsettled_years
from service.letters.letter import Language, Matter, MatterLetter, Notice
from service.letters.rendering import sentences
from service.letters.spoken import document, in_quotes
from service.letters.standing import (
    is_by_hand,
    is_tentative,
    is_units_own,
    is_voluntary,
    last_day,
    latest_on,
    standing,
)
from service.letters.words import WORDS

_RESULT = DONE | {
    Kind.REVIEW_APPLICATION: EventType.REVIEW_PASSED,
    Kind.ACCEPTANCE_APPLICATION: EventType.ACCEPTED,
    Kind.CULTIVATION_END: EventType.ACCEPTED,
    Kind.VALIDITY_END: EventType.REVIEW_PASSED,
}


def told_of(facts: MatterLetter) -> dict[str, Any]:
    """What a letter of its own may say of a matter, and a digest: its sentences among it."""
    to, matter, article = facts.envelope.to, facts.matter, article_of(facts.matter)
    dates = _resting_on(article, matter)
    known = known_of(matter, facts.today, to.language) | {
        "facts": facts,
        "to": to,
        "left": facts.working_days_left,
        "count": countdown(matter, facts.today, facts.working_days_left),
        "last": last_day(dates),
        "cited": cite(article, to.language),
        "quoted": says(article, to.language),
        "document": in_quotes(document(dates), to.language),
        "named_on": date.fromisoformat(dates.trace[0].output),
        "by_hand": is_by_hand(dates),
        "voluntary": is_voluntary(matter),
        "steps": explain(dates.trace, to.language),
        "unsettled": unsettled_years(dates),
        "answerable": _is_answerable(matter),
    }
    if facts.notice is Notice.CANCELLATION:
        known |= {"ink": INK[Tone.DONE], "tint": TINT[Tone.DONE]}
    return known | sentences(f"{to.language}/sentences.txt", known)


def known_of(matter: Matter, today: date, language: Language) -> dict[str, Any]:
    """What a row of a list may say of a matter too."""
    words = WORDS[language]
    stands = standing(matter, today)
    loud = tone(matter, stands)
    return {
        "m": matter,
        "d": matter.dates,
        "today": today,
        "words": words,
        "date": words.written,
        "day": words.day,
        "weekday": words.weekday,
        "large": words.large,
        "kind": words.of(matter),
        "title": words.title_of(matter),
        "turn": words.turn_of(matter),
        "number": words.number_of(matter),
        "latest": words.latest_of(matter),
        "whose": matter.enterprise or matter.unit,
        "units_own": is_units_own(matter),
        "level": words.levels.get(matter.level, "") if matter.level else "",
        "level_shown": words.level_of(matter),
        "latest_on": latest_on(matter.dates, today),
        "tentative": is_tentative(matter.dates),
        "standing": stands,
        "ink": INK[loud],
        "tint": TINT[loud],
    }


def _resting_on(article: str, matter: Matter) -> Dates:
    """The dates, their steps under the article that the matter rests on, where the kind has one for each unit."""
    if article == matter.article:
        return matter.dates
    steps = (replace(step, law=article) if step.law == matter.article else step for step in matter.dates.trace)
    return replace(matter.dates, trace=tuple(steps))


def _is_answerable(matter: Matter) -> bool:
    """Whether somebody has to tell us when it is done, or its result where an application is on record.

    Not for what is only told, nor for an opportunity: whether it was taken shows in the level's own list.
    """
    return not matter.certification_id or (_RESULT if matter.pending else DONE).get(matter.kind) is not None
