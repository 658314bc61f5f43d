from typing import Any

import pytest

from service.domain.errors import RequestRefused
from service.domain.people import OwnerKind, Role
from service.letters.letter import Language
from service.sheets.contacts import CheckedContacts, OwnedContact, check_contacts
from service.sheets.people import SheetContact
from service.sheets.sheet import Row, Sheet

HEADER = ("owner_kind", "归属单位", "role", "姓名", "email", "语言")
UNIT = ("推荐单位", "上海市经济和信息化委员会", "负责人", "负责人（演示）", "d@u.example", "英文")


def checked(*rows: tuple[Any, ...]) -> CheckedContacts:
    sheet = Sheet("contacts.csv", Row(1, HEADER), [Row(number, row) for number, row in enumerate(rows, 2)])
    return check_contacts(sheet, ["演示集团（虚构）"])


def test_contacts_of_units_and_enterprises_are_read() -> None:
    found = checked(
        UNIT,
        ("unit", "演示集团(虚构)", "", "经办人（演示）", "h@g.example", ""),
        ("enterprise", "91350100m000100y43", "backup", "备用联系人（演示）", "b@e.example", "zh"),
        ("企业", "甲公司", "", "经办人（演示）", "h@e.example", ""),
    )
    assert found.errors == []
    assert [(c.owner_kind, c.owner) for c in found.contacts] == [
        (OwnerKind.UNIT, "上海市"),
        (OwnerKind.UNIT, "演示集团（虚构）"),
        (OwnerKind.ENTERPRISE, "91350100M000100Y43"),
        (OwnerKind.ENTERPRISE, "甲公司"),
    ]
    director = SheetContact("负责人（演示）", "d@u.example", Role.DIRECTOR, Language.EN)
    assert found.contacts[0] == OwnedContact(2, OwnerKind.UNIT, "上海市", director)


@pytest.mark.parametrize(
    ("place", "cell", "column", "message"),
    [
        (0, "政府", "owner_kind", "归属类型“政府”无法识别"),
        (0, "", "owner_kind", "不能为空"),
        (1, "某省", "归属单位", "不是省级推荐单位"),
        (1, "", "归属单位", "不能为空"),
        (2, "秘书", "role", "联系人角色“秘书”无法识别"),
        (3, "", "姓名", "缺少联系人姓名"),
        (4, "d@u.example\r\nX: y", "email", "换行"),
        (4, "", "email", "缺少邮箱"),
        (5, "法文", "语言", "无法识别"),
    ],
)
def test_a_faulty_cell_is_named_by_row_and_column(place: int, cell: str, column: str, message: str) -> None:
    row = (*UNIT[:place], cell, *UNIT[place + 1 :])
    found = checked(("企业", "甲公司", "", "经办人（演示）", "h@e.example", ""), row)
    assert [(error.row, error.column) for error in found.errors] == [(3, column)]
    assert message in found.errors[0].message
    assert [contact.row for contact in found.contacts] == [2]


def test_a_row_without_a_person_lacks_both_name_and_address() -> None:
    found = checked(("企业", "甲公司", "", "", "", ""))
    assert [error.column for error in found.errors] == ["姓名", "email"]


def test_a_code_with_a_wrong_check_character_is_no_owner() -> None:
    found = checked(("企业", "91350100M000100Y44", "", "经办人（演示）", "h@e.example", ""))
    assert [(error.row, error.column) for error in found.errors] == [(2, "归属单位")]


def test_the_same_address_of_the_same_owner_twice_is_a_fault() -> None:
    found = checked(UNIT, (*UNIT[:4], "D@u.example", "中文"), ("unit", "北京", "", "经办人（演示）", "d@u.example", ""))
    assert [(error.row, error.column) for error in found.errors] == [(3, "email")]
    assert "与第 2 行重复" in found.errors[0].message


def test_a_sheet_without_owners_is_refused() -> None:
    with pytest.raises(RequestRefused, match="归属类型、归属单位"):
        check_contacts(Sheet("contacts.csv", Row(1, ("姓名", "邮箱")), [Row(2, ("甲", "a@b.example"))]))
