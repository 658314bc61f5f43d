"""HTML that phones, Outlook's Word engine and webmail can show: tables, inline styles, nothing from elsewhere."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from service.domain.certification import Level
from service.domain.obligation import Kind
from service.domain.terms import fixed
from service.letters.colours import INK, TINT, Tone
from service.letters.letter import DigestLetter, Language, ListLetter, MatterLetter
from service.letters.writing import write
from tests.letters.cases import cases, digest_cases, list_cases
from tests.letters.facts import WORKDAYS, by_hand, duty, envelope, in_language, letter, list_letter, matter, row

Told = MatterLetter | DigestLetter | ListLetter
FACTS: dict[str, Told] = {**cases(), **digest_cases(), **list_cases()}
EVERY = [
    pytest.param(in_language(facts, language), id=f"{name}-{language}")
    for name, facts in FACTS.items()
    for language in Language
]
ALLOWED = {
    "html",
    "head",
    "meta",
    "title",
    "body",
    "table",
    "tr",
    "td",
    "p",
    "h1",
    "h2",
    "b",
    "br",
    "span",
    "ol",
    "li",
    "a",
}
_OURS = re.compile(r"https://duban\.example/(answer|fewer)/[0-9]+\.[a-z2-7]+")
"""The addresses that a letter names: our own pages."""

VOID = {"meta", "br"}
HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}"


class _Reader(HTMLParser):
    """Every tag with its attributes, and whether each closes what it opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("facts", EVERY)
def test_the_html_is_tables_with_inline_styles_and_nothing_from_elsewhere(
    facts: MatterLetter | DigestLetter | ListLetter,
) -> None:
    html = write(facts).html
    reader = _Reader(html)
    assert reader.open == []
    assert {tag for tag, _ in reader.tags} <= ALLOWED
    links = {_OURS.fullmatch(attributes["href"] or "") for tag, attributes in reader.tags if tag == "a"}
    assert None not in links
    assert not re.search(r"https?:|url\(|float|position|flex|grid|margin:[^;\"]*auto", _OURS.sub("", html))
    for tag, attributes in reader.tags:
        assert tag != "table" or attributes["role"] == "presentation"
        assert not any(name.startswith("on") or name in ("src", "class", "id") for name in attributes)
    assert "Undefined" not in html
    assert len(html.encode()) < 102_000  # what Gmail shows without cutting


@pytest.mark.parametrize("facts", EVERY)
def test_every_cell_with_words_names_its_font(facts: Told) -> None:
    for tag, attributes in _Reader(write(facts).html).tags:
        frame = attributes.get("align") == "center"
        assert tag != "td" or frame or "Microsoft YaHei" in (attributes["style"] or "")


@pytest.mark.parametrize("language", list(Language))
def test_what_a_sheet_or_a_contact_says_stays_text(language: Language) -> None:
    about = replace(matter(), enterprise=HOSTILE, factory=HOSTILE, batch=HOSTILE, unit=HOSTILE, date_basis=HOSTILE)
    facts = letter(about=about)
    facts = replace(facts, envelope=envelope(language, name=HOSTILE))
    today = facts.today
    advanced = replace(facts, matter=replace(about, kind=Kind.REVIEW_APPLICATION, level=Level.ADVANCED))
    digest = DigestLetter(facts.envelope, (facts, advanced), "https://duban.example/fewer/7.abc")
    for each in (facts, digest, list_letter((row(about, today, HOSTILE),), today, language)):
        written = write(each)
        reader = _Reader(written.html)
        assert {tag for tag, _ in reader.tags} <= ALLOWED
        assert HOSTILE in reader.text
        assert HOSTILE in written.text


@pytest.mark.parametrize("language", list(Language))
def test_what_a_notice_or_a_reason_says_stays_text(language: Language) -> None:
    dates = fixed(date(2026, 6, 30), date(2026, 4, 8), "17(2)", WORKDAYS, said=HOSTILE + "\r\nBEGIN:VEVENT")
    about = by_hand(replace(duty(Kind.ANNUAL_ROUND), dates=dates), date(2026, 6, 26), date(2026, 6, 26), HOSTILE)
    facts = letter(about=about, language=language)
    digest = write(DigestLetter(facts.envelope, (facts, letter(language=language)), ""))
    assert {tag for tag, _ in _Reader(digest.html).tags} <= ALLOWED
    written = write(facts)
    reader = _Reader(written.html)
    assert {tag for tag, _ in reader.tags} <= ALLOWED
    for text in (reader.text, written.text):
        assert text.count("<script>alert(1)</script>") == 4  # in the situation, the details and two steps
        assert "\nBEGIN:VEVENT" not in text
    assert (written.calendar or b"").count(b"\nBEGIN:VEVENT") == 1


def test_a_subject_is_one_line_whatever_a_name_holds() -> None:
    written = write(letter(about=replace(matter(), enterprise="a\r\nBcc: b@c.example\n\n公司")))
    assert "\n" not in written.subject
    assert "\r" not in written.subject
    assert written.subject.endswith("a Bcc: b@c.example 公司")


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("tone", list(Tone))
def test_every_ink_can_be_read_on_its_tint_and_on_white(tone: Tone) -> None:
    for ground in (TINT[tone], "#ffffff"):
        assert (_luminance(ground) + 0.05) / (_luminance(INK[tone]) + 0.05) >= 4.5
