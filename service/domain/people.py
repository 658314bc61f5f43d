"""Whom letters go to."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.domain.certification import Certification, RecommendingUnit
from service.domain.obligation import Holder


class OwnerKind(StrEnum):
    """Whose person a contact is; ``overseer`` is a superior body 上级督办单位, ``house`` ourselves, for the letter that
    shows that letters arrive.

    ``erased`` is nobody's any more: the number stays, that what was sent once is not sent again, and nothing else does.
    """

    ENTERPRISE = "enterprise"
    UNIT = "unit"
    OVERSEER = "overseer"
    HOUSE = "house"
    ERASED = "erased"


class Role(StrEnum):
    """What a contact is to the enterprise or unit: 经办人, 负责人, 备用联系人."""

    HANDLER = "handler"
    DIRECTOR = "director"
    BACKUP = "backup"


@dataclass(frozen=True)
class Contact:
    """A person of an enterprise, a unit or an overseer; ``working`` is false once the address is held back.

    Who is ``urgent_only`` has asked for fewer letters: of what is not urgent their colleagues are told.
    """

    id: int
    owner_kind: OwnerKind
    owner_id: int
    role: Role
    name: str
    address: str
    language: str
    working: bool
    urgent_only: bool = False


Owner = tuple[OwnerKind, int]
NO_UNIT: Owner = (OwnerKind.UNIT, 0)


def owner_of(holder: Holder, about: Certification | RecommendingUnit) -> Owner:
    """Whose people are told of a matter: those of the enterprise, or of the unit."""
    if isinstance(about, RecommendingUnit):
        return OwnerKind.UNIT, about.id
    if holder is Holder.UNIT:
        return OwnerKind.UNIT, about.unit_id
    return OwnerKind.ENTERPRISE, about.enterprise_id


def audience(contacts: Sequence[Contact], *, director_too: bool, urgent: bool = True) -> list[Contact]:
    """Who is told: the handlers, or where there is none the backups, or else the directors; directors too if asked.

    What is not ``urgent`` goes to those who have not asked for fewer letters, as long as there is one: a statutory
    reminder is passed on, and never switched off. A director who is told too always is: with that the ladder begins.
    Empty only where no contact has a working address.
    """
    working = [each for each in contacts if each.working]
    willing = working if urgent else [each for each in working if not each.urgent_only] or working
    by_role = {role: [each for each in willing if each.role is role] for role in Role}
    first = by_role[Role.HANDLER] or by_role[Role.BACKUP] or by_role[Role.DIRECTOR]
    directors = [each for each in working if each.role is Role.DIRECTOR and each not in first]
    return [*first, *(directors if director_too else [])]
