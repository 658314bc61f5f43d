"""Finding a certification by what a person types."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, insert

from service.store import certifications
from service.store.tables import certification, enterprise

CODE = "91111111000000006G"
HOLDERS = ["甲方（演示）ABC有限公司", "100%国产_工厂有限公司", "100X国产Y工厂有限公司", r"反斜\杠有限公司"]


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Each holder has one factory, numbered as the holder is."""
    with engine.begin() as connection:
        for id, name in enumerate(HOLDERS, 1):
            key = certifications.normalise_name(name)
            holder = {"id": id, "identity": f"name:{key}", "uscc": CODE if id == 1 else "", "name": name}
            factory = {"id": id, "enterprise_id": id, "factory": f"Smart 工厂{id}", "factory_key": f"smart工厂{id}"}
            others = {"level": "excellence", "batch": "", "proposed": False, "date_basis": "", "source_url": ""}
            connection.execute(insert(enterprise).values(**holder, name_key=key))
            connection.execute(insert(certification).values(**factory, **others))
        yield connection


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        pytest.param("2", [2], id="an id"),
        pytest.param("99", [], id="an id that is not on record"),
        pytest.param("9" * 30, [], id="a number too large for an id"),
        pytest.param(CODE.lower(), [1], id="a code"),
        pytest.param(CODE[:10], [], id="half a code"),
        pytest.param("甲方(演示)", [1], id="another kind of brackets"),
        pytest.param("abc", [1], id="another case"),
        pytest.param("SMART 工厂3", [3], id="a factory"),
        pytest.param("100%", [2], id="a per cent sign means itself"),
        pytest.param("国产_", [2], id="an underscore means itself"),
        pytest.param("\\", [4], id="a backslash means itself"),
        pytest.param("有限公司", [1, 2, 3, 4], id="several"),
        pytest.param("", [], id="nothing"),
        pytest.param(" 　", [], id="only spaces"),
    ],
)
def test_a_certification_is_found_by_what_a_person_types(connection: Connection, words: str, ids: list[int]) -> None:
    assert [found.id for found in certifications.matching(connection, words)] == ids


def test_what_is_found_carries_its_holder_and_no_unit_where_none_is_known(connection: Connection) -> None:
    [found] = certifications.matching(connection, "1")

    assert (found.enterprise, found.uscc, found.unit_id, found.unit) == (HOLDERS[0], CODE, 0, "")
