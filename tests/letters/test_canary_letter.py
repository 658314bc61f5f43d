"""The letter to ourselves, in both languages."""

from datetime import date

import pytest

from service.letters.letter import CanaryLetter, Language
from service.letters.message import encode
from service.letters.writing import write
from tests.letters.facts import envelope


@pytest.mark.parametrize(
    ("language", "day", "words"),
    [(Language.ZH, "2027年8月6日", "两小时"), (Language.EN, "6 August 2027", "two hours")],
)
def test_it_says_what_it_is_for_and_that_nothing_is_to_be_done(language: Language, day: str, words: str) -> None:
    letter = write(CanaryLetter(envelope(language, ""), date(2027, 8, 6)))

    assert day in letter.subject
    assert words in letter.text
    assert words in letter.html
    assert letter.text.isascii() == (language is Language.EN)
    assert letter.calendar is None


def test_its_headers_name_the_delivery_as_those_of_every_letter_do() -> None:
    facts = CanaryLetter(envelope(), date(2027, 8, 6))
    head = encode(facts.envelope, write(facts)).partition(b"\r\n\r\n")[0].decode()

    assert f"X-Duban-Delivery: {facts.envelope.delivery_id}\r\n" in head
    assert f"Message-ID: <{facts.envelope.message_id}>\r\n" in head
