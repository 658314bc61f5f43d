"""Answers from the letter: the page that its link opens, and what the unit or operations decide of them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from starlette.responses import Response

from service.domain.answer import Answer, latest_quiet
from service.domain.errors import RequestRefused
from service.domain.visitors import VisitorRole
from service.flows import answers as flow
from service.letters.letter import Language
from service.letters.words import WORDS
from service.store import answers
from service.store.database import reading
from service.web.asked import Asked, Missing
from service.web.page import STRANGERS, UNITS, Page
from service.web.paging import part

_SAID = ("on", "until", "receipt", "note", "name", "address")
_DECIDE = frozenset({VisitorRole.OPS, VisitorRole.OFFICER})


def opened(asked: Asked) -> Response:
    """What a link shows. Opening it changes nothing: mail scanners open links."""
    return _shown(asked)


def answered(asked: Asked) -> Response:
    """Take an answer, and say what follows."""
    token, kind = asked.request.path_params["token"], asked.field("kind")
    try:
        if kind not in tuple(Answer):
            raise RequestRefused("请选择一项答复", "choose an answer")
        said = {name: asked.field(name) for name in _SAID}
        until = flow.answer(asked.house.desk, token, Answer(kind), said, asked.today)
    except RequestRefused as refusal:
        return _shown(asked, 422, refusal=asked.say(refusal.zh, refusal.en), kind=kind)
    return asked.go(f"/answer/{token}?until={until or ''}", kind)


def waiting(asked: Asked) -> Response:
    """The answers that wait for a decision."""
    with reading(asked.house.engine) as connection:
        read = partial(answers.to_decide, connection, asked.scope)
        found = part(asked, read, lambda each: each.answered.id)
    return asked.page("answers/waiting.html", found=found, may_decide=asked.visitor.role in _DECIDE)


def decide(asked: Asked) -> Response:
    """Confirm or reopen the answers that were ticked; what cannot be is said, and the others are done."""
    confirmed = asked.field("decision") == "confirm"
    refusals = []
    for id in asked.ids():
        try:
            actor = asked.visitor.actor
            flow.decide(asked.house.desk, asked.scope, id, actor, asked.today, confirmed=confirmed)
        except RequestRefused as refusal:
            refusals.append(f"{id}: {asked.say(refusal.zh, refusal.en)}")
    if refusals:
        return asked.page("refused.html", 422, sentence="; ".join(refusals))
    return asked.go("/answers", "confirmed" if confirmed else "reopened")


def _shown(asked: Asked, status: int = 200, *, refusal: str = "", kind: str = "") -> Response:
    found = flow.open_link(asked.house.desk, asked.request.path_params["token"])
    if found is None:
        raise Missing
    language = _language(asked, found.contact.language)
    words = WORDS[language]
    known: Mapping[str, object] = {
        "found": found,
        "words": words,
        "title": words.title_of(found.matter),
        "latest_quiet": latest_quiet(found.matter.dates.safe_due_on),
        "refusal": refusal,
        "kind": kind,
        "typed": {name: asked.field(name) for name in _SAID},
    }
    return replace(asked, language=language).page("answers/link.html", status, **known)


def _language(asked: Asked, theirs: str) -> Language:
    """The language that the reader has chosen, else that of the letter."""
    return asked.language if asked.has_chosen_language else Language(theirs)


PAGES = (
    Page("/answer/{token}", opened, STRANGERS),
    Page("/answer/{token}", answered, STRANGERS, "POST"),
    Page("/answers", waiting, UNITS, sees="answers"),
    Page("/answers", decide, _DECIDE, "POST"),
)
