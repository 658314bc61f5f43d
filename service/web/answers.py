"""Answers: the page that a letter's link opens, the same for who has signed in, and what is decided of them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from starlette.responses import Response

from service.domain.answer import Answer, latest_quiet
from service.domain.errors import RequestRefused
from service.flows import answers as flow
from service.flows.answers import Opened
from service.letters.letter import Language
from service.letters.words import WORDS
from service.store import answers
from service.store.database import reading
from service.web.asked import Asked, Missing
from service.web.page import CONTACTS, KEEPERS, STRANGERS, UNITS, Page
from service.web.paging import part

_WORDS = ("on", "until", "receipt", "note", "name", "address")


def opened(asked: Asked) -> Response:
    """What a link shows. Opening it changes nothing: mail scanners open links."""
    return _by_link(asked)


def answered(asked: Asked) -> Response:
    """Take an answer, and say what follows."""
    token, desk = asked.request.path_params["token"], asked.house.desk
    try:
        kind, said = _said(asked)
        until = flow.answer(desk, token, kind, said, asked.today)
    except RequestRefused as refusal:
        return _by_link(asked, refusal)
    return asked.go(f"/answer/{token}?until={until or ''}", kind)


def matter(asked: Asked) -> Response:
    """The same for a contact who has signed in, of a matter of their own."""
    return _by_contact(asked)


def answered_here(asked: Asked) -> Response:
    """Take an answer from them."""
    found, contact_id = _opened(asked), asked.visitor.actor.id
    id = found.matter.obligation_id
    try:
        kind, said = _said(asked)
        until = flow.answer_matter(asked.house.desk, asked.scope, contact_id, id, kind, said, asked.today)
    except RequestRefused as refusal:
        return _by_contact(asked, refusal)
    return asked.go(f"/matters/{id}?until={until or ''}", kind)


def waiting(asked: Asked) -> Response:
    """The answers that wait for a decision."""
    with reading(asked.house.engine) as connection:
        read = partial(answers.to_decide, connection, asked.scope)
        found = part(asked, read, lambda each: each.answered.id)
    return asked.page("answers/waiting.html", found=found, may_decide=asked.visitor.role in KEEPERS)


def decide(asked: Asked) -> Response:
    """Confirm or reopen the answers that were ticked; what cannot be is said, and the others are done."""
    return decided(asked, "/answers")


def decided(asked: Asked, back: str) -> Response:
    """The same from another page, to which it leads ``back``."""
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
    return asked.go(back, "confirmed" if confirmed else "reopened")


def _said(asked: Asked) -> tuple[Answer, dict[str, str]]:
    """What was answered, as it was typed. Raises RequestRefused where none of the answers was chosen."""
    if asked.field("kind") not in tuple(Answer):
        raise RequestRefused("请选择一项答复", "choose an answer")
    return Answer(asked.field("kind")), {name: asked.field(name) for name in _WORDS}


def _by_link(asked: Asked, refusal: RequestRefused | None = None) -> Response:
    found = flow.open_link(asked.house.desk, asked.request.path_params["token"])
    if found is None:
        raise Missing
    return _shown(replace(asked, language=_language(asked, found.contact.language)), found, refusal)


def _by_contact(asked: Asked, refusal: RequestRefused | None = None) -> Response:
    return _shown(asked, _opened(asked), refusal)


def _opened(asked: Asked) -> Opened:
    found = flow.open_matter(asked.house.desk, asked.scope, asked.visitor.actor.id, asked.id())
    if found is None:
        raise Missing
    return found


def _shown(asked: Asked, found: Opened, refusal: RequestRefused | None) -> Response:
    words = WORDS[asked.language]
    known: Mapping[str, object] = {
        "found": found,
        "words": words,
        "title": words.title_of(found.matter),
        "latest_quiet": latest_quiet(found.matter.dates.safe_due_on),
        "refusal": asked.say(refusal.zh, refusal.en) if refusal else "",
        "kind": asked.field("kind") if refusal else "",
        "typed": {name: asked.field(name) for name in _WORDS},
    }
    return asked.page("answers/link.html", 422 if refusal else 200, **known)


def _language(asked: Asked, theirs: str) -> Language:
    """The language that the reader has chosen, else that of the letter."""
    return asked.language if asked.has_chosen_language else Language(theirs)


PAGES = (
    Page("/answer/{token}", opened, STRANGERS),
    Page("/answer/{token}", answered, STRANGERS, "POST"),
    Page("/matters/{id:int}", matter, CONTACTS, sees="obligation"),
    Page("/matters/{id:int}", answered_here, CONTACTS, "POST"),
    Page("/answers", waiting, UNITS, sees="answers"),
    Page("/answers", decide, KEEPERS, "POST"),
)
