"""One contact at a time, by hand: added, changed, held back or let work again.

Invariant: nobody but operations takes the last address that works away from an enterprise or a unit: statutory
reminders can be redirected, never switched off.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from service.domain.errors import RequestRefused
from service.domain.people import Contact, OwnerKind, Role
from service.domain.visitors import Actor, ActorKind, Scope, ScopeKind
from service.flows.contacts import the_owner
from service.flows.desk import Desk, moment
from service.letters.letter import Language
from service.sheets import cells
from service.sheets.sheet import CellFaulty
from service.store import answers, audit, failures, obligations, people
from service.store.console import contacts
from service.store.console.people import shut_out

SUBJECT = "contact"


@dataclass(frozen=True)
class Typed:
    """A person as somebody typed them: words that have to be checked."""

    name: str
    role: str
    language: str


def add(desk: Desk, scope: Scope, kind: str, owner: str, address: str, typed: Typed, actor: Actor) -> int:
    """Put a person of an enterprise (by its code or name) or a unit on record; their number. Raises RequestRefused.

    ``scope`` is that of whoever asks: an owner outside it does not exist.
    """
    if kind not in (OwnerKind.ENTERPRISE, OwnerKind.UNIT):
        raise RequestRefused("请选择所属的企业或推荐单位", "choose whether they are an enterprise's or a unit's")
    owner_kind = OwnerKind(kind)
    columns = _columns(typed)
    given = _read(cells.address, address, "邮箱", "address")
    if not given:
        raise RequestRefused("邮箱：不能为空", "address: must not be blank")
    with moment(desk) as now:
        owner_id = the_owner(now.connection, scope, owner_kind, owner.strip())
        known = people.contacts_of(now.connection, owner_kind, [owner_id]).get(owner_id, [])
        row = {"owner_kind": owner_kind, "owner_id": owner_id, "address": given, **columns}
        taken = any(each.address.casefold() == given.casefold() for each in known)
        added = [] if taken else people.add_contacts(now.connection, [row])
        if not added:
            raise RequestRefused("该邮箱已登记在同一单位名下", "that address is on record for the same owner already")
        obligations.look_again(now.connection, owner_kind, [owner_id])
        audit.note(now.connection, actor, "contact_added", (SUBJECT, added[0]), now.now, {"role": columns["role"]})
    return added[0]


def change(desk: Desk, scope: Scope, id: int, typed: Typed, actor: Actor) -> None:
    """Set a contact's name, role and language. Raises RequestRefused."""
    columns = _columns(typed)
    with moment(desk) as now:
        contact = _known(now.connection, scope, id)
        if scope.kind is ScopeKind.ENTERPRISE and actor != Actor(ActorKind.CONTACT, id):
            raise RequestRefused("只能修改本人的信息", "you can change what is on record of yourself alone")
        role, language = Role(columns["role"]), columns["language"]
        people.change_contact(now.connection, id, role=role, name=columns["name"], language=language)
        obligations.look_again(now.connection, contact.owner_kind, [contact.owner_id])
        changed = [name for name, value in columns.items() if getattr(contact, name) != value]
        audit.note(now.connection, actor, "contact_changed", (SUBJECT, id), now.now, dict.fromkeys(changed, True))


def hold_back(desk: Desk, scope: Scope, id: int, actor: Actor) -> None:
    """Send nothing to an address any more; others of the same owner are told instead. Raises RequestRefused."""
    with moment(desk) as now:
        contact = _known(now.connection, scope, id)
        if scope.kind is not ScopeKind.ALL:
            not_the_last(now.connection, contact)
        if not failures.set_working(now.connection, [id], working=False):
            raise RequestRefused("该邮箱已经停用", "that address is held back already")
        obligations.look_again(now.connection, contact.owner_kind, [contact.owner_id])
        audit.note(now.connection, actor, "contact_held_back", (SUBJECT, id), now.now, {})


def not_the_last(connection: Connection, contact: Contact) -> None:
    """Raise RequestRefused where nobody else of the contact's owner has an address that works."""
    people.hold_contacts(connection, contact.owner_kind, contact.owner_id)
    theirs = people.contacts_of(connection, contact.owner_kind, [contact.owner_id])[contact.owner_id]
    if not any(each.working and each.id != contact.id for each in theirs):
        raise RequestRefused(
            "这是该单位最后一个可用的邮箱，停用后提醒无人收到；请先登记另一位联系人，再停用此邮箱",
            "this is their last address that works, and nobody would be reminded: name another person first",
        )


def end_links(desk: Desk, scope: Scope, id: int, actor: Actor) -> None:
    """End every link that a contact may hold, in letters and to sign in, and what was signed in by one.

    Links in later letters are good. Raises RequestRefused.
    """
    with moment(desk) as now:
        _known(now.connection, scope, id)
        answers.revoke_links(now.connection, id, now.now)
        shut_out(now.connection, id, now.now)
        audit.note(now.connection, actor, "contact_links_ended", (SUBJECT, id), now.now, {})


def _known(connection: Connection, scope: Scope, id: int) -> Contact:
    found = contacts.one(connection, scope, id)
    if found is None:
        raise RequestRefused(f"没有联系人 {id}", f"there is no contact {id}")
    return found.contact


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
