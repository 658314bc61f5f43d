"""Overseers 上级督办单位: superior bodies by their rung, and what each is told of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, insert, select

from service.domain.certification import normalise_name
from service.domain.oversight import Oversight
from service.domain.people import OwnerKind
from service.domain.rungs import Rung
from service.store.climbing import overseer, oversight
from service.store.tables import contact, enterprise, unit


@dataclass(frozen=True)
class Overseer:
    """A superior body and the rung that it stands on."""

    id: int
    rung: Rung
    name: str


@dataclass(frozen=True)
class Overseen:
    """What an overseer is told of, by name: of a unit, and of one enterprise alone where one is named."""

    overseer_id: int
    unit_id: int
    unit: str
    enterprise: str


def every(connection: Connection) -> list[Overseer]:
    """All of them, in the order in which they came."""
    rows = connection.execute(select(overseer).order_by(overseer.c.id))
    return [Overseer(row.id, Rung(row.rung), row.name) for row in rows]


def named(connection: Connection, names: Collection[str]) -> dict[str, Overseer]:
    """The overseers of these names, by the name as given."""
    keys = {normalise_name(name): name for name in names}
    rows = connection.execute(select(overseer).where(overseer.c.name_key.in_(keys)))
    by_key = {row.name_key: Overseer(row.id, Rung(row.rung), row.name) for row in rows}
    return {name: by_key[key] for name in names if (key := normalise_name(name)) in by_key}


def add(connection: Connection, rung: Rung, name: str) -> Overseer:
    """Insert an overseer."""
    row = {"rung": rung, "name": name, "name_key": normalise_name(name)}
    id: int = connection.execute(insert(overseer).values(row).returning(overseer.c.id)).scalar_one()
    return Overseer(id, rung, name)


def watch(connection: Connection, overseer_id: int, unit_id: int, enterprise_ids: Sequence[int]) -> int:
    """Let an overseer be told of these enterprises of a unit, or of all of it where none is named; what is new."""
    wanted: list[int | None] = list(enterprise_ids) or [None]
    of_it = (oversight.c.overseer_id == overseer_id, oversight.c.unit_id == unit_id)
    known = set(connection.scalars(select(oversight.c.enterprise_id).where(*of_it)))
    new = [
        {"overseer_id": overseer_id, "unit_id": unit_id, "enterprise_id": id}
        for id in dict.fromkeys(wanted)
        if id not in known
    ]
    if new:
        connection.execute(insert(oversight), new)
    return len(new)


def unwatch(connection: Connection, overseer_id: int, unit_id: int | None) -> int:
    """Take away what an overseer is told of, of one unit or of all; how much it was.

    It goes off the record itself once it oversees nothing and no person was ever its.
    """
    which = [oversight.c.overseer_id == overseer_id]
    if unit_id is not None:
        which.append(oversight.c.unit_id == unit_id)
    gone = connection.execute(delete(oversight).where(*which)).rowcount
    idle = ~exists().where(oversight.c.overseer_id == overseer.c.id)
    nobodys = ~exists().where(contact.c.owner_kind == OwnerKind.OVERSEER, contact.c.owner_id == overseer.c.id)
    connection.execute(delete(overseer).where(overseer.c.id == overseer_id, idle, nobodys))
    return gone


def of_units(connection: Connection, unit_ids: Collection[int]) -> list[Oversight]:
    """Who oversees what of these units."""
    statement = (
        select(oversight, overseer.c.rung)
        .join(overseer, overseer.c.id == oversight.c.overseer_id)
        .where(oversight.c.unit_id.in_(unit_ids))
        .order_by(oversight.c.id)
    )
    return [
        Oversight(row.overseer_id, Rung(row.rung), row.unit_id, row.enterprise_id)
        for row in connection.execute(statement)
    ]


def overseen(connection: Connection, unit_id: int | None = None) -> list[Overseen]:
    """What the overseers are told of, by name; of one unit where it is given."""
    statement = (
        select(oversight, unit.c.name.label("unit"), enterprise.c.name.label("enterprise"))
        .join(unit, unit.c.id == oversight.c.unit_id)
        .outerjoin(enterprise, enterprise.c.id == oversight.c.enterprise_id)
        .order_by(oversight.c.overseer_id, oversight.c.id)
    )
    if unit_id is not None:
        statement = statement.where(oversight.c.unit_id == unit_id)
    return [
        Overseen(row.overseer_id, row.unit_id, row.unit, row.enterprise or "") for row in connection.execute(statement)
    ]
