"""The letter with a link to sign in, in both languages."""

import pytest

from service.letters.letter import Language, SignInLetter
from service.letters.writing import write
from tests.letters.facts import envelope

LINK = "https://site.example/sign-in/7.abc"


@pytest.mark.parametrize(
    ("language", "owner", "words"),
    [(Language.ZH, "甲方演示有限公司", "30分钟内有效"), (Language.EN, "A Demo Ltd", "good for 30 minutes")],
)
def test_it_holds_the_link_and_says_for_whom_and_how_long(language: Language, owner: str, words: str) -> None:
    letter = write(SignInLetter(envelope(language, ""), owner, LINK, 30))

    for body in (letter.text, letter.html):
        assert LINK in body
        assert owner in body
        assert words in body
    assert letter.text.isascii() == (language is Language.EN)
    assert letter.calendar is None


def test_a_name_with_marks_in_it_stays_text() -> None:
    letter = write(SignInLetter(envelope(), "<script>甲</script>", LINK, 30))
    assert "<script>" not in letter.html
