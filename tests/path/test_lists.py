"""From the record to a recommending unit: one list a week, with its own rows and nobody else's."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from service.domain.errors import RequestRefused
from service.domain.lifecycle import EventType
from service.flows import escalate
from service.store.tables import delivery, run
from tests.house import EXCELLENCE, House, Received

SAFE = date(2028, 9, 7)
NEAR = SAFE - timedelta(days=30)


def of(number: int, unit: str) -> dict[str, str]:
    """A certification that a unit recommended."""
    return EXCELLENCE | {
        "enterprise": f"企业{number}有限公司",
        "recommending_unit": unit,
        "contact_email": f"handler@e{number}.example",
    }


def meet_units(house: House, *units: str) -> None:
    """A handler for each unit."""
    house.meet(
        *(
            {"owner_kind": "unit", "owner": unit, "name": "联络员（演示）", "email": f"unit{number}@u.example"}
            for number, unit in enumerate(units)
        )
    )


def enterprises(letter: Received) -> set[str]:
    """The second column of the workbook in a letter: the enterprises it lists."""
    sheet = CalamineWorkbook.from_filelike(BytesIO(letter.workbook)).get_sheet_by_index(0)
    return {str(row[1]) for row in sheet.to_python() if "有限公司" in str(row[1])}


def delivered_lists(house: House, today: date) -> dict[str, Received]:
    """The lists of a day, by recipient."""
    house.escalate(today)
    house.deliver(today)
    return {letter.to: letter for letter in house.letters()}


def test_each_unit_gets_one_letter_with_its_own_rows_and_nobody_elses(house: House) -> None:
    house.take_in(of(1, "江苏省"), of(2, "浙江省"), of(3, "江苏省"))
    meet_units(house, "江苏省", "浙江省")
    letters = delivered_lists(house, NEAR)

    assert {to: enterprises(letter) for to, letter in letters.items()} == {
        "unit0@u.example": {"企业1有限公司", "企业3有限公司"},
        "unit1@u.example": {"企业2有限公司"},
    }
    assert "企业2有限公司" not in letters["unit0@u.example"].text + str(letters["unit0@u.example"].mail)


def test_a_row_moves_to_the_list_of_the_unit_that_a_later_sheet_names(house: House) -> None:
    house.take_in(of(1, "江苏省"), of(2, "江苏省"))
    meet_units(house, "江苏省", "浙江省")
    house.escalate(NEAR)
    house.take_in(of(1, "浙江省"))
    letters = delivered_lists(house, NEAR)

    assert {to: enterprises(letter) for to, letter in letters.items()} == {
        "unit0@u.example": {"企业2有限公司"},
        "unit1@u.example": {"企业1有限公司"},
    }


def test_a_second_look_in_the_same_week_plans_nothing_and_the_next_week_does(house: House) -> None:
    house.take_in(of(1, "江苏省"))
    meet_units(house, "江苏省")
    monday = NEAR - timedelta(days=NEAR.weekday()) + timedelta(weeks=1)
    assert house.escalate(monday).planned == 1
    assert house.escalate(monday + timedelta(days=6)).planned == 0
    assert house.escalate(monday + timedelta(days=7)).planned == 1
    assert [row.stage for row in house.rows(delivery)] == ["2028-W33", "2028-W34"]


def test_a_row_is_on_the_list_from_thirty_days_before_its_safe_day_and_stays_when_late(house: House) -> None:
    house.take_in(of(1, "江苏省"))
    meet_units(house, "江苏省")

    assert house.escalate(NEAR - timedelta(days=1)).units == 0
    assert house.escalate(NEAR).units == 1
    assert house.escalate(SAFE + timedelta(days=60)).units == 1


def test_a_unit_without_rows_gets_no_letter_and_the_run_is_still_on_record(house: House) -> None:
    house.take_in(of(1, "江苏省"))
    meet_units(house, "安徽省")
    done = house.escalate(SAFE - timedelta(days=90))

    assert (done.units, done.planned) == (0, 0)
    assert (house.rows(run)[-1].job, house.rows(run)[-1].outcome) == ("escalate", "done")


def test_a_unit_without_an_address_is_counted_and_told_once_it_has_one(house: House) -> None:
    house.take_in(of(1, "江苏省"))
    assert house.escalate(NEAR).skipped == {"no_address": 1}
    meet_units(house, "江苏省")

    assert len(delivered_lists(house, NEAR)) == 1


def test_a_list_whose_rows_are_all_done_before_delivery_is_withdrawn(house: House) -> None:
    house.take_in(of(1, "江苏省"))
    meet_units(house, "江苏省")
    house.escalate(NEAR)
    house.record(EventType.REVIEW_APPLIED, NEAR)

    assert house.deliver(NEAR) == {"withdrawn": 1}
    assert house.rows(delivery)[-1].reason == "nothing_to_chase"
    assert house.escalate(NEAR) == escalate.Escalated(0, 0, {})


def test_a_row_without_a_unit_is_on_no_list(house: House) -> None:
    house.take_in(of(1, ""), of(2, "江苏省"))
    meet_units(house, "江苏省")

    assert enterprises(delivered_lists(house, NEAR)["unit0@u.example"]) == {"企业2有限公司"}


def test_the_workbook_of_a_unit_is_found_by_any_of_its_names(house: House) -> None:
    house.take_in(of(1, "江苏省"), of(2, "浙江省"))
    for name in ("江苏省", "江苏", "Jiangsu", "江苏省工业和信息化厅"):
        sheet = CalamineWorkbook.from_filelike(BytesIO(escalate.workbook(house.desk, name, NEAR))).get_sheet_by_index(0)
        cells = {str(cell) for row in sheet.to_python() for cell in row}
        assert "企业1有限公司" in cells
        assert "企业2有限公司" not in cells


def test_the_workbook_of_a_unit_that_is_not_on_record_is_refused_with_those_that_are(house: House) -> None:
    house.take_in(of(1, "江苏省"))
    with pytest.raises(RequestRefused, match="江苏省"):
        escalate.workbook(house.desk, "安徽省", NEAR)


def test_a_list_says_how_often_and_when_each_enterprise_was_reminded(house: House) -> None:
    house.take_in(of(1, "江苏省"))
    meet_units(house, "江苏省")
    house.sent(SAFE - timedelta(days=60))
    house.sent(NEAR)
    letter = delivered_lists(house, NEAR)["unit0@u.example"]
    sheet = CalamineWorkbook.from_filelike(BytesIO(letter.workbook)).get_sheet_by_index(0)
    [row] = [row for row in sheet.to_python() if row[1] == "企业1有限公司"]

    assert 2 in row
    assert NEAR in row
    assert any("handler@e1.example" in str(cell) for cell in row)
