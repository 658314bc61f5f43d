"""Initials of the pinyin, by which people search."""

import pytest

from service.store.initials import initials
from service.store.tables import certification, enterprise
from tests.house import EXCELLENCE, USCC_A, House, house

__all__ = ["house"]


@pytest.mark.parametrize(
    ("name", "found"),
    [("江苏演示有限公司", "jsysyxgs"), ("重庆", "cq"), ("a公司3号", "ags3h"), ("", ""), ("甲" * 300, "j" * 200)],
)
def test_each_character_gives_the_first_letter_of_its_pinyin(name: str, found: str) -> None:
    assert initials(name) == found


def test_a_new_name_is_found_by_its_new_initials(house: House) -> None:
    house.take_in(EXCELLENCE | {"uscc": USCC_A})
    assert [row.initials for row in house.rows(certification)] == ["yszngc"]
    assert [row.initials for row in house.rows(enterprise)] == ["jfysyxgs"]
    house.take_in(EXCELLENCE | {"uscc": USCC_A, "enterprise": "丁方有限公司"})
    assert [row.initials for row in house.rows(enterprise)] == ["dfyxgs"]
