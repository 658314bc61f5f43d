"""A person's data (个人信息保护法, Art. 44 to 47): all of it shown, corrected, or erased at their wish.

Invariant: erasing leaves the rows by which a letter goes once only, and the audit as it was: both hold numbers alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes, policy
from typing import Any

from sqlalchemy import Connection, Row

from service.domain.errors import RequestRefused
from service.domain.people import Contact, OwnerKind, Role
from service.domain.visitors import Actor
from service.flows.desk import Desk, moment
from service.flows.undeliverable import look_again
from service.letters.letter import Language
from service.letters.links import without_tokens
from service.letters.table import Cell, Table
from service.sheets import cells
from service.store import answers, audit, digests, failures, letters
from service.store.console import audit as console
from service.store.console import people, sheets

SUBJECT = "contact"
_HEADER = ("种类 kind", "编号 id", "时间 at", "内容 content")


@dataclass(frozen=True)
class Held:
    """What is kept of a contact, by kind: each a list of rows by the names of their columns."""

    id: int
    kinds: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def table(self) -> Table:
        """The same as a sheet, one row each."""
        rows: list[tuple[Cell, ...]] = []
        for kind, found in self.kinds.items():
            for row in found:
                at = next((value for value in row.values() if isinstance(value, datetime)), None)
                number = row.get("id", row.get("delivery_id"))
                said = "\n".join(f"{name}: {value}" for name, value in row.items() if value not in (None, ""))
                rows.append((kind, number if isinstance(number, int) else None, at, said))
        return Table(_HEADER, rows)


def export(desk: Desk, id: int, by: Actor) -> Held:
    """Everything that is kept of a contact. Raises RequestRefused where there is none."""
    with moment(desk) as now:
        found = _found(now.connection, id)
        owner = people.owner_name(now.connection, found)
        kept = people.kept(now.connection, id)
        audit.note(now.connection, by, "contact_exported", (SUBJECT, id), now.now, {})
        kinds: dict[str, Sequence[Mapping[str, Any]]] = {
            "contact": [{**vars(found), "owner": owner}],
            "deliveries": _plain(kept.deliveries),
            "letters": [_letter(now.connection, id) for id in _a_letter_each(kept.deliveries)],
            "attempts": _plain(kept.attempts),
            "returned": _plain(kept.returned),
            "sessions": _plain(kept.sessions),
            "links": _plain(kept.links),
            "answers": _plain(kept.answers),
            "audit": _plain(console.about_contact(now.connection, id)),
        }
    return Held(id, {**kinds, "letters": [each for each in kinds["letters"] if each]})


def correct(desk: Desk, id: int, by: Actor, *, name: str, address: str, role: Role, language: Language) -> None:
    """Set what a contact is called and where it is reached; a new address works until it fails, and is told anew.

    Whoever reads the old one is out: what signs in or answers from letters to it is good no more.
    Raises RequestRefused, with nothing changed.
    """
    if cells.is_blank(name):
        raise RequestRefused("姓名不能为空", "the name must not be blank")
    values = {"name": cells.name(name), "address": cells.address(address), "role": role, "language": language}
    with moment(desk) as now:
        unsent = digests.unsent_of(now.connection, id)
        people.hold(now.connection, id)  # after the deliveries, as whoever carries them does
        before = _living(now.connection, id)
        is_new = values["address"] != before.address
        kept = {"working": before.working or is_new, "urgent_only": before.urgent_only and not is_new}
        if not people.correct(now.connection, id, {**values, **kept}):
            raise RequestRefused(
                "该企业或推荐单位已登记此邮箱", "the enterprise or unit has this address on record already"
            )
        changed = [key for key, value in values.items() if value != getattr(before, key)]
        if is_new:
            failures.note_restored(now.connection, [id], now.now)
            people.shut_out(now.connection, id, now.now)
            digests.dissolve(now.connection, unsent)
            answers.revoke_links(now.connection, id, now.now)
        look_again(now.connection, [before])
        audit.note(now.connection, by, "contact_corrected", (SUBJECT, id), now.now, {"fields": " ".join(changed)})


def erase(desk: Desk, id: int, by: Actor) -> None:
    """Erase a contact. Raises RequestRefused where there is none, or a letter that tells of them is being sent."""
    with moment(desk) as now:
        found = _living(now.connection, id)
        told = people.telling(now.connection, found)
        if people.on_the_wire(now.connection, told):
            raise RequestRefused(
                "有一封涉及此人的信正在投递，请一分钟后再试",
                "a letter that tells of them is being sent: try again in a minute",
            )
        people.hold(now.connection, id)  # after the deliveries, as whoever carries them does
        found = _living(now.connection, id)
        people.erase(now.connection, found, told, now.now)
        sheets.forget(now.connection, found.address)
        look_again(now.connection, [found])
        audit.note(now.connection, by, "contact_erased", (SUBJECT, id), now.now, {})


def _found(connection: Connection, id: int) -> Contact:
    found = people.person(connection, id)
    if found is None:
        raise RequestRefused(f"没有编号 {id} 的联系人", f"there is no contact {id}")
    return found


def _living(connection: Connection, id: int) -> Contact:
    found = _found(connection, id)
    if found.owner_kind is OwnerKind.ERASED:
        raise RequestRefused("此人的信息已经删除", "this person was erased before")
    return found


def _letter(connection: Connection, delivery_id: int) -> dict[str, Any]:
    """The letter of a delivery in words; empty where none is kept."""
    kept = letters.of_delivery(connection, delivery_id)
    if kept is None:
        return {}
    mail = message_from_bytes(kept[0], policy=policy.default)
    text = mail.get_body(("plain",))
    words = "" if text is None else without_tokens(text.get_content())
    return {"delivery_id": delivery_id, "written_at": kept[1], "subject": str(mail["Subject"]), "text": words}


def _a_letter_each(rows: Sequence[Row[Any]]) -> list[int]:
    """One of the deliveries of each letter: those of a digest share theirs."""
    return list({row.digest_id or row.id: row.id for row in rows}.values())


def _plain(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    return [{name: _said(value) for name, value in row._asdict().items()} for row in rows]


def _said(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool | date | dict) else str(value)
