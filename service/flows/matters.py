"""Obligations as letters and lists tell them: what they are of, and whose people they have."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from service.domain.certification import Certification, Level, RecommendingUnit
from service.domain.choices import Choices
from service.domain.obligation import Kind, Obligation
from service.domain.people import Contact, Owner, OwnerKind
from service.domain.rounds import level_of
from service.flows.desk import Moment
from service.letters.letter import Matter
from service.store import people
from service.store.obligations import Stored

About = Certification | RecommendingUnit


def matter_of(now: Moment, stored: Stored, about: About) -> Matter:
    """An obligation and what it is of, as letters and lists tell them."""
    obligation = stored.obligation
    return Matter(
        obligation_id=stored.id,
        kind=obligation.kind,
        occurrence=obligation.occurrence,
        holder=obligation.holder,
        article=obligation.article,
        dates=obligation.dates,
        pending=obligation.pending,
        hour=choices_of(now, stored, about).hour,
        **(_of_unit(obligation, about) if isinstance(about, RecommendingUnit) else _of_certification(about)),
    )


def _of_certification(about: Certification) -> dict[str, Any]:
    return {
        "certification_id": about.id,
        "enterprise": about.enterprise,
        "uscc": about.uscc,
        "factory": about.factory,
        "level": about.level,
        "batch": about.batch,
        "unit": about.unit,
        "unit_kind": about.unit_kind,
        "date_basis": about.date_basis,
    }


def _of_unit(duty: Obligation, about: RecommendingUnit) -> dict[str, Any]:
    none = dict.fromkeys(("enterprise", "uscc", "factory", "batch", "date_basis"), "")
    level = _level_of_duty(duty)
    return {"certification_id": 0, **none, "level": level, "unit": about.name, "unit_kind": about.kind}


def choices_of(now: Moment, stored: Stored, about: About) -> Choices:
    """The policy's choices for an obligation."""
    unit_id = about.id if isinstance(about, RecommendingUnit) else about.unit_id
    return now.rulebook.choices(unit_id, stored.subject, stored.obligation.kind, stored.obligation.occurrence)


def _level_of_duty(duty: Obligation) -> Level | None:
    """The level that a unit's own duty is about: an advanced list, a round for a level, or none."""
    if duty.kind is Kind.LIST_REPORT:
        return Level.ADVANCED
    return level_of(duty.occurrence) if duty.kind is Kind.ANNUAL_ROUND else None


def contacts_by_owner(connection: Connection, abouts: Iterable[About]) -> dict[Owner, list[Contact]]:
    """The people of each enterprise and of each unit that these matters are of."""
    found: dict[Owner, list[Contact]] = {}
    known = list(abouts)
    for kind, owners in (
        (OwnerKind.ENTERPRISE, {each.enterprise_id for each in known if isinstance(each, Certification)}),
        (OwnerKind.UNIT, {each.unit_id if isinstance(each, Certification) else each.id for each in known}),
    ):
        found |= {(kind, id): theirs for id, theirs in people.contacts_of(connection, kind, owners).items()}
    return found
