"""Held days: letters that wait for a person's word because a day would send far more than is usual."""

from starlette.responses import Response

from service.domain.errors import RequestRefused
from service.flows.quarantine import decide
from service.store import quarantine
from service.store.console.quarantine import stages
from service.store.database import reading
from service.web.asked import Asked
from service.web.deliveries_terms import stage_words
from service.web.page import HOUSE, OPS, Page

_DECISIONS = {"approve": True, "drop": False}


def listed(asked: Asked) -> Response:
    """Each held day, with what it holds by stage."""
    return _listed(asked)


def decided(asked: Asked) -> Response:
    """Let a day's letters go, or drop them."""
    id, word = asked.id(), asked.field("decision")
    try:
        if word not in _DECISIONS:
            raise RequestRefused("请选择放行或丢弃", "choose to let them go or to drop them")
        approve = _DECISIONS[word]
        asked.note("quarantine_approved" if approve else "quarantine_dropped", ("quarantine", id))
        decide(asked.house.desk, id, approve=approve, author=asked.visitor.actor.author, today=asked.today)
    except RequestRefused as refusal:
        return _listed(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    return asked.go("/quarantine", "approved" if approve else "dropped")


def _listed(asked: Asked, status: int = 200, *, refusal: str = "") -> Response:
    with reading(asked.house.engine) as connection:
        found = quarantine.listed(connection)
        held = stages(connection, [each.id for each in found if each.held])
    known = {"found": found, "held": held, "stage": lambda code: stage_words(code, asked.say) or code}
    return asked.page("quarantine/list.html", status, refusal=refusal, **known)


PAGES = (Page("/quarantine", listed, HOUSE), Page("/quarantine/{id:int}", decided, OPS, "POST"))
