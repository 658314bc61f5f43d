"""Facts in, a letter out: the templates choose the words, this module gives them what they may speak of."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from service.domain.filing import DONE
from service.domain.lifecycle import EventType
from service.domain.listing import Mark, Section
from service.domain.obligation import Kind
from service.domain.periods import Dates
from service.letters.articles import article_of, cite, says
from service.letters.colours import INK, TINT, Tone, tone
from service.letters.countdown import countdown
from service.letters.explanation import explain, unsettled_years
from service.letters.invitation import invitation
from service.letters.letter import (
    CanaryLetter,
    Language,
    Letter,
    ListLetter,
    ListRow,
    Matter,
    MatterLetter,
    Notice,
    SignInLetter,
    UndeliverableLetter,
)
from service.letters.sections import MARKS, SECTIONS
from service.letters.spoken import document, in_quotes
from service.letters.spreadsheet import list_workbook, list_workbook_name
from service.letters.standing import (
    is_by_hand,
    is_tentative,
    is_units_own,
    is_voluntary,
    last_day,
    latest_on,
    standing,
)
from service.letters.status import status
from service.letters.words import WORDS

_ROWS_IN_LIST_LETTER = 20

_TEMPLATES = Environment(
    loader=PackageLoader("templates", "letters"),
    autoescape=select_autoescape(["html"], default_for_string=False),
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)

_RESULT = DONE | {
    Kind.REVIEW_APPLICATION: EventType.REVIEW_PASSED,
    Kind.ACCEPTANCE_APPLICATION: EventType.ACCEPTED,
    Kind.CULTIVATION_END: EventType.ACCEPTED,
    Kind.VALIDITY_END: EventType.REVIEW_PASSED,
}


def write(facts: MatterLetter | ListLetter | UndeliverableLetter | CanaryLetter | SignInLetter) -> Letter:
    """The letter that tells these facts in its reader's language."""
    match facts:
        case MatterLetter():
            return _matter_letter(facts)
        case ListLetter():
            return _list_letter(facts)
        case UndeliverableLetter():
            return _letter_without_matter(facts, "undeliverable")
        case CanaryLetter():
            return _letter_without_matter(facts, "canary")
        case SignInLetter():
            return _letter_without_matter(facts, "sign_in")


def _matter_letter(facts: MatterLetter) -> Letter:
    to, matter, article = facts.envelope.to, facts.matter, article_of(facts.matter)
    dates = _resting_on(article, matter)
    known = _known(matter, facts.today, to.language) | {
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
    known |= vars(_TEMPLATES.get_template(f"{to.language}/sentences.txt").make_module(known))
    subject, text, html = _words(to.language, facts.notice, known)
    invite = facts.invite
    if invite is None:
        return Letter(subject, text, html)
    calendar = invitation(facts.envelope, invite, known["event_title"], known["event"])
    return Letter(subject, text, html, calendar, invite.method)


def _list_letter(facts: ListLetter) -> Letter:
    to = facts.envelope.to
    shown = facts.rows[:_ROWS_IN_LIST_LETTER]
    counts = Counter(row.section for row in facts.rows)
    marks = Counter(row.mark for row in facts.rows)
    known = {
        "facts": facts,
        "to": to,
        "today": facts.today,
        "words": WORDS[to.language],
        "date": WORDS[to.language].written,
        "day": WORDS[to.language].day,
        "own_rows": sum(is_units_own(row.matter) for row in facts.rows),
        "shown": len(shown),
        "counts": [(SECTIONS[to.language][section], counts[section]) for section in Section if counts[section]],
        "sections": [
            (SECTIONS[to.language][section], [_row(row, facts.today, to.language) for row in rows])
            for section, rows in groupby(shown, key=attrgetter("section"))
        ],
        "new": marks[Mark.NEW],
        "changed": marks[Mark.CHANGED],
    }
    known |= vars(_TEMPLATES.get_template(f"{to.language}/list/sentences.txt").make_module(known))
    subject, text, html = _words(to.language, "list", known)
    workbook = list_workbook(facts.unit, facts.unit_kind, facts.today, facts.rows, to.language)
    name = list_workbook_name(facts.today, to.language)
    return Letter(subject, text, html, spreadsheet=workbook, spreadsheet_name=name)


def _letter_without_matter(facts: UndeliverableLetter | CanaryLetter | SignInLetter, letter: str) -> Letter:
    to = facts.envelope.to
    known: dict[str, Any] = {"facts": facts, "to": to, "words": WORDS[to.language], "date": WORDS[to.language].written}
    known |= vars(_TEMPLATES.get_template(f"{to.language}/{letter}/sentences.txt").make_module(known))
    return Letter(*_words(to.language, letter, known))


def _known(matter: Matter, today: date, language: Language) -> dict[str, Any]:
    """What templates may say of a matter, in a letter of its own or in a row of a list."""
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


def _row(row: ListRow, today: date, language: Language) -> dict[str, Any]:
    stands = {"status": status(row.matter, today, language), "left": row.working_days_left}
    return _known(row.matter, today, language) | stands | {"mark": MARKS[language][row.mark]}


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


def _words(language: Language, letter: str, known: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject on one line, plain text and HTML."""
    folder = f"{language}/{letter}"
    subject = " ".join(_TEMPLATES.get_template(f"{folder}/subject.txt").render(known).split())
    text = _TEMPLATES.get_template(f"{folder}/body.txt").render(known)
    return subject, text, _TEMPLATES.get_template(f"{folder}/body.html").render(known, subject=subject)
