"""What is kept of one contact: shown whole, corrected, erased."""

import json
from collections.abc import Mapping

from starlette.responses import Response

from service.domain.errors import DubanError, RequestRefused
from service.domain.people import OwnerKind, Role
from service.flows import personal
from service.letters.letter import Language
from service.store.console import people
from service.store.database import reading
from service.web.asked import Asked, Missing, download
from service.web.page import OPS, Page

_FIELDS = ("name", "address", "role", "language")


def shown(asked: Asked) -> Response:
    """Who it is, how much is kept of them, and what can be done at their wish."""
    return _page(asked)


def export(asked: Asked) -> Response:
    """Everything that is kept, as JSON or as a sheet; on record in the audit."""
    kind, id = asked.word("as"), asked.id()
    if kind not in ("json", "xlsx", "csv"):
        raise Missing
    held = personal.export(asked.house.desk, id, asked.visitor.actor)
    if kind != "json":
        return asked.sheet(f"contact-{id}", held.table, kind)
    content = json.dumps(held.kinds, ensure_ascii=False, indent=2, default=str).encode()
    return download(content, f"contact-{id}-{asked.today}.json", "application/json")


def correct(asked: Asked) -> Response:
    """Set name, address, role and language."""
    given = {name: asked.field(name) for name in _FIELDS}
    try:
        if given["role"] not in tuple(Role) or given["language"] not in tuple(Language):
            raise RequestRefused("请选择角色和语言", "choose role and language")
        personal.correct(
            asked.house.desk,
            asked.id(),
            asked.visitor.actor,
            name=given["name"],
            address=given["address"],
            role=Role(given["role"]),
            language=Language(given["language"]),
        )
    except DubanError as refusal:
        return _page(asked, 422, refusal=asked.say(refusal.zh, refusal.en), given=given)
    return asked.go(f"/people/{asked.id()}", "corrected")


def erase(asked: Asked) -> Response:
    """Erase the person, once the number was typed."""
    try:
        if asked.field("number") != str(asked.id()):
            raise RequestRefused("请键入联系人编号以确认", "type the contact's number to confirm")
        personal.erase(asked.house.desk, asked.id(), asked.visitor.actor)
    except DubanError as refusal:
        return _page(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    return asked.go(f"/people/{asked.id()}", "erased")


def _page(asked: Asked, status: int = 200, *, refusal: str = "", given: Mapping[str, str] | None = None) -> Response:
    with reading(asked.house.engine) as connection:
        found = people.person(connection, asked.id())
        if found is None:
            raise Missing
        owner = people.owner_name(connection, found)
        letters = people.count_letters(connection, found.id)
    known = {"found": found, "owner": owner, "letters": letters, "erased": found.owner_kind is OwnerKind.ERASED}
    given = given or {name: str(getattr(found, name)) for name in _FIELDS}
    return asked.page("people/one.html", status, **known, given=given, roles=list(Role), refusal=refusal)


PAGES = (
    Page("/people/{id:int}", shown, OPS, sees="contact"),
    Page("/people/{id:int}/export", export, OPS),
    Page("/people/{id:int}/correct", correct, OPS, "POST"),
    Page("/people/{id:int}/erase", erase, OPS, "POST"),
)
