"""Letters as they would be written now, of real matters; and a copy of one to try."""

from collections.abc import Mapping

from starlette.responses import HTMLResponse, Response

from service.domain.delivery import Sent
from service.domain.errors import DubanError, RequestRefused
from service.flows.letter_preview import Previewed, kinds, preview, send_copy
from service.letters.letter import Language
from service.letters.words import WORDS
from service.store.console import matters
from service.store.database import reading
from service.store.obligations import Stored
from service.web.asked import Asked, Missing
from service.web.page import HOUSE, OPS, Page
from service.web.protection import framed


def shown(asked: Asked) -> Response:
    """The letters about a matter: the one asked for, the first of a certification's, or else the one due next."""
    number = asked.number("certification")
    with reading(asked.house.engine) as connection:
        theirs = matters.of_certification(connection, asked.scope, number) if number else []
        chosen = None if theirs else matters.next_open(connection, asked.scope, asked.today)
    if number and not theirs:
        return asked.page("letters/choose.html", 404, certification=number)
    stored = theirs[0] if theirs else chosen
    if stored is None:
        return asked.page("letters/choose.html", certification=None)
    return asked.go(f"/letters/{stored.id}")


def one(asked: Asked) -> Response:
    """A letter about a matter, beside its text and its invitation."""
    return _page(asked, _stored(asked, asked.id()), asked.word("letter"), _language(asked, asked.word("language")))


def frame(asked: Asked) -> Response:
    """The letter's HTML, for the frame alone."""
    stored = _stored(asked, asked.id())
    found = _previewed(asked, stored, asked.word("letter"), _language(asked, asked.word("language")))
    return framed(HTMLResponse(found.letter.html))


def test(asked: Asked) -> Response:
    """Send a copy to try. Its address is kept nowhere: the audit holds the matter and the kind of letter."""
    stored, kind = _stored(asked, asked.id()), asked.field("letter")
    language = _language(asked, asked.field("language"))
    try:
        found = _previewed(asked, stored, kind, language)
        asked.note("test_letter_sent", ("obligation", stored.id), {"letter": kind, "language": language})
        outcome = send_copy(asked.house.desk, asked.house.post, found, asked.field("address"))
        if not isinstance(outcome, Sent):
            raise RequestRefused(f"中继未接受：{outcome.answer}", f"the relay did not take it: {outcome.answer}")
    except DubanError as refusal:
        return _page(asked, stored, kind, language, 422, refusal=asked.say(refusal.zh, refusal.en))
    return asked.go(f"/letters/{stored.id}?letter={kind}&language={language}", "tested")


def _page(
    asked: Asked, stored: Stored, kind: str, language: Language, status: int = 200, *, refusal: str = ""
) -> Response:
    known = kinds(stored)
    kind = kind or known[0]
    found = _previewed(asked, stored, kind, language)
    of = stored.subject
    with reading(asked.house.engine) as connection:
        others = matters.of_certification(connection, asked.scope, of.id) if of.kind == "certification" else [stored]
    shown = {"stored": stored, "others": others, "kind": kind, "kinds": known, "language": language, "found": found}
    return asked.page("letters/one.html", status, **shown, **_words(asked), refusal=refusal)


def _previewed(asked: Asked, stored: Stored, kind: str, language: Language) -> Previewed:
    return preview(asked.house.desk, stored, kind or kinds(stored)[0], language, asked.today)


def _stored(asked: Asked, id: int) -> Stored:
    with reading(asked.house.engine) as connection:
        found = matters.visible(connection, asked.scope, id)
    if found is None:
        raise Missing
    return found


def _language(asked: Asked, text: str) -> Language:
    if text and text not in tuple(Language):
        raise Missing
    return Language(text) if text else asked.language


def _words(asked: Asked) -> Mapping[str, object]:
    words = WORDS[asked.language]
    return {"titled": words.of_kind, "canary": asked.house.settings.canary_address}


PAGES = (
    Page("/letters", shown, HOUSE),
    Page("/letters/{id:int}", one, HOUSE, sees="obligation"),
    Page("/letters/{id:int}/frame", frame, HOUSE),
    Page("/letters/{id:int}/test", test, OPS, "POST"),
)
