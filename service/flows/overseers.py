"""Overseers 上级督办单位: superior bodies that ladders come to, and what each is told of."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.errors import RequestRefused
from service.domain.oversight import check
from service.domain.people import OwnerKind
from service.domain.rungs import Rung
from service.domain.visitors import EVERYTHING
from service.flows.contacts import the_owner
from service.flows.desk import Desk, Moment, looking, moment
from service.flows.holders import unit_named, unit_recorded
from service.flows.typed import line
from service.store import overseers, people
from service.store.overseers import Overseen, Overseer

_CHARACTERS = 200


@dataclass(frozen=True)
class Standing:
    """An overseer: what it is told of, and how many of its people have a working address."""

    overseer: Overseer
    told_of: Sequence[Overseen]
    contacts: int


def add(desk: Desk, name: str, rung: Rung, unit: str, enterprises: Sequence[str]) -> Standing:
    """Let a superior body be told of a unit's matters, or of these enterprises' (codes or names) alone.

    It is put on record where it is not. Raises RequestRefused, with nothing stored.
    """
    name = line("NAME", name, _CHARACTERS)
    with moment(desk) as now:
        of = unit_recorded(now.connection, unit)
        check(rung, of.kind, enterprises=bool(enterprises))
        known = overseers.named(now.connection, [name]).get(name)
        if known is not None and known.rung is not rung:
            raise RequestRefused(
                f"--rung：“{known.name}”已登记为 {known.rung}，一个单位只在一级",
                f'--rung: "{known.name}" is on record as {known.rung}, and a body stands on one rung',
            )
        ids = [the_owner(now.connection, EVERYTHING, OwnerKind.ENTERPRISE, each) for each in enterprises]
        known = known or overseers.add(now.connection, rung, name)
        overseers.watch(now.connection, known.id, of.id, ids)
        return next(each for each in _standings(now) if each.overseer.id == known.id)


def remove(desk: Desk, name: str, unit: str | None) -> int:
    """Tell a superior body nothing more, of one unit or at all; how much it oversaw. Raises RequestRefused.

    What waits for it is withdrawn when its turn comes.
    """
    with moment(desk) as now:
        known = overseers.named(now.connection, [name]).get(name)
        if known is None:
            names = "、".join(each.name for each in overseers.every(now.connection)) or "–"
            raise RequestRefused(
                f"没有登记过上级督办单位“{name}”，已登记的有：{names}",
                f'there is no overseer "{name}"; on record are: {names}',
            )
        unit_id = None if unit is None else unit_named(now.connection, unit).id
        return overseers.unwatch(now.connection, known.id, unit_id)


def standings(desk: Desk, unit_id: int | None = None) -> list[Standing]:
    """Every overseer; or those that are told of a unit's matters, with what they are told of it."""
    with looking(desk) as now:
        found = _standings(now, unit_id)
    return found if unit_id is None else [each for each in found if each.told_of]


def _standings(now: Moment, unit_id: int | None = None) -> list[Standing]:
    every = overseers.every(now.connection)
    told_of = overseers.overseen(now.connection, unit_id)
    contacts = people.contacts_of(now.connection, OwnerKind.OVERSEER, [each.id for each in every])
    return [
        Standing(
            each,
            [part for part in told_of if part.overseer_id == each.id],
            sum(contact.working for contact in contacts.get(each.id, ())),
        )
        for each in every
    ]
