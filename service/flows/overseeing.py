"""Which superior bodies are told of a matter, and who of their people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from service.domain.certification import Certification, UnitKind
from service.domain.oversight import Oversight, told
from service.domain.people import Contact, OwnerKind, audience
from service.domain.rungs import Rung
from service.flows.matters import About
from service.store import overseers, people


@dataclass(frozen=True)
class Overseeing:
    """Who oversees what, and the people of each overseer."""

    oversights: Sequence[Oversight]
    people: Mapping[int, Sequence[Contact]]

    def told(self, rung: Rung, about: About) -> list[Contact]:
        """Who is told on a rung of the matters of a certification, or of a unit's own; empty where there is nobody."""
        ids = told(self.oversights, rung, unit_of(about)[0], _enterprise_of(about))
        return [contact for id in ids for contact in audience(self.people.get(id, ()), director_too=False)]

    def covers(self, overseer_id: int, rung: Rung, about: About) -> bool:
        """Whether an overseer is told of them."""
        return overseer_id in told(self.oversights, rung, unit_of(about)[0], _enterprise_of(about))


def overseeing(connection: Connection, abouts: Iterable[About]) -> Overseeing:
    """Who oversees any of these."""
    oversights = overseers.of_units(connection, {unit_of(each)[0] for each in abouts})
    ids = {each.overseer_id for each in oversights}
    return Overseeing(oversights, people.contacts_of(connection, OwnerKind.OVERSEER, ids) if ids else {})


def unit_of(about: About) -> tuple[int, UnitKind | None]:
    """The unit that recommends a certification, or that a duty is of: its number (0: none) and kind."""
    return (about.unit_id, about.unit_kind) if isinstance(about, Certification) else (about.id, about.kind)


def _enterprise_of(about: About) -> int:
    return about.enterprise_id if isinstance(about, Certification) else 0
