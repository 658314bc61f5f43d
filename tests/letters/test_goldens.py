"""Every letter as it was last read and approved. ``RECORD_LETTERS=1`` records them anew: read the difference."""

import os
from pathlib import Path

import pytest

from service.letters.letter import DigestLetter, Language, Letter, ListLetter, MatterLetter
from service.letters.writing import write
from tests.letters.cases import cases, digest_cases, list_cases
from tests.letters.facts import in_language

GOLDEN = Path(__file__).parent / "golden"
FACTS: dict[str, MatterLetter | DigestLetter | ListLetter] = {**cases(), **digest_cases(), **list_cases()}

# One of each letter and kind also in HTML; the others differ from them in sentences only.
IN_HTML = {
    "reminder-acceptance_application-ahead",
    "reminder-review_application-late",
    "reminder-major_change_filing-suggested_passed",
    "milestone-validity_end-enterprise-none",
    "milestone-cultivation_end-unit-pending",
    "reminder-preliminary_acceptance-ahead",
    "reminder-inquiry_reply-late",
    "reminder-rectification-ahead",
    "reminder-list_report-ahead",
    "reminder-annual_report-of_group",
    "reminder-annual_round-ahead",
    "reminder-annual_round-of_group",
    "reminder-review_application-by_hand",
    "opening-20",
    "lapse",
    "correction",
    "cancellation-filed",
    "digest",
    "escalation-late",
    "escalation-copy_of_annual_report",
    "list",
    "list-own",
}


def _golden(name: str, written: str) -> str:
    path = GOLDEN / name
    if os.environ.get("RECORD_LETTERS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written.encode())
    return path.read_bytes().decode()


def _letter(name: str, language: Language) -> Letter:
    return write(in_language(FACTS[name], language))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", FACTS)
def test_a_letter_says_what_was_approved(name: str, language: Language) -> None:
    letter = _letter(name, language)
    text = f"{letter.subject}\n\n{letter.text}\n"
    assert text == _golden(f"{language}/{name}.txt", text)
    if name in IN_HTML:
        assert letter.html + "\n" == _golden(f"{language}/{name}.html", letter.html + "\n")
        calendar = (letter.calendar or b"").decode()
        assert not calendar or calendar == _golden(f"{language}/{name}.ics", calendar)


def test_no_golden_file_is_left_behind() -> None:
    texts = {f"{language}/{name}.txt" for language in Language for name in FACTS}
    looks = {f"{language}/{name}.{kind}" for language in Language for name in IN_HTML for kind in ("html", "ics")}
    found = {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.*")}
    assert texts <= found <= texts | looks
