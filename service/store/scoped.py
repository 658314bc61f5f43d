"""Whose rows a read may give: each condition here is added by the store to what the console asks for.

Invariant: every function of the store that a page calls takes a Scope, and asks one of these for its condition.
"""

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from service.domain.delivery import Purpose
from service.domain.people import OwnerKind
from service.domain.visitors import Scope, ScopeKind
from service.store import obligations
from service.store.tables import certification, contact, delivery, enterprise, obligation, unit, unit_list


def certifications_in(scope: Scope) -> ColumnElement[bool]:
    """Which rows of ``certification``."""
    match scope.kind:
        case ScopeKind.ALL:
            return true()
        case ScopeKind.UNIT:
            return certification.c.unit_id == scope.id
        case ScopeKind.ENTERPRISE:
            return certification.c.enterprise_id == scope.id


def obligations_in(scope: Scope) -> ColumnElement[bool]:
    """Which rows of ``obligation``: of these certifications, and the unit's own duties."""
    if scope.kind is ScopeKind.ALL:
        return true()
    theirs = obligation.c.certification_id.in_(select(certification.c.id).where(certifications_in(scope)))
    return or_(theirs, obligation.c.unit_id == scope.id) if scope.kind is ScopeKind.UNIT else theirs


def contacts_in(scope: Scope) -> ColumnElement[bool]:
    """Which rows of ``contact``: a unit's own and those of the enterprises it recommended; an enterprise's own."""
    match scope.kind:
        case ScopeKind.ALL:
            return contact.c.owner_kind.not_in((OwnerKind.HOUSE, OwnerKind.ERASED))
        case ScopeKind.UNIT:
            recommended = select(certification.c.enterprise_id).where(certifications_in(scope))
            theirs = and_(contact.c.owner_kind == OwnerKind.ENTERPRISE, contact.c.owner_id.in_(recommended))
            return or_(and_(contact.c.owner_kind == OwnerKind.UNIT, contact.c.owner_id == scope.id), theirs)
        case ScopeKind.ENTERPRISE:
            return and_(contact.c.owner_kind == OwnerKind.ENTERPRISE, contact.c.owner_id == scope.id)


def deliveries_in(scope: Scope) -> ColumnElement[bool]:
    """Which rows of ``delivery``: a unit's own mail and what is about the matters of its certifications; to an
    enterprise what its own people were sent, and of that nothing of another unit's list.

    What is not about a matter (a link to sign in, a letter of the house to itself) is its recipient's alone, and so is
    what goes to a superior body.
    """
    if scope.kind is ScopeKind.ALL:
        return true()
    kind = OwnerKind.UNIT if scope.kind is ScopeKind.UNIT else OwnerKind.ENTERPRISE
    own = select(contact.c.id).where(contact.c.owner_kind == kind, contact.c.owner_id == scope.id)
    to_them = delivery.c.contact_id.in_(own)
    if scope.kind is ScopeKind.ENTERPRISE:
        return to_them
    matters = select(obligation.c.id).where(obligations_in(scope))
    about_them = (delivery.c.subject_kind == obligations.SUBJECT, delivery.c.subject_id.in_(matters))
    return or_(to_them, and_(*about_them, delivery.c.purpose != Purpose.ESCALATION))


def units_in(scope: Scope) -> ColumnElement[bool]:
    """Which rows of ``unit``: an enterprise sees those that recommended it, by name."""
    match scope.kind:
        case ScopeKind.ALL:
            return true()
        case ScopeKind.UNIT:
            return unit.c.id == scope.id
        case ScopeKind.ENTERPRISE:
            return unit.c.id.in_(select(certification.c.unit_id).where(certifications_in(scope)))


def enterprises_in(scope: Scope) -> ColumnElement[bool]:
    """Which rows of ``enterprise``."""
    match scope.kind:
        case ScopeKind.ALL:
            return true()
        case ScopeKind.UNIT:
            return enterprise.c.id.in_(select(certification.c.enterprise_id).where(certifications_in(scope)))
        case ScopeKind.ENTERPRISE:
            return enterprise.c.id == scope.id


def lists_in(scope: Scope) -> ColumnElement[bool]:
    """Which rows of ``unit_list``; an enterprise sees none."""
    if scope.kind is ScopeKind.ENTERPRISE:
        return false()
    return true() if scope.kind is ScopeKind.ALL else unit_list.c.unit_id == scope.id
