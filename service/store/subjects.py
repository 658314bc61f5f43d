"""What matters are of: certifications and recommending units."""

from collections.abc import Collection

from sqlalchemy import Connection

from service.domain.certification import Certification, RecommendingUnit
from service.domain.obligation import Subject, SubjectKind
from service.store import certifications, people


def by_subjects(
    connection: Connection, subjects: Collection[Subject]
) -> dict[Subject, Certification | RecommendingUnit]:
    """The certification or unit that each subject names."""
    ids = {kind: {each.id for each in subjects if each.kind is kind} for kind in SubjectKind}
    of_certification, of_unit = ids[SubjectKind.CERTIFICATION], ids[SubjectKind.UNIT]
    found: dict[Subject, Certification | RecommendingUnit] = {}
    if of_certification:
        held = certifications.by_ids(connection, of_certification)
        found |= {Subject(SubjectKind.CERTIFICATION, id): each for id, each in held.items()}
    if of_unit:
        held_units = people.units_by_ids(connection, of_unit)
        found |= {Subject(SubjectKind.UNIT, id): each for id, each in held_units.items()}
    return found
