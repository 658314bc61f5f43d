"""People of enterprises and units, from a sheet of their own."""

import pytest

from service.flows import contacts
from service.store.tables import contact, run
from tests.house import EXCELLENCE, USCC_A, USCC_B, House

PERSON = {"owner_kind": "enterprise", "owner": "甲方演示有限公司", "name": "备用联系人（演示）", "role": "backup"}
BACKUP = PERSON | {"email": "backup@a.example"}


def test_people_of_enterprises_and_units_are_added_changed_and_left(house: House) -> None:
    house.take_in(EXCELLENCE)
    unit = {"owner_kind": "unit", "owner": "海南", "name": "联络员（演示）", "email": "unit@u.example"}
    done = house.meet(BACKUP, unit)
    assert (done.added, done.changed, done.unchanged, done.errors) == (2, 0, 0, [])

    again = house.meet(BACKUP | {"role": "director"}, unit)
    assert (again.added, again.changed, again.unchanged) == (0, 1, 1)
    assert [(row.owner_kind, row.role) for row in house.rows(contact)] == [
        ("enterprise", "handler"),
        ("enterprise", "director"),
        ("unit", "handler"),
    ]
    assert [row.job for row in house.rows(run)] == ["import", "contacts", "contacts"]


def test_an_enterprise_is_found_by_its_code_or_by_its_name_however_it_is_written(house: House) -> None:
    house.take_in(EXCELLENCE | {"uscc": USCC_A, "enterprise": "甲方（演示）有限公司"})
    rows = [
        BACKUP | {"owner": USCC_A.lower()},
        BACKUP | {"owner": "甲方 (演示) 有限公司", "email": "other@a.example"},
    ]

    assert house.meet(*rows).added == 2
    assert {row.owner_id for row in house.rows(contact)} == {1}


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        pytest.param({"owner": "没有登记的公司"}, "owner", id="an enterprise that is not on record"),
        pytest.param({"owner": "某某省", "owner_kind": "unit"}, "owner", id="a unit that is not on record"),
        pytest.param({"email": "no address"}, "email", id="no address"),
        pytest.param({"owner": USCC_A}, "email", id="the same person again by the code"),
        pytest.param({"role": "boss"}, "role", id="a role that does not exist"),
    ],
)
def test_one_faulty_row_is_named_and_nobody_is_added(house: House, wrong: dict[str, str], column: str) -> None:
    house.take_in(EXCELLENCE | {"uscc": USCC_A})
    before = house.sizes()
    done = house.meet(BACKUP, BACKUP | wrong)

    assert [(error.row, error.column) for error in done.errors] == [(3, column)]
    assert (done.added, done.changed, done.unchanged) == (0, 0, 0)
    assert house.sizes() == before


def test_a_name_that_two_enterprises_share_needs_the_code(house: House) -> None:
    house.take_in(EXCELLENCE | {"uscc": USCC_A}, EXCELLENCE | {"uscc": USCC_B, "contact_email": "b@b.example"})
    [error] = house.meet(BACKUP).errors

    assert "give the code" in error.message
    assert house.meet(BACKUP | {"owner": USCC_B}).added == 1


def test_a_large_sheet_is_taken_in_by_parts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contacts, "_CHUNK", 2)
    house.take_in(EXCELLENCE)
    rows = [BACKUP | {"email": f"backup{number}@a.example"} for number in range(5)]
    assert house.meet(*rows).added == 5

    done = house.meet(*rows, BACKUP | {"email": "backup0@A.example"})
    assert [(error.row, error.column) for error in done.errors] == [(7, "email")]


def test_the_handler_is_told_else_the_backup_else_the_director(house: House) -> None:
    nobody = {name: cell for name, cell in EXCELLENCE.items() if not name.startswith("contact")}
    house.take_in(nobody)
    house.meet(BACKUP, BACKUP | {"email": "director@a.example", "role": "director"})
    assert [letter.to for letter in house.sent()] == ["backup@a.example"]

    house.meet(BACKUP | {"email": "handler@a.example", "role": "handler"})
    assert [letter.to for letter in house.sent()] == ["handler@a.example"]
