"""Findings of the ladder: the rungs that matters went past since there was nobody to tell, and still is not."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from service.domain.obligation import Holder
from service.domain.people import OwnerKind, Role
from service.domain.rungs import OVERSEEING, Rung
from service.store.climbing import overseer, oversight, passed_rung
from service.store.found import MATTERS, OPEN, OPS, Asked, by_enterprise, found
from service.store.tables import certification, contact, enterprise, obligation, unit

_OF_ITS_DATES = and_(
    passed_rung.c.obligation_id == obligation.c.id, passed_rung.c.revision == obligation.c.revision, OPEN
)
_PASSED = MATTERS.join(passed_rung, _OF_ITS_DATES)
_FIRST = func.min(obligation.c.safe_due_on)


def directors_of_enterprises(asked: Asked) -> Select[Any]:
    """Enterprises without a director who can be told."""
    passed = (passed_rung.c.rung == Rung.DIRECTOR, obligation.c.holder == Holder.ENTERPRISE)
    lacking = ~_has(OwnerKind.ENTERPRISE, enterprise.c.id, contact.c.role == Role.DIRECTOR)
    return by_enterprise(asked, day=_FIRST, concerned=func.count()).select_from(_PASSED).where(*passed, lacking)


def of_units(asked: Asked) -> Select[Any]:
    """Units without a director, without anybody, or without a superior body, where one was to be told."""
    rung = passed_rung.c.rung
    own = and_(rung == Rung.DIRECTOR, obligation.c.holder == Holder.UNIT)
    lacking = or_(
        and_(own, ~_has(OwnerKind.UNIT, unit.c.id, contact.c.role == Role.DIRECTOR)),
        and_(rung == Rung.UNIT, ~_has(OwnerKind.UNIT, unit.c.id)),
        and_(rung.in_(OVERSEEING), ~_overseen()),
    )
    rows = found(asked, OPS, unit=unit.c.name, note=rung, day=_FIRST, concerned=func.count()).select_from(_PASSED)
    return rows.where(unit.c.id.is_not(None), lacking).group_by(unit.c.id, unit.c.name, rung)


def _has(kind: OwnerKind, owner: ColumnElement[Any], *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(contact.c.working, contact.c.owner_kind == kind, contact.c.owner_id == owner, *which)


def _overseen() -> ColumnElement[bool]:
    theirs = or_(oversight.c.enterprise_id.is_(None), oversight.c.enterprise_id == certification.c.enterprise_id)
    of_it = oversight.join(overseer, overseer.c.id == oversight.c.overseer_id)
    told = select(1).select_from(of_it).where(overseer.c.rung == passed_rung.c.rung, oversight.c.unit_id == unit.c.id)
    return exists(
        told.where(theirs, _has(OwnerKind.OVERSEER, overseer.c.id)).correlate(passed_rung, unit, certification)
    )
