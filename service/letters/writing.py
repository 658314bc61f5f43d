"""Facts in, a letter out: the templates choose the words, this module gives them what they may speak of."""

from collections import Counter
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from service.domain.listing import Mark, Section
from service.letters.digest import digest
from service.letters.invitation import invitation
from service.letters.letter import (
    CanaryLetter,
    DigestLetter,
    Facts,
    Language,
    Letter,
    ListLetter,
    ListRow,
    MatterLetter,
    SignInLetter,
    UndeliverableLetter,
)
from service.letters.rendering import sentences, worded
from service.letters.sections import MARKS, SECTIONS
from service.letters.spreadsheet import list_workbook, list_workbook_name
from service.letters.standing import (
    is_units_own,
)
from service.letters.status import status
from service.letters.telling import known_of, told_of
from service.letters.words import WORDS

_ROWS_IN_LIST_LETTER = 20


def write(facts: Facts) -> Letter:
    """The letter that tells these facts in its reader's language."""
    match facts:
        case MatterLetter():
            return _matter_letter(facts)
        case DigestLetter():
            return digest(facts)
        case ListLetter():
            return _list_letter(facts)
        case UndeliverableLetter():
            return _letter_without_matter(facts, "undeliverable")
        case CanaryLetter():
            return _letter_without_matter(facts, "canary")
        case SignInLetter():
            return _letter_without_matter(facts, "sign_in")


def _matter_letter(facts: MatterLetter) -> Letter:
    known = told_of(facts)
    subject, text, html = worded(facts.envelope.to.language, facts.notice, known)
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
    known |= sentences(f"{to.language}/list/sentences.txt", known)
    subject, text, html = worded(to.language, "list", known)
    workbook = list_workbook(facts.unit, facts.unit_kind, facts.today, facts.rows, to.language)
    name = list_workbook_name(facts.today, to.language)
    return Letter(subject, text, html, spreadsheet=workbook, spreadsheet_name=name)


def _letter_without_matter(facts: UndeliverableLetter | CanaryLetter | SignInLetter, letter: str) -> Letter:
    to = facts.envelope.to
    known: dict[str, Any] = {"facts": facts, "to": to, "words": WORDS[to.language], "date": WORDS[to.language].written}
    known |= sentences(f"{to.language}/{letter}/sentences.txt", known)
    return Letter(*worded(to.language, letter, known))


def _row(row: ListRow, today: date, language: Language) -> dict[str, Any]:
    stands = {"status": status(row.matter, today, language), "left": row.working_days_left}
    return known_of(row.matter, today, language) | stands | {"mark": MARKS[language][row.mark]}
