"""One letter: how it stands and why, whom it was for, the letter as it was sent, and what was done with it."""

from datetime import datetime

from sqlalchemy import Connection
from starlette.responses import HTMLResponse, Response

from service.domain.delivery import RETRIABLE, WAITING
from service.domain.errors import RequestRefused
from service.domain.undeliverable import TOLD_ANEW
from service.domain.visitors import VisitorRole
from service.flows import outbox
from service.store import letters
from service.store.console import deliveries, delivery
from service.store.database import reading
from service.web.asked import Asked, Missing, download
from service.web.deliveries import do
from service.web.deliveries_filter import of_house
from service.web.deliveries_letter import Opened, opened
from service.web.deliveries_terms import stage_words, without_addresses
from service.web.page import EVERYONE, OPS, Page
from service.web.protection import framed


def shown(asked: Asked) -> Response:
    """The letter's page."""
    return _page(asked)


def changed(asked: Asked) -> Response:
    """Retry it, end it, or send it to a colleague of its recipient."""
    try:
        if asked.field("do") == "resend":
            if not asked.field("contact"):
                raise RequestRefused("请选择收件人", "choose to whom")
            to = asked.number_in(asked.field("contact"))
            new = outbox.resend(asked.house.desk, asked.id(), to, asked.visitor.actor, asked.today)
            return asked.go(f"/deliveries/{new}", "resent")
        done = do(asked, [asked.id()])
    except RequestRefused as refusal:
        return _page(asked, asked.say(refusal.zh, refusal.en))
    return asked.go(f"/deliveries/{asked.id()}", done)


def html(asked: Asked) -> Response:
    """The HTML of the letter, for a frame in which nothing runs and nothing is fetched."""
    letter = _letter(asked)
    if not letter.html:
        raise Missing
    return framed(HTMLResponse(letter.html))


def attachment(asked: Asked) -> Response:
    """A file of the letter, to be kept and never shown."""
    files, number = _letter(asked).files, asked.id("number")
    if number > len(files):
        raise Missing
    file = files[number - 1]
    return download(file.content, file.name, file.media_type)


def _letter(asked: Asked) -> Opened:
    """The letter that was kept."""
    id = asked.id()
    with reading(asked.house.engine) as connection:
        if deliveries.one(connection, asked.scope, id) is None:
            raise Missing
        _, _, kept = _read(asked, connection, id)
    if kept is None:
        raise Missing
    return opened(kept[0])


def _read(
    asked: Asked, connection: Connection, id: int
) -> tuple[delivery.Reader, list[int] | None, tuple[bytes, datetime] | None]:
    """Whom a delivery goes to, what went in one letter with it, and the letter that was kept: for who may see all of
    those alone, since its words name them."""
    reader, mates = delivery.reader(connection, asked.scope, id), delivery.mates(connection, asked.scope, id)
    is_seen = reader.contact is not None and mates is not None
    return reader, mates, letters.of_delivery(connection, id) if is_seen else None


def _page(asked: Asked, refusal: str = "") -> Response:
    id, role = asked.id(), asked.visitor.role
    with reading(asked.house.engine) as connection:
        row = deliveries.one(connection, asked.scope, id)
        if row is None:
            raise Missing
        reader, mates, kept = _read(asked, connection, id)
        may_change = role is VisitorRole.OPS
        can_resend = may_change and row.state in outbox.RESENT_FROM and row.purpose in TOLD_ANEW
        others = delivery.colleagues(connection, reader.contact, id) if can_resend and reader.contact else []
        house = of_house(asked)
        known = {
            "planned_at": delivery.planned_at(connection, id),
            "attempts": delivery.attempts(connection, id),
            "came_back": delivery.came_back(connection, id) if house else [],
            "changes": delivery.changes(connection, id) if house else [],
        }
    letter = opened(kept[0]) if kept else None
    return asked.page(
        "deliveries/one.html",
        422 if refusal else 200,
        row=row,
        reader=reader,
        letter=letter,
        mates=mates,
        written_at=kept[1] if kept else None,
        others=others,
        can_retry=may_change and row.state in RETRIABLE,
        can_abort=may_change and row.state in WAITING,
        can_resend=can_resend,
        refusal=refusal,
        stage=stage_words(row.stage, asked.say),
        answered=str if reader.contact else without_addresses,
        **known,
    )


PAGES = (
    Page("/deliveries/{id:int}", shown, EVERYONE, sees="delivery"),
    Page("/deliveries/{id:int}", changed, OPS, "POST"),
    Page("/deliveries/{id:int}/letter.html", html, EVERYONE, sees="delivery"),
    Page("/deliveries/{id:int}/attachment/{number:int}", attachment, EVERYONE, sees="delivery"),
)
