"""Recording that a matter was done: the day and the receipt, then what follows from it, then the record."""

from starlette.responses import Response

from service.domain.errors import RequestRefused
from service.flows import filing
from service.flows.filing import Fileable, Filed
from service.letters.words import WORDS
from service.web.asked import Asked, Missing
from service.web.page import KEEPERS, Page


def form(asked: Asked) -> Response:
    """The day on which it was done, and the number of the receipt."""
    return _form(asked, _fileable(asked))


def filed(asked: Asked) -> Response:
    """What would follow; once it is confirmed, the record."""
    found, confirmed = _fileable(asked), asked.field("confirmed") == "yes"
    said, id = {name: asked.field(name) for name in ("on", "receipt")}, found.matter.obligation_id
    actor = asked.visitor.actor
    try:
        done = filing.record(asked.house.desk, asked.scope, id, said, actor, asked.today, dry_run=not confirmed)
    except RequestRefused as refusal:
        return _form(asked, found, refusal)
    if confirmed:
        return asked.go(_back(found), "recorded")
    return _form(asked, found, foreseen=done)


def _fileable(asked: Asked) -> Fileable:
    found = filing.fileable(asked.house.desk, asked.scope, asked.id())
    if found is None:
        raise Missing
    return found


def _back(found: Fileable) -> str:
    return f"/lists/{found.unit_id}" if found.unit_id else f"/certifications/{found.matter.certification_id}"


def _form(
    asked: Asked, found: Fileable, refusal: RequestRefused | None = None, foreseen: Filed | None = None
) -> Response:
    known = {
        "matter": found.matter,
        "title": WORDS[asked.language].title_of(found.matter),
        "back": _back(found),
        "foreseen": foreseen,
        "refusal": asked.say(refusal.zh, refusal.en) if refusal else "",
        "typed": {name: asked.field(name) or asked.word(name) for name in ("on", "receipt")},
    }
    return asked.page("lists/filing.html", 422 if refusal else 200, **known)


PAGES = (
    Page("/matters/{id:int}/filed", form, KEEPERS, sees="obligation"),
    Page("/matters/{id:int}/filed", filed, KEEPERS, "POST"),
)
