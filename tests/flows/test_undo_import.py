"""Taking an import back: the record is as it was before it, but for what others have changed since."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.errors import RequestRefused
from service.domain.lifecycle import EventType
from service.domain.visitors import Actor, ActorKind
from service.flows.undo_import import TakenBack, take_back
from service.store import audit, intakes
from service.store.doors import audit as audit_table
from service.store.kept import intake, intake_change
from service.store.tables import certification, contact, delivery, enterprise, event, obligation
from tests.house import DIRECTOR, EXCELLENCE, TODAY, USCC_A, House

_DATES = ("ends_on", "due_on", "late_after", "lapse_after", "safe_due_on", "anchor_on", "pending")
SECOND = EXCELLENCE | {"factory": "二号工厂"}


def back(house: House, number: int | None, **how: Any) -> TakenBack:
    assert number is not None
    return take_back(house.desk, number, "test", TODAY, **how)


def state(house: House) -> dict[str, list[Any]]:
    """What people go by: open matters with their dates, who is told, and what enterprises and factories are called."""
    listed = {row.certification_id for row in house.rows(obligation) if not row.closed}
    holders = {row.enterprise_id for row in house.rows(certification) if row.id in listed}
    return {
        "matters": sorted(
            (
                row.certification_id or 0,
                row.unit_id or 0,
                row.kind,
                row.occurrence,
                *(str(row._mapping[d]) for d in _DATES),
            )
            for row in house.rows(obligation)
            if not row.closed
        ),
        "contacts": [(row.owner_kind, row.owner_id, row.role, row.name, row.address) for row in house.rows(contact)],
        "enterprises": [(row.uscc, row.name, row.identity) for row in house.rows(enterprise) if row.id in holders],
        "units": [(row.id, row.unit_id, row.proposed) for row in house.rows(certification) if row.id in listed],
    }


def test_every_import_is_kept_as_it_came_with_what_it_did_to_each_row(house: House) -> None:
    done = house.take_in(EXCELLENCE)
    [kept] = house.rows(intake)
    assert (kept.id, kept.kind, kept.file_name, kept.author) == (done.id, "certifications", "sheet.csv", "test")
    assert kept.counts == {"added": 1, "changed": 0, "unchanged": 0}
    with house.engine.begin() as connection:
        sheet = intakes.file_of(connection, kept.id, [kept.kind])
    assert sheet is not None
    assert sheet.content == (house.folder / "sheet.csv").read_bytes()
    assert [(row.subject_kind, row.before) for row in house.rows(intake_change)] == [
        ("contact", None),
        ("certification", None),
        ("event", None),
    ]


def test_a_dry_run_and_a_faulty_sheet_are_not_kept(house: House) -> None:
    assert house.take_in(EXCELLENCE, dry_run=True).added == 1
    assert house.take_in(EXCELLENCE | {"level": "gold"}).id is None
    assert (house.rows(intake), house.rows(intake_change), house.rows(certification)) == ([], [], [])


def test_what_an_import_added_and_changed_goes_back(house: House) -> None:
    house.take_in(EXCELLENCE | {"uscc": USCC_A})
    before = state(house)
    renamed = EXCELLENCE | {"uscc": USCC_A, "enterprise": "甲方新名有限公司", "listed_on": "2025-12-11"}
    renamed |= {"recommending_unit": "浙江省", "contact_name": "另一经办人（演示）", "valid_through": "2028-12-20"}
    number = house.take_in(renamed, SECOND | {"uscc": USCC_A} | DIRECTOR).id
    assert state(house) != before

    foreseen = back(house, number, dry_run=True)
    assert state(house) != before
    done = back(house, number)

    assert (done.counts, done.left) == (foreseen.counts, [])
    assert state(house) == before
    assert (done.struck, done.certifications, done.enterprises, done.removed, done.contacts) == (3, 1, 1, 1, 1)
    assert len(house.rows(event)) == 7, "the log is only added to"
    with pytest.raises(RequestRefused, match="taken back before"):
        back(house, number)


def test_what_was_recorded_since_stays_and_is_named(house: House) -> None:
    number = house.take_in(EXCELLENCE, SECOND).id
    house.record(EventType.REVIEW_APPLIED, TODAY, of="1")
    done = back(house, number)

    assert [(each.on, each.id) for each in done.left] == [("certification", 1)]
    assert done.struck == 1
    assert {row.certification_id for row in house.rows(obligation) if not row.closed} == {1}


def test_a_change_by_a_later_import_stays_until_that_is_taken_back(house: House) -> None:
    first = house.take_in(EXCELLENCE).id
    second = house.take_in(EXCELLENCE | {"valid_through": "2028-12-20", "contact_name": "另一经办人（演示）"}).id
    assert {(each.on, each.id) for each in back(house, first, dry_run=True).left} == {
        ("certification", 1),
        ("contact", 1),
    }

    assert back(house, second).left == []
    assert back(house, first).left == []
    assert house.rows(contact) == []
    assert [row for row in house.rows(obligation) if not row.closed] == []


def test_a_contact_that_somebody_corrected_in_the_console_stays(house: House) -> None:
    number = house.take_in(EXCELLENCE).id
    with house.engine.begin() as connection:
        actor = Actor(ActorKind.ACCOUNT, 1)
        audit.note(connection, actor, "contact_corrected", ("contact", 1), house.clock(), {})
    assert [each.on for each in back(house, number).left] == ["contact"]
    assert len(house.rows(contact)) == 1


def test_whoever_was_written_to_is_held_back_and_their_calendar_is_told(house: House) -> None:
    number = house.take_in(EXCELLENCE).id
    house.sent()
    done = back(house, number)

    assert (done.removed, done.held_back, done.refreshed.cancellations) == (0, 1, 1)
    assert [row.working for row in house.rows(contact)] == [False]
    assert {row.purpose for row in house.rows(delivery)} == {"reminder", "cancellation"}


def test_a_name_that_another_has_come_to_bear_is_not_given_back(house: House) -> None:
    house.take_in(EXCELLENCE)
    number = house.take_in(EXCELLENCE | {"uscc": USCC_A, "enterprise": "甲方演示有限公司"}).id
    house.take_in(EXCELLENCE | {"uscc": USCC_A, "enterprise": "甲方新名有限公司"})
    assert [each.on for each in back(house, number).left] == ["enterprise"]
    assert [row.name for row in house.rows(enterprise)] == ["甲方新名有限公司"]


def test_contacts_of_a_sheet_of_their_own_go_back_too(house: House) -> None:
    house.take_in(EXCELLENCE)
    before = state(house)
    person = {"owner_kind": "enterprise", "owner": "甲方演示有限公司", "name": "经办人改名（演示）"}
    unit = {"owner_kind": "unit", "owner": "江苏省", "name": "联络员（演示）", "email": "unit@u.example"}
    number = house.meet(person | {"email": "handler@a.example"}, unit).id
    done = back(house, number)
    assert (done.removed, done.contacts) == (1, 1)
    assert state(house) == before


def test_who_takes_back_is_in_the_audit_with_the_figures_alone(house: House) -> None:
    number = house.take_in(EXCELLENCE).id
    back(house, number, actor=Actor(ActorKind.ACCOUNT, 7))
    [row] = house.rows(audit_table)
    assert (row.action, row.actor_id, row.subject_kind, row.subject_id) == ("import_taken_back", 7, "intake", number)
    assert row.details["struck"] == 1


def sheets() -> st.SearchStrategy[list[dict[str, str]]]:
    """Sheets of up to four factories, each with some of what a sheet may say."""
    row = st.fixed_dictionaries(
        {
            "factory": st.sampled_from(["一号工厂", "二号工厂", "三号工厂", "四号工厂"]),
            "listed_on": st.sampled_from(["", "2025-12-09", "2025-12-11", "2025-12-16"]),
            "valid_through": st.sampled_from(["", "2028-12-20", "2029-01-31"]),
            "recommending_unit": st.sampled_from(["江苏省", "浙江省"]),
            "level": st.sampled_from(["excellence", "advanced"]),
        }
    )
    told = st.tuples(st.sampled_from(["甲", "乙"]), st.sampled_from(["handler", "director"]))
    sheet = st.lists(row, min_size=1, max_size=4, unique_by=lambda each: (each["factory"], each["level"]))
    return st.tuples(sheet, told).map(lambda pair: [_with_contact(each, *pair[1]) for each in pair[0]])


def _with_contact(row: dict[str, str], name: str, role: str) -> dict[str, str]:
    return EXCELLENCE | row | {"contact_name": f"{name}（演示）", "contact_role": role}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=sheets(), second=sheets())
def test_import_a_import_b_take_back_b_is_the_state_after_a(
    house: House, first: list[dict[str, str]], second: list[dict[str, str]]
) -> None:
    """Other enterprises for each example: all are on one record."""
    number = len(house.rows(intake))
    named = {"enterprise": f"第{number}演示有限公司"}
    house.take_in(*(row | named for row in first))
    before = state(house)
    taken = house.take_in(*(row | named for row in second))
    if taken.errors:
        assert state(house) == before
        return
    assert back(house, taken.id).left == []
    assert state(house) == before
