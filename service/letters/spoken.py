"""What a document or a person says of a date: free text that somebody typed, shown on one line and in quotes."""

import re

from service.domain.periods import Dates, Rule
from service.letters.letter import Language

# Line breaks, control characters, and what turns the direction of text or cannot be seen at all.
_UNSHOWN = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff]+")
_INNER = {
    Language.ZH: str.maketrans({"“": "‘", "”": "’", '"': "'"}),
    Language.EN: str.maketrans({"“": "'", "”": "'", '"': "'"}),
}
_MARKS = {Language.ZH: "“{}”", Language.EN: '"{}"'}


def on_one_line(said: str) -> str:
    """The text on one line, without what could break a line or hide what stands beside it."""
    return _UNSHOWN.sub(" ", said).strip()


def in_quotes(said: str, language: Language) -> str:
    """The text in the quotation marks of a language, its own marks turned into inner ones; empty if nothing is said."""
    text = on_one_line(said).translate(_INNER[language])
    return _MARKS[language].format(text) if text else ""


def document(dates: Dates) -> str:
    """What names the day or the period: a year's notice, a unit's document; empty where nothing was noted."""
    return next((step.said for step in dates.trace if step.said and step.rule is not Rule.OVERRIDDEN), "")
