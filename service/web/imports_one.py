"""One import: what it did, its sheet as it came, and taking it back."""

from pathlib import Path

from starlette.responses import Response

from service.domain.errors import RequestRefused
from service.flows.undo_import import TakenBack, take_back
from service.store import audit, intakes
from service.store.console import intakes as console
from service.store.console.intakes import Kept
from service.store.database import reading
from service.web.asked import Asked, Missing, download
from service.web.page import HOUSE, OPS, Page
from service.web.paging import part

_MOST_NAMED = 500


def one(asked: Asked) -> Response:
    """What an import did, row by row."""
    with reading(asked.house.engine) as connection:
        kept = _there(console.one(connection, asked.id()))
        found = part(
            asked, lambda limit, before: console.changes(connection, kept.id, limit, before), lambda change: change.id
        )
    return asked.page("imports/one.html", kept=kept, found=found)


def sheet(asked: Asked) -> Response:
    """The file as it came, byte by byte."""
    with asked.house.engine.begin() as connection:
        kept = _there(console.one(connection, asked.id()))
        file = intakes.file_of(connection, kept.id, [kept.kind])
        if file is None:
            raise Missing
        audit.note(connection, asked.visitor.actor, "exported", ("intake", kept.id), asked.at, {})
    return download(file.content, f"{kept.id}{Path(file.name).suffix.lower()[:5]}", "application/octet-stream")


def consequences(asked: Asked) -> Response:
    """What would go if it were taken back; nothing does yet."""
    return _consequences(asked)


def back(asked: Asked) -> Response:
    """Take it back."""
    actor = asked.visitor.actor
    with reading(asked.house.engine) as connection:
        kept = _there(console.one(connection, asked.id()))
    try:
        take_back(asked.house.desk, kept.id, actor.author, asked.today, actor=actor)
    except RequestRefused as refusal:
        return asked.page("refused.html", 422, sentence=asked.say(refusal.zh, refusal.en))
    return asked.go(f"/imports/{kept.id}", "taken-back")


def _consequences(asked: Asked) -> Response:
    with reading(asked.house.engine) as connection:
        kept = _there(console.one(connection, asked.id()))
    foreseen = take_back(asked.house.desk, kept.id, asked.visitor.actor.author, asked.today, dry_run=True)
    return asked.page("imports/back.html", kept=kept, foreseen=foreseen, names=_names(asked, foreseen))


def _names(asked: Asked, foreseen: TakenBack) -> dict[tuple[str, int], tuple[int | None, str]]:
    left = [(each.on, each.id) for each in foreseen.left[:_MOST_NAMED]]
    with reading(asked.house.engine) as connection:
        return {(str(on), id): named for (on, id), named in console.names(connection, left).items()}


def _there(kept: Kept | None) -> Kept:
    if kept is None:
        raise Missing
    return kept


PAGES = (
    Page("/imports/{id:int}", one, HOUSE, sees="intake"),
    Page("/imports/{id:int}/file", sheet, HOUSE),
    Page("/imports/{id:int}/take-back", consequences, OPS),
    Page("/imports/{id:int}/take-back", back, OPS, "POST"),
)
