"""Contacts: people of enterprises, units and overseers, from the columns of an import sheet or a sheet of their own."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from service.domain.certification import UnitKind, normalise_name
from service.domain.errors import RequestRefused
from service.domain.people import Contact, OwnerKind
from service.domain.units import find_unit
from service.domain.visitors import EVERYTHING, Scope, ScopeKind
from service.flows.desk import Desk, moment, recorded
from service.flows.holders import unit_ids, unit_recorded
from service.flows.imported import By, Imported, begin, finish, given
from service.sheets import cells
from service.sheets.contacts import OwnedContact, check_contacts
from service.sheets.people import SheetContact
from service.sheets.reading import File, read_file
from service.sheets.sheet import CellFaulty, RowError, said
from service.store import certifications, intakes, obligations, overseers, people
from service.store.console import contacts as console
from service.store.intakes import Change, Kind, On

_CHUNK = 500


def import_contacts(desk: Desk, source: Path | File, today: date, by: str | By, *, dry_run: bool = False) -> Imported:
    """Take in a sheet of contacts, all of it or nothing, and keep it. Raises RequestRefused where it is no such sheet.

    ``by`` is an author, or more of whoever imports. A dry run keeps nothing.
    """
    by = By(by) if isinstance(by, str) else by
    with recorded(desk, "contacts", today) as tally:
        file = given(source)
        sheet = read_file(file)
        with moment(desk, dry_run=dry_run) as now:
            known = [name for _, _, name in people.units(now.connection).values()]
            checked = check_contacts(sheet, known)
            done = Imported(errors=checked.errors, findings=checked.findings)
            if not done.errors:
                id = begin(now, Kind.CONTACTS, file, by)
                _take_in(now.connection, checked.contacts, id, done)
                finish(now, id, done, by)
            if done.errors:
                done.undo()
                now.connection.rollback()
        tally.counts.update(**done.counts, errors=len(done.errors), dry_run=dry_run)
    return done


def _take_in(connection: Connection, contacts: Sequence[OwnedContact], kept: int, done: Imported) -> None:
    rows: dict[tuple[OwnerKind, int, str], int] = {}
    for kind in OwnerKind:
        owned = [contact for contact in contacts if contact.owner_kind is kind]
        for start in range(0, len(owned), _CHUNK):
            pairs = []
            chunk = owned[start : start + _CHUNK]
            owners = _owners(connection, kind, {each.owner for each in chunk})
            for each in chunk:
                try:
                    owner = _only(kind, owners[each.owner], each.owner)
                except RequestRefused as fault:
                    done.errors.append(RowError(each.row, "owner", str(fault)))
                    continue
                first = rows.setdefault((kind, owner, each.contact.address.casefold()), each.row)
                if first == each.row:
                    pairs.append((owner, each.contact))
                else:
                    done.errors.append(
                        RowError(each.row, "email", said(f"与第 {first} 行重复", f"repeats row {first}"))
                    )
            _keep(connection, kind, pairs, kept, done)


def _keep(
    connection: Connection, kind: OwnerKind, pairs: Sequence[tuple[int, SheetContact]], kept: int, done: Imported
) -> None:
    known = people.contacts_of(connection, kind, {owner for owner, _ in pairs})
    for owner, contact in pairs:
        before = _same_address(known.get(owner, []), contact)
        done.added += before is None
        done.changed += before is not None and _differs(before, contact)
        done.unchanged += before is not None and not _differs(before, contact)
    told = add_contacts(connection, kind, pairs, kept)
    obligations.look_again(connection, kind, told)


def _owners(connection: Connection, kind: OwnerKind, names: set[str]) -> dict[str, set[int]]:
    """The owners that each name may mean."""
    if kind is OwnerKind.OVERSEER:
        return defaultdict(set, {name: {each.id} for name, each in overseers.named(connection, names).items()})
    if kind is OwnerKind.UNIT:
        return {name: {id} for name, id in unit_ids(connection, names).items() if id is not None}
    keys = {normalise_name(name) for name in names}
    found: dict[str, set[int]] = defaultdict(set)
    for enterprise in certifications.enterprises(connection, names, keys):
        found[enterprise.uscc].add(enterprise.id)
        found[enterprise.name_key].add(enterprise.id)
    return {name: found[name] | found[normalise_name(name)] for name in names}


def the_owner(connection: Connection, scope: Scope, kind: OwnerKind, name: str) -> int:
    """The enterprise of this code or name, or the unit of this name: a unit names the enterprises that it recommends
    and itself, an enterprise itself alone; a superior body is named by operations. Raises RequestRefused where it is
    not just one.
    """
    if (scope.kind, kind) in ((ScopeKind.UNIT, OwnerKind.UNIT), (ScopeKind.ENTERPRISE, OwnerKind.ENTERPRISE)):
        return scope.id
    if scope.kind is ScopeKind.ENTERPRISE:
        raise RequestRefused("只能登记本企业的联系人", "you can name people of your own enterprise alone")
    if kind is OwnerKind.UNIT:
        return unit_recorded(connection, name).id
    if kind is OwnerKind.OVERSEER:
        return _only(kind, _owners(connection, kind, {name})[name] if scope == EVERYTHING else set(), name)
    return _only(kind, console.enterprises(connection, scope, _owners(connection, kind, {name})[name]), name)


def _only(kind: OwnerKind, owners: set[int], name: str) -> int:
    if len(owners) == 1:
        return next(iter(owners))
    if owners:
        raise RequestRefused(
            f"有 {len(owners)} 家企业名为“{name}”，请改填统一社会信用代码",
            f'{len(owners)} enterprises are named "{name}": give the code instead',
        )
    if kind is OwnerKind.OVERSEER:
        raise RequestRefused(
            f"没有登记过上级督办单位“{name}”，请先用 duban overseer add 登记",
            f'no overseer "{name}" is on record: add it first with duban overseer add',
        )
    raise RequestRefused(f"没有登记过企业“{name}”", f'no enterprise "{name}" is on record')


def add_contacts(
    connection: Connection, kind: OwnerKind, contacts: Sequence[tuple[int, SheetContact]], kept: int
) -> set[int]:
    """Add the contacts that are new and change those that differ; the owners of any of these.

    An address stands once for an owner: given again, it must be the same person. ``kept`` is the number of the import,
    under which each of these is noted.
    """
    known = people.contacts_of(connection, kind, {owner for owner, _ in contacts})
    new, touched, changed = [], set(), []
    once: dict[tuple[int, str], SheetContact] = {}
    for owner, contact in contacts:
        once.setdefault((owner, contact.address.casefold()), contact)
    for (owner, _), contact in once.items():
        before = _same_address(known.get(owner, []), contact)
        if before is None:
            new.append(
                {
                    "owner_kind": kind,
                    "owner_id": owner,
                    "role": contact.role,
                    "name": contact.name,
                    "address": contact.address,
                    "language": contact.language,
                }
            )
        elif _differs(before, contact):
            stated = {"role": contact.role, "name": contact.name, "language": contact.language}
            people.change_contact(
                connection, before.id, role=contact.role, name=contact.name, language=contact.language
            )
            was = {"role": before.role, "name": before.name, "language": before.language}
            changed.append(Change(On.CONTACT, before.id, was, stated))
        else:
            continue
        touched.add(owner)
    added = people.add_contacts(connection, new)
    intakes.note(connection, kept, [*changed, *(Change(On.CONTACT, id) for id in added)])
    return touched


def _same_address(known: Sequence[Contact], contact: SheetContact) -> Contact | None:
    return next((each for each in known if each.address.casefold() == contact.address.casefold()), None)


def _differs(before: Contact, contact: SheetContact) -> bool:
    return (before.role, before.name, before.language) != (contact.role, contact.name, contact.language)


def add_group(desk: Desk, name: str) -> int:
    """Put a central group on record as a recommending unit (Art. 10); its number. Refused where the name is taken."""
    try:
        name = cells.name(name)
    except CellFaulty as fault:
        raise RequestRefused(f"NAME：{fault.zh}", f"NAME: {fault.en}") from None
    with moment(desk) as now:
        known = people.units(now.connection)
        if not normalise_name(name) or find_unit(name) or normalise_name(name) in known:
            raise RequestRefused(
                f"“{name}”为空、已登记，或本来就是省级推荐单位",
                f'"{name}" is empty, on record already, or a provincial unit',
            )
        return people.add_unit(now.connection, UnitKind.CENTRAL_GROUP, name)
