"""Returned mail that waits for a person: whose it is, and whether that letter will never arrive."""

from starlette.responses import Response

from service.domain.errors import RequestRefused
from service.flows import returned as flow
from service.flows.desk import moment
from service.store import audit, returned
from service.store.database import reading
from service.web.asked import Asked
from service.web.page import HOUSE, OPS, Page

_SHOWN = 200


def waiting(asked: Asked) -> Response:
    """What waits, the oldest first."""
    return _list(asked)


def settled(asked: Asked) -> Response:
    """Settle the ticked ones by hand: all of them or none."""
    try:
        ids = asked.ids()
        whose = _number(asked)
        permanent = asked.field("do") == "permanent"
        actor = asked.visitor.actor
        with moment(asked.house.desk) as now:
            for id in sorted(set(ids)):
                details = {"delivery": whose, "permanent": permanent}
                audit.note(now.connection, actor, "settled_returned", ("returned", id), now.now, details)
        flow.settle(asked.house.desk, ids, whose, permanent, actor.author, asked.today)
    except RequestRefused as refusal:
        return _list(asked, asked.say(refusal.zh, refusal.en))
    return asked.go("/deliveries/returned", "settled")


def _number(asked: Asked) -> int | None:
    """The delivery that was typed; None where none was."""
    text = asked.field("delivery").removeprefix("#")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise RequestRefused(f"信件编号：“{text[:40]}”不是编号", f'letter: "{text[:40]}" is no number')
    return int(text)


def _list(asked: Asked, refusal: str = "") -> Response:
    with reading(asked.house.engine) as connection:
        found = returned.waiting(connection, _SHOWN)
        total = returned.count_waiting(connection) if len(found) == _SHOWN else len(found)
    known = {"found": found, "total": total, "refusal": refusal, "ticked": set(asked.fields("id"))}
    return asked.page("deliveries/returned.html", 422 if refusal else 200, typed=asked.field("delivery"), **known)


PAGES = (
    Page("/deliveries/returned", waiting, HOUSE),
    Page("/deliveries/returned", settled, OPS, "POST"),
)
