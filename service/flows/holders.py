"""Which enterprise and which unit a row of a sheet speaks of: those on record, or new ones."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from service.domain.certification import RecommendingUnit, UnitKind, normalise_name
from service.domain.errors import RequestRefused
from service.domain.units import find_unit
from service.sheets.grouping import SheetRow
from service.store import certifications, people
from service.store.certifications import Enterprise, named_identity
from service.store.intakes import Change, On


@dataclass(frozen=True)
class Holders:
    """The enterprise of each row, in the order of the rows; and what was ``renewed``, a code or a name, of which."""

    ids: list[int]
    renewed: dict[int, Change]


def contested_names(rows: Iterable[SheetRow]) -> set[str]:
    """The normalised names that stand beside more than one code in a sheet."""
    codes: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.uscc:
            codes[normalise_name(row.enterprise)].add(row.uscc)
    return {name for name, theirs in codes.items() if len(theirs) > 1}


def find_holders(connection: Connection, rows: Sequence[SheetRow], contested: Collection[str]) -> Holders:
    """The enterprise of each row, added where it is new.

    A code that comes to be known identifies the enterprise that was on record by its name alone, unless the name is
    ``contested``: whose it is nobody can tell then. A name that has changed follows the code. A row without a code is
    the one enterprise of its name, if there is one only.
    """
    identities = {_identity(row) for row in rows} | {named_identity(row.enterprise) for row in rows}
    found = certifications.enterprises(connection, identities, {normalise_name(row.enterprise) for row in rows})
    known = {enterprise.identity: enterprise for enterprise in found}
    by_name: dict[str, list[Enterprise]] = defaultdict(list)
    for enterprise in found:
        by_name[enterprise.name_key].append(enterprise)
    ids: dict[str, int] = {}
    renewed: dict[int, Change] = {}
    new: dict[str, SheetRow] = {}
    for row in rows:
        identity = _identity(row)
        if identity in ids or identity in new:
            continue
        matched = _match(row, known, by_name, contested)
        if matched is None:
            new[identity] = row
            continue
        ids[identity] = matched.id
        if row.uscc and (matched.uscc != row.uscc or matched.name_key != normalise_name(row.enterprise)):
            certifications.identify_enterprise(connection, matched.id, row.uscc, row.enterprise)
            renewed[matched.id] = _renewed(matched, row)
    ids |= certifications.add_enterprises(connection, [_row(identity, row) for identity, row in new.items()])
    return Holders([ids[_identity(row)] for row in rows], renewed)


def _renewed(was: Enterprise, row: SheetRow) -> Change:
    return Change(
        On.ENTERPRISE, was.id, {"uscc": was.uscc, "name": was.name}, {"uscc": row.uscc, "name": row.enterprise}
    )


def _identity(row: SheetRow) -> str:
    return row.uscc or named_identity(row.enterprise)


def _row(identity: str, row: SheetRow) -> dict[str, str]:
    return {"identity": identity, "uscc": row.uscc, "name": row.enterprise, "name_key": normalise_name(row.enterprise)}


def _match(
    row: SheetRow, known: Mapping[str, Enterprise], by_name: Mapping[str, list[Enterprise]], contested: Collection[str]
) -> Enterprise | None:
    if exact := known.get(_identity(row)):
        return exact
    if row.uscc:
        return None if normalise_name(row.enterprise) in contested else known.get(named_identity(row.enterprise))
    namesakes = by_name.get(normalise_name(row.enterprise), [])
    return namesakes[0] if len(namesakes) == 1 else None


def unit_ids(connection: Connection, names: Iterable[str]) -> dict[str, int | None]:
    """The id of each unit by name; a provincial one is put on record when it is first named, no name is no unit."""
    on_record = people.units(connection)
    ids: dict[str, int | None] = {"": None}
    for name in dict.fromkeys(filter(None, names)):
        known = on_record.get(normalise_name(name))
        ids[name] = known[0] if known else people.add_unit(connection, UnitKind.PROVINCIAL, name)
    return ids


def unit_recorded(connection: Connection, text: str) -> RecommendingUnit:
    """The unit of this name or alias, a provincial one put on record where it is not; RequestRefused as below."""
    provincial = find_unit(text)
    if provincial is not None:
        unit_ids(connection, [provincial.name])
    return unit_named(connection, text)


def unit_named(connection: Connection, text: str) -> RecommendingUnit:
    """The unit on record of this name or alias. Raises RequestRefused, listing those on record, where there is none."""
    known = people.units(connection)
    provincial = find_unit(text)
    keys = [normalise_name(text), *([] if provincial is None else [normalise_name(provincial.name)])]
    for key in keys:
        if key in known:
            return RecommendingUnit(*known[key])
    names = "、".join(name for _, _, name in known.values()) or "–"
    raise RequestRefused(
        f"没有推荐单位“{text}”，已登记的有：{names}", f'there is no recommending unit "{text}"; on record are: {names}'
    )
