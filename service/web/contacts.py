"""Contacts and their health: who is told, whose address is held back, and who has nobody to tell."""

from collections.abc import Callable

from starlette.responses import Response

from service.domain.errors import RequestRefused
from service.domain.people import OwnerKind, Role
from service.domain.visitors import Actor, ActorKind, Scope, ScopeKind
from service.flows import persons, returned
from service.flows.desk import Desk
from service.flows.persons import Typed
from service.letters.letter import Language
from service.letters.table import Table
from service.store import audit
from service.store.console import contacts
from service.store.console.contacts import Listed, Unreached
from service.store.database import reading
from service.web.asked import Asked, Missing
from service.web.page import CONTACTS, EVERYONE, KEEPERS, Page
from service.web.paging import Part, part
from service.web.terms import term

_MOST = 100_000
_STATES = ("", "held", "none")


def listed(asked: Asked) -> Response:
    """The contacts that fit, those held back, or the enterprises without any; or all of them as a file."""
    state, words = asked.word("state"), asked.word("q")[:100]
    if state not in _STATES:
        raise Missing
    if asked.word("as"):
        return _exported(asked, state, words)
    people: Part[Listed] = Part((), "")
    lacking: Part[Unreached] = Part((), "")
    with reading(asked.house.engine) as connection:
        if state == "none":
            lacking = part(asked, lambda n, before: contacts.unreached(connection, asked.scope, n, before), _enterprise)
        else:
            held = state == "held"
            people = part(
                asked, lambda n, before: contacts.found(connection, asked.scope, words, held, n, before), _number
            )
    return asked.page("contacts/list.html", people=people, lacking=lacking, state=state, words=words)


def one(asked: Asked) -> Response:
    """A contact, and what is known of its address."""
    return _one(asked)


def change(asked: Asked) -> Response:
    """Set name, role and language."""
    try:
        persons.change(asked.house.desk, asked.scope, _there(asked).contact.id, _typed(asked), asked.visitor.actor)
    except RequestRefused as refusal:
        return _one(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    return asked.go(f"/contacts/{asked.id()}", "changed")


def restore(asked: Asked) -> Response:
    """Let an address that is held back work again."""
    id = _there(asked).contact.id
    try:
        if _there(asked).contact.working:
            raise RequestRefused("该邮箱并未停用", "that address is not held back")
        asked.note("contact_restored", (persons.SUBJECT, id))
        returned.restore(asked.house.desk, [id])
    except RequestRefused as refusal:
        return _one(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    return asked.go(f"/contacts/{id}", "restored")


def hold_back(asked: Asked) -> Response:
    """Send nothing to an address any more."""
    return _done(asked, persons.hold_back, "held")


def end_links(asked: Asked) -> Response:
    """End every link that a contact may hold."""
    return _done(asked, persons.end_links, "ended")


def _done(asked: Asked, change: Callable[[Desk, Scope, int, Actor], None], code: str) -> Response:
    id = _there(asked).contact.id
    try:
        change(asked.house.desk, asked.scope, id, asked.visitor.actor)
    except RequestRefused as refusal:
        return _one(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    return asked.go(f"/contacts/{id}", code)


def blank(asked: Asked) -> Response:
    """The form for a new contact; the address may name the owner."""
    return _form(asked)


def add(asked: Asked) -> Response:
    """Put a new contact on record; an enterprise's own people name colleagues alone."""
    kind = OwnerKind.ENTERPRISE if asked.scope.kind is ScopeKind.ENTERPRISE else asked.field("owner_kind")
    given = asked.field("owner"), asked.field("address"), _typed(asked)
    try:
        id = persons.add(asked.house.desk, asked.scope, kind, *given, asked.visitor.actor)
    except RequestRefused as refusal:
        return _form(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    return asked.go(f"/contacts/{id}", "added")


def _form(asked: Asked, status: int = 200, *, refusal: str = "") -> Response:
    names = ("owner_kind", "owner", "name", "address", "role", "language")
    typed = {name: asked.field(name) or asked.word(name) for name in names}
    return asked.page(
        "contacts/new.html", status, refusal=refusal, typed=typed, roles=list(Role), tongues=list(Language)
    )


def _one(asked: Asked, status: int = 200, *, refusal: str = "") -> Response:
    found = _there(asked)
    with reading(asked.house.engine) as connection:
        health = contacts.health(connection, asked.scope, found.contact.id)
    typed = {name: asked.field(name) or getattr(found.contact, name) for name in ("name", "role", "language")}
    known: dict[str, object] = {"refusal": refusal, "typed": typed, "roles": list(Role), "tongues": list(Language)}
    keeps = asked.visitor.role in KEEPERS
    known["keeps"] = keeps
    known["may_change"] = keeps or asked.visitor.actor == Actor(ActorKind.CONTACT, found.contact.id)
    return asked.page("contacts/one.html", status, found=found, health=health, **known)


def _there(asked: Asked) -> Listed:
    with reading(asked.house.engine) as connection:
        found = contacts.one(connection, asked.scope, asked.id())
    if found is None:
        raise Missing
    return found


def _typed(asked: Asked) -> Typed:
    return Typed(asked.field("name"), asked.field("role"), asked.field("language"))


def _exported(asked: Asked, state: str, words: str) -> Response:
    with asked.house.engine.begin() as connection:
        if state == "none":
            table = _lacking(asked, contacts.unreached(connection, asked.scope, _MOST))
        else:
            table = _people(asked, contacts.found(connection, asked.scope, words, state == "held", _MOST))
        noted: audit.Details = {"list": "contacts", "rows": len(table.rows)}
        audit.note(connection, asked.visitor.actor, "exported", ("list", 0), asked.at, noted)
    return asked.sheet("contacts", table, asked.word("as"))


def _people(asked: Asked, found: list[Listed]) -> Table:
    say, spoken = asked.say, asked.language
    header = ["#", say("归属类型", "of"), say("归属单位", "owner"), say("角色", "role"), say("姓名", "name")]
    header += [say("邮箱", "address"), say("语言", "language"), say("可用", "works"), say("最近一封", "last letter")]
    rows = [
        (
            *(each.contact.id, term("owner", each.contact.owner_kind, spoken), each.owner),
            *(term("contact_role", each.contact.role, spoken), each.contact.name, each.contact.address),
            *(each.contact.language, say("是", "yes") if each.contact.working else say("否", "no"), each.last),
        )
        for each in found
    ]
    return Table(header, rows)


def _lacking(asked: Asked, found: list[Unreached]) -> Table:
    say = asked.say
    header = [say("企业", "enterprise"), say("未办结事项", "open matters"), say("最早建议日期", "first safe day")]
    return Table(header, [(each.name, each.matters, each.first) for each in found])


def _number(each: Listed) -> int:
    return each.contact.id


def _enterprise(each: Unreached) -> int:
    return each.id


PAGES = (
    Page("/contacts", listed, EVERYONE),
    Page("/contacts", add, KEEPERS | CONTACTS, "POST"),
    Page("/contacts/new", blank, KEEPERS | CONTACTS),
    Page("/contacts/{id:int}", one, EVERYONE, sees="contact"),
    Page("/contacts/{id:int}", change, KEEPERS | CONTACTS, "POST"),
    Page("/contacts/{id:int}/hold", hold_back, KEEPERS, "POST"),
    Page("/contacts/{id:int}/restore", restore, KEEPERS, "POST"),
    Page("/contacts/{id:int}/links", end_links, KEEPERS, "POST"),
)
