"""The templates of letters, and what they make of what they are told."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from service.letters.letter import Language

_TEMPLATES = Environment(
    loader=PackageLoader("templates", "letters"),
    autoescape=select_autoescape(["html"], default_for_string=False),
    undefined=StrictUndefined,
    auto_reload=False,
    cache_size=-1,  # all of them are kept, and nobody counts which was used last
    trim_blocks=True,
    lstrip_blocks=True,
)


def sentences(name: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """What a file of sentences says of what is ``known``, by the names that it gives them."""
    return vars(_TEMPLATES.get_template(name).make_module(dict(known)))


def worded(language: Language, letter: str, known: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject on one line, plain text and HTML."""
    folder = f"{language}/{letter}"
    subject = " ".join(_TEMPLATES.get_template(f"{folder}/subject.txt").render(known).split())
    text = _TEMPLATES.get_template(f"{folder}/body.txt").render(known)
    return subject, text, _TEMPLATES.get_template(f"{folder}/body.html").render(known, subject=subject)
