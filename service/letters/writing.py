"""Facts in, a letter out: the templates choose the words, this module gives them what they may speak of."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from service.domain.lifecycle import EventType
from service.domain.obligation import MILESTONES, Holder, Kind
from service.letters.articles import cite, says
from service.letters.colours import INK, TINT, Tone, tone
from service.letters.countdown import countdown
from service.letters.explanation import explain, unsettled_years
from service.letters.invitation import invitation
from service.letters.letter import Language, Letter, ListLetter, ListRow, Matter, MatterLetter, Notice
from service.letters.spreadsheet import list_workbook, list_workbook_name
from service.letters.standing import is_tentative, last_day, latest_on, standing
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

_DONE = {
    Kind.REVIEW_APPLICATION: EventType.REVIEW_APPLIED,
    Kind.ACCEPTANCE_APPLICATION: EventType.ACCEPTANCE_APPLIED,
    Kind.MAJOR_CHANGE_FILING: EventType.CHANGE_FILED,
    Kind.CULTIVATION_END: EventType.ACCEPTANCE_APPLIED,
    Kind.VALIDITY_END: EventType.REVIEW_APPLIED,
    Kind.PRELIMINARY_ACCEPTANCE: EventType.PRELIMINARILY_ACCEPTED,
    Kind.INQUIRY_REPLY: EventType.INQUIRY_ANSWERED,
    Kind.RECTIFICATION: EventType.RECTIFIED,
}
_NAMED = {
    EventType.CHANGE_FILED: "changed_on",
    EventType.INQUIRY_ANSWERED: "received_on",
    EventType.RECTIFIED: "ordered_on",
}
_RESULT = _DONE | {
    Kind.REVIEW_APPLICATION: EventType.REVIEW_PASSED,
    Kind.ACCEPTANCE_APPLICATION: EventType.ACCEPTED,
    Kind.CULTIVATION_END: EventType.ACCEPTED,
    Kind.VALIDITY_END: EventType.REVIEW_PASSED,
}


def write(facts: MatterLetter | ListLetter) -> Letter:
    """The letter that tells these facts in its reader's language."""
    return _list_letter(facts) if isinstance(facts, ListLetter) else _matter_letter(facts)


def _matter_letter(facts: MatterLetter) -> Letter:
    to, matter, dates = facts.envelope.to, facts.matter, facts.matter.dates
    known = _known(matter, facts.today, to.language) | {
        "facts": facts,
        "to": to,
        "left": facts.working_days_left,
        "count": countdown(matter, facts.today, facts.working_days_left),
        "last": last_day(dates),
        "cited": cite(matter.article, to.language),
        "quoted": says(matter.article, to.language),
        "steps": explain(dates.trace, to.language),
        "unsettled": unsettled_years(dates),
        "command": _command(matter),
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
    known = {
        "facts": facts,
        "to": to,
        "today": facts.today,
        "words": WORDS[to.language],
        "date": WORDS[to.language].written,
        "day": WORDS[to.language].day,
        "units_own": sum(_is_units_own(row.matter) for row in facts.rows),
        "rows": [_row(row, facts.today, to.language) for row in facts.rows[:_ROWS_IN_LIST_LETTER]],
        "counts": Counter(status(row.matter, facts.today, to.language) for row in facts.rows).items(),
    }
    subject, text, html = _words(to.language, "list", known)
    workbook = list_workbook(facts.unit, facts.unit_kind, facts.today, facts.rows, to.language)
    name = list_workbook_name(facts.today, to.language)
    return Letter(subject, text, html, spreadsheet=workbook, spreadsheet_name=name)


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
        "kind": words.kinds[matter.kind],
        "level": words.levels[matter.level],
        "level_shown": words.level_of(matter),
        "latest_on": latest_on(matter.dates, today),
        "tentative": is_tentative(matter.dates),
        "standing": stands,
        "ink": INK[loud],
        "tint": TINT[loud],
    }


def _row(row: ListRow, today: date, language: Language) -> dict[str, Any]:
    stands = {"status": status(row.matter, today, language), "left": row.working_days_left}
    return _known(row.matter, today, language) | stands


def _is_units_own(matter: Matter) -> bool:
    return matter.holder is Holder.UNIT and matter.kind not in MILESTONES


def _command(matter: Matter) -> str:
    """What records that the letter's matter is done, or its result where an application is on record.

    Empty for what is only told. Where several of a kind may be open, the command names the one.
    """
    event = (_RESULT if matter.pending else _DONE).get(matter.kind)
    if event is None:
        return ""
    which = f" --set {_NAMED[event]}={matter.dates.anchor_on}" if event in _NAMED else ""
    return f"duban event {matter.certification_id} {event}{which}"


def _words(language: Language, letter: str, known: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject on one line, plain text and HTML."""
    folder = f"{language}/{letter}"
    subject = " ".join(_TEMPLATES.get_template(f"{folder}/subject.txt").render(known).split())
    text = _TEMPLATES.get_template(f"{folder}/body.txt").render(known)
    return subject, text, _TEMPLATES.get_template(f"{folder}/body.html").render(known, subject=subject)
