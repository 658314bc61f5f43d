import pytest

from service.domain.units import PROVINCIAL_UNITS, ProvincialUnit, find_unit

PLANNED_CITIES = {"大连市", "青岛市", "宁波市", "厦门市", "深圳市"}


def test_there_are_31_provinces_5_planned_cities_and_the_corps() -> None:
    names = {unit.name for unit in PROVINCIAL_UNITS}
    assert len(PROVINCIAL_UNITS) == len(names) == 37
    assert names > PLANNED_CITIES | {"新疆生产建设兵团"}
    assert len(names - PLANNED_CITIES - {"新疆生产建设兵团"}) == 31


@pytest.mark.parametrize("unit", PROVINCIAL_UNITS, ids=lambda unit: unit.english)
def test_every_name_of_a_unit_and_of_its_office_finds_it(unit: ProvincialUnit) -> None:
    for name in (unit.name, unit.english, *unit.aliases):
        assert find_unit(name) is unit
    for office in (
        "工业和信息化厅",
        "工业和信息化局",
        "经济和信息化委员会",
        "经信委",
        "工信厅",
        "工业和信息化主管部门",
    ):
        assert find_unit(unit.name + office) is unit
        assert find_unit(unit.aliases[0] + office) is unit


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("上海市经济和信息化委员会", "上海市"),
        ("浙江省经济和信息化厅", "浙江省"),
        ("内蒙古", "内蒙古自治区"),
        ("青岛市（山东省）", "青岛市"),
        ("宁波市(浙江省)", "宁波市"),
        ("山东省青岛市", "青岛市"),
        (" 江苏\u3000省 ", "江苏省"),
        ("INNER MONGOLIA", "内蒙古自治区"),
        ("Shanxi", "山西省"),
        ("Shaanxi", "陕西省"),
        ("新疆", "新疆维吾尔自治区"),
        ("新疆兵团", "新疆生产建设兵团"),
        ("新疆生产建设兵团工业和信息化局", "新疆生产建设兵团"),
    ],
)
def test_a_unit_is_found_however_a_list_spells_it(given: str, name: str) -> None:
    found = find_unit(given)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "given", ["", "工业和信息化厅", "江苏省南京市", "南京市", "演示集团（虚构）", "香港特别行政区", "山东省（宁波市）"]
)
def test_what_is_no_provincial_unit_is_not_found(given: str) -> None:
    assert find_unit(given) is None
