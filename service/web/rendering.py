"""Templates become pages: the one environment, and what every template may call."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from service.letters.words import WORDS
from service.web.terms import term

if TYPE_CHECKING:
    from service.web.asked import Asked

_TEMPLATES = Environment(
    loader=PackageLoader("templates", "web"),
    autoescape=select_autoescape(["html"], default=True),
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)


def rendered(template: str, asked: "Asked", known: Mapping[str, Any]) -> str:
    """The page. Templates have ``say(zh, en)``, ``term(family, code)``, ``at(moment)``, ``on(day)``, ``parts``."""

    def at(moment: datetime | None) -> str:
        return "–" if moment is None else f"{moment.astimezone(asked.zone):%Y-%m-%d %H:%M}"

    def on(day: date | None) -> str:
        return "–" if day is None else day.isoformat()

    given = {
        "asked": asked,
        "say": asked.say,
        "words": WORDS[asked.language],
        "term": lambda family, code: term(family, code, asked.language),
        "at": at,
        "on": on,
    }
    parts = _TEMPLATES.get_template("parts.html").make_module(given)
    return _TEMPLATES.get_template(template).render(given | {"parts": parts} | dict(known))
