"""Recording what happened to a certification: first what would follow from it, then, once confirmed, the record."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from service.domain.certification import Certification
from service.domain.errors import RequestRefused
from service.domain.lifecycle import ALLOWED_IN, Event, EventType, Life
from service.flows import close
from service.flows.close import Recorded
from service.flows.desk import looking
from service.flows.grounds import lives_of
from service.flows.typed import line
from service.letters.words import WORDS
from service.store import certifications
from service.store.console.certification_page import one
from service.web.asked import Asked, Missing
from service.web.certifications_particulars import particulars, typed_event
from service.web.page import OPS, Page

_LONGEST_NOTE = 300
_CHANGED_SINCE = (
    "此间有人登记了新的事件，后果已重新推算，请再核对。",
    "another event has been recorded meanwhile: the consequences were worked out anew, check them again",
)


@dataclass(frozen=True)
class _Held:
    """The certification that is meant, its state, and how far its log has come."""

    about: Certification
    life: Life
    last: int
    log: Mapping[int, Event]


def _held(asked: Asked) -> _Held:
    id = asked.id()
    with looking(asked.house.desk) as now:
        about = one(now.connection, asked.scope, id)
        if about is None:
            raise Missing
        life = lives_of(now, [id])[id]
        log = {each.order: each for each in certifications.logs(now.connection, [id]).get(id, [])}
    return _Held(about, life, max(log, default=0), log)


def form(asked: Asked) -> Response:
    """Which event, and then what it takes."""
    held = _held(asked)
    word = asked.word("type")
    if not word:
        fitting = [type for type in EventType if type is not EventType.CORRECTED and _fits(type, held.life)]
        others = [type for type in EventType if type is not EventType.CORRECTED and type not in fitting]
        return asked.page("certifications/event_types.html", about=held.about, fitting=fitting, others=others)
    if word not in tuple(EventType):
        raise Missing
    typed = {"on": str(asked.today), **asked.request.query_params}
    return _form(asked, held, EventType(word), typed)


def _fits(type: EventType, life: Life) -> bool:
    """Whether it can follow the present state; what answers something takes something that waits."""
    waiting = {
        EventType.CHANGE_FILED: bool(life.unfiled),
        EventType.INQUIRY_ANSWERED: any(not each.met for each in life.inquiries),
        EventType.RECTIFIED: any(not each.met for each in life.rectifications),
    }
    return life.phase in ALLOWED_IN[type] and waiting.get(type, True)


def _form(asked: Asked, held: _Held, type: EventType, typed: Mapping[str, str], refusal: str = "") -> Response:
    known = {"about": held.about, "type": type, "takes": particulars(type, held.life), "typed": typed}
    struck = _numbered(held, typed.get("value", "")) if typed.get("field") == "event" else None
    status = 422 if refusal else 200
    return asked.page("certifications/event.html", status, **known, refusal=refusal, struck=struck)


def told(asked: Asked) -> Response:
    """The consequences of what was typed; once they are confirmed, and the log has not changed since, the record."""
    held = _held(asked)
    if asked.field("type") not in tuple(EventType):
        raise RequestRefused("请选择事件", "choose an event")
    type = EventType(asked.field("type"))
    typed = {name: asked.field(name) for name in asked.form if name != "csrf"}
    try:
        event = typed_event(asked, type, held.life)
        note = line(asked.say("备注", "remark"), asked.field("note"), _LONGEST_NOTE) if asked.field("note") else ""
        foreseen = _record(asked, held, event, note, dry_run=True)
    except RequestRefused as wrong:
        return _form(asked, held, type, typed, asked.say(wrong.zh, wrong.en))
    confirmed = bool(asked.field("confirmed"))
    if confirmed and asked.field("last") == str(held.last):
        return _recorded(asked, held, event, note)
    known = {"about": held.about, "event": event, "typed": typed, "foreseen": foreseen, "last": held.last}
    known |= {"struck": _struck(held, event), "words": WORDS[asked.language], "ahead": event.day > asked.today}
    return asked.page("certifications/consequences.html", **known, warning=asked.say(*_CHANGED_SINCE) * confirmed)


def _struck(held: _Held, event: Event) -> Event | None:
    """The event that a correction strikes out."""
    return _numbered(held, event.details.get("value", "")) if event.details.get("field") == "event" else None


def _numbered(held: _Held, text: str) -> Event | None:
    return held.log.get(int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _record(asked: Asked, held: _Held, event: Event, note: str, *, dry_run: bool = False) -> Recorded:
    author = asked.visitor.actor.author
    return close.record(asked.house.desk, held.about, event, author, note, asked.today, dry_run=dry_run)


def _recorded(asked: Asked, held: _Held, event: Event, note: str) -> Response:
    details = {"event": event.type, "on": str(event.day)}
    asked.note("event_recorded", ("certification", held.about.id), details)
    _record(asked, held, event, note)
    return asked.go(f"/certifications/{held.about.id}", "recorded")


PAGES = (
    Page("/certifications/{id:int}/event", form, OPS, sees="certification"),
    Page("/certifications/{id:int}/event", told, OPS, method="POST"),
)
