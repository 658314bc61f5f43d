"""One contact at a time, by hand: added, changed, or let work again."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from service.domain.errors import RequestRefused
from service.domain.people import Contact, OwnerKind, Role
from service.domain.visitors import Actor
from service.flows.contacts import the_owner
from service.flows.desk import Desk, moment
from service.letters.letter import Language
from service.sheets import cells
from service.sheets.sheet import CellFaulty
from service.store import audit, obligations, people

SUBJECT = "contact"


@dataclass(frozen=True)
class Typed:
    """A person as somebody typed them: words that have to be checked."""

    name: str
    role: str
    language: str


def add(desk: Desk, kind: str, owner: str, address: str, typed: Typed, actor: Actor) -> int:
    """Put a person of an enterprise (by its code or name) or a unit on record; their number. Raises RequestRefused."""
    if kind not in (OwnerKind.ENTERPRISE, OwnerKind.UNIT):
        raise RequestRefused("请选择所属的企业或推荐单位", "choose whether they are an enterprise's or a unit's")
    owner_kind = OwnerKind(kind)
    columns = _columns(typed)
    given = _read(cells.address, address, "邮箱", "address")
    if not given:
        raise RequestRefused("邮箱：不能为空", "address: must not be blank")
    with moment(desk) as now:
        owner_id = the_owner(now.connection, owner_kind, owner.strip())
        known = people.contacts_of(now.connection, owner_kind, [owner_id]).get(owner_id, [])
        row = {"owner_kind": owner_kind, "owner_id": owner_id, "address": given, **columns}
        taken = any(each.address.casefold() == given.casefold() for each in known)
        added = [] if taken else people.add_contacts(now.connection, [row])
        if not added:
            raise RequestRefused("该邮箱已登记在同一单位名下", "that address is on record for the same owner already")
        obligations.look_again(now.connection, owner_kind, [owner_id])
        audit.note(now.connection, actor, "contact_added", (SUBJECT, added[0]), now.now, {"role": columns["role"]})
    return added[0]


def change(desk: Desk, id: int, typed: Typed, actor: Actor) -> None:
    """Set a contact's name, role and language. Raises RequestRefused."""
    columns = _columns(typed)
    with moment(desk) as now:
        contact = _known(now.connection, id)
        role, language = Role(columns["role"]), columns["language"]
        people.change_contact(now.connection, id, role=role, name=columns["name"], language=language)
        obligations.look_again(now.connection, contact.owner_kind, [contact.owner_id])
        changed = [name for name, value in columns.items() if getattr(contact, name) != value]
        audit.note(now.connection, actor, "contact_changed", (SUBJECT, id), now.now, dict.fromkeys(changed, True))


def _known(connection: Connection, id: int) -> Contact:
    found = people.contacts_by_ids(connection, [id]).get(id)
    if found is None or found.owner_kind is OwnerKind.HOUSE:
        raise RequestRefused(f"没有联系人 {id}", f"there is no contact {id}")
    return found


def _columns(typed: Typed) -> dict[str, str]:
    name = _read(cells.name, typed.name, "姓名", "name")
    if not name:
        raise RequestRefused("姓名：不能为空", "name: must not be blank")
    if typed.role not in tuple(Role) or typed.language not in tuple(Language):
        raise RequestRefused("请选择角色和语言", "choose a role and a language")
    return {"name": name, "role": typed.role, "language": typed.language}


def _read(read: Callable[[str], str], text: str, zh: str, en: str) -> str:
    try:
        return read(text)
    except CellFaulty as fault:
        raise RequestRefused(f"{zh}：{fault.zh}", f"{en}: {fault.en}") from None
