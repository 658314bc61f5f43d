"""Obligations as they are stored and read back."""

from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from service.domain.certification import Level
from service.domain.counting import Counting
from service.domain.history import live
from service.domain.lifecycle import Event, EventType
from service.domain.obligation import Subject, SubjectKind
from service.domain.regulations import derive
from service.store import obligations, workdays
from tests.house import EXCELLENCE, House

LOG = [
    Event(EventType.CULTIVATION_LISTED, date(2025, 11, 24), details={"months": "24"}, order=1),
    Event(EventType.ACCEPTANCE_APPLIED, date(2027, 8, 2), order=2),
    Event(EventType.ACCEPTED, date(2027, 10, 8), order=3),
    Event(EventType.LISTED, date(2027, 12, 1), date(2030, 11, 30), order=4),
    Event(EventType.CHANGED, date(2028, 11, 15), order=5),
]


def test_an_obligation_is_read_back_as_it_was_derived_with_its_whole_trace(engine: Engine, tmp_path: Path) -> None:
    House(engine, tmp_path).take_in(EXCELLENCE)
    with engine.begin() as connection:
        derived = derive(live(Level.PIONEER, LOG), Counting(workdays.load(connection)))
        assert len(derived) == 6
        before = {stored.id for stored in obligations.of_subjects(connection, SubjectKind.CERTIFICATION, [1])[1]}
        subject = Subject(SubjectKind.CERTIFICATION, 1)
        obligations.add(connection, [(subject, each, "test", None) for each in derived if each.kind not in ALREADY])
        stored = obligations.of_subjects(connection, SubjectKind.CERTIFICATION, [1])[1]
        found = [each for each in stored if each.id not in before]

    assert {each.obligation.kind: each.obligation for each in found} == {
        each.kind: each for each in derived if each.kind not in ALREADY
    }
    assert {each.idle for each in found} <= {"closed", "plan_finished"}


ALREADY = ("review_application", "validity_end")
