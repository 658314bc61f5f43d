"""Whose rows a scope holds, on each kind of database."""

from datetime import date

import pytest
from sqlalchemy import ColumnElement, Table, func, select

from service.domain.people import OwnerKind
from service.domain.visitors import EVERYTHING, Scope
from service.store import scoped
from service.store.tables import certification, contact, delivery, enterprise, obligation, unit, unit_list
from tests.house import EXCELLENCE, House, house

__all__ = ["house"]

FIRST = EXCELLENCE
LATE = date(2028, 8, 25)  # when reminders and the lists are due
SHARED = EXCELLENCE | {"factory": "另一工厂", "recommending_unit": "浙江省"}
SECOND = EXCELLENCE | {
    "enterprise": "乙方演示有限公司",
    "recommending_unit": "浙江省",
    "contact_email": "handler@b.example",
}
UNIT_CONTACTS = [
    {"owner_kind": "unit", "owner": "江苏省", "name": "演示", "role": "handler", "email": "unit@js.example"},
    {"owner_kind": "unit", "owner": "浙江省", "name": "演示", "role": "handler", "email": "unit@zj.example"},
]
PARTS = (
    (certification, scoped.certifications_in),
    (obligation, scoped.obligations_in),
    (contact, scoped.contacts_in),
    (delivery, scoped.deliveries_in),
    (unit, scoped.units_in),
    (enterprise, scoped.enterprises_in),
    (unit_list, scoped.lists_in),
)


@pytest.fixture
def two(house: House) -> House:
    """Two enterprises, the first with factories of two units; letters and lists sent to each."""
    house.take_in(FIRST, SECOND, SHARED)
    house.meet(*UNIT_CONTACTS)
    house.scan(LATE)
    house.escalate(LATE)
    house.deliver(LATE)
    return house


def of_unit(house: House, name: str) -> Scope:
    return Scope.of_unit(next(row.id for row in house.rows(unit) if row.name == name))


def ids(house: House, table: Table, condition: ColumnElement[bool]) -> set[int]:
    with house.engine.begin() as connection:
        return set(connection.scalars(select(table.c.id).where(condition)))


def test_everything_is_every_row(two: House) -> None:
    for table, condition in PARTS:
        with two.engine.begin() as connection:
            count = connection.execute(select(func.count()).select_from(table)).scalar_one()
        assert len(ids(two, table, condition(EVERYTHING))) == count > 0


def test_two_units_share_no_certification_no_matter_and_no_letter(two: House) -> None:
    first, second = of_unit(two, "江苏省"), of_unit(two, "浙江省")
    for table, condition in PARTS:
        if table in (contact, enterprise):
            continue  # an enterprise that both have recommended is known to both
        mine, theirs = ids(two, table, condition(first)), ids(two, table, condition(second))
        assert mine
        assert theirs
        assert mine & theirs == set()


def test_a_unit_sees_what_is_about_its_matters_and_its_own_mail(two: House) -> None:
    rows = {row.id: row for row in two.rows(contact)}
    own = ids(two, delivery, scoped.deliveries_in(of_unit(two, "浙江省")))
    told = {rows[row.contact_id].address for row in two.rows(delivery) if row.id in own}
    assert told == {"handler@a.example", "handler@b.example", "unit@zj.example"}


def test_an_enterprise_sees_its_own_mail_and_no_list(two: House) -> None:
    scope = Scope.of_enterprise(2)
    rows = {row.id: row for row in two.rows(contact)}
    own = ids(two, delivery, scoped.deliveries_in(scope))
    assert own
    assert {rows[row.contact_id].address for row in two.rows(delivery) if row.id in own} == {"handler@b.example"}
    assert ids(two, unit_list, scoped.lists_in(scope)) == set()
    assert {rows[id].owner_kind for id in ids(two, contact, scoped.contacts_in(scope))} == {OwnerKind.ENTERPRISE}


def test_a_number_that_is_nobodys_holds_nothing(two: House) -> None:
    for scope in (Scope.of_unit(99), Scope.of_enterprise(99)):
        for table, condition in PARTS:
            assert ids(two, table, condition(scope)) == set()
