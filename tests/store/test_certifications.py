"""Finding a certification by what a person types."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, insert

from service.domain.certification import normalise_name
from service.store import certifications
from service.store.tables import certification, enterprise

CODE = "91111111000000006G"
HOLDERS = ["甲方（演示）ABC有限公司", "100%国产_工厂有限公司", "100X国产Y工厂有限公司", r"反斜\杠有限公司"]

FOUND = [
    ("2", [2]),  # an id
    ("99", []),  # an id that is not on record
    ("9" * 30, []),  # a number too large for an id
    (CODE.lower(), [1]),  # a code
    (CODE[:10], []),  # half a code
    ("甲方(演示)", [1]),  # another kind of brackets
    ("abc", [1]),  # another case
    ("SMART 工厂3", [3]),  # a factory
    ("100%", [2]),  # a per cent sign means itself
    ("国产_", [2]),  # an underscore means itself
    ("\\", [4]),  # a backslash means itself
    ("有限公司", [1, 2, 3, 4]),  # several
    ("", []),  # nothing
    (" 　", []),  # only spaces
]


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Each holder has one factory, numbered as the holder is."""
    with engine.begin() as connection:
        for id, name in enumerate(HOLDERS, 1):
            key = normalise_name(name)
            holder = {"id": id, "identity": f"name:{key}", "uscc": CODE if id == 1 else "", "name": name}
            factory = {"id": id, "enterprise_id": id, "factory": f"Smart 工厂{id}", "factory_key": f"smart工厂{id}"}
            others = {"level": "excellence", "batch": "", "proposed": False, "date_basis": "", "source_url": ""}
            connection.execute(insert(enterprise).values(**holder, name_key=key))
            connection.execute(insert(certification).values(**factory, **others))
        yield connection


def test_a_certification_is_found_by_what_a_person_types(connection: Connection) -> None:
    for words, ids in FOUND:
        assert [found.id for found in certifications.matching(connection, words)] == ids, words


def test_what_is_found_carries_its_holder_and_no_unit_where_none_is_known(connection: Connection) -> None:
    [found] = certifications.matching(connection, "1")

    assert (found.enterprise, found.uscc, found.unit_id, found.unit) == (HOLDERS[0], CODE, 0, "")
