"""From the record to a recommending unit: its lists, with its own rows and nobody else's."""

from datetime import date, timedelta

import pytest

from service.domain.errors import RequestRefused
from service.domain.lifecycle import EventType
from service.flows import escalate
from service.store.tables import delivery, run
from tests.house import EXCELLENCE, House, Received
from tests.workbooks import enterprises, matters

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


def delivered_lists(house: House, today: date) -> dict[str, Received]:
    """The lists of a day, by recipient."""
    house.escalate(today)
    house.deliver(today)
    return {letter.to: letter for letter in house.letters()}


def test_each_unit_gets_one_letter_with_its_own_rows_and_nobody_elses(house: House) -> None:
    house.take_in(of(1, "江苏省"), of(2, "浙江省"), of(3, "江苏省"))
    meet_units(house, "江苏省", "浙江省")
    letters = delivered_lists(house, NEAR)

    assert {to: set(enterprises(letter.workbook)) for to, letter in letters.items()} == {
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

    assert {to: set(enterprises(letter.workbook)) for to, letter in letters.items()} == {
        "unit0@u.example": {"企业2有限公司"},
        "unit1@u.example": {"企业1有限公司"},
    }


def test_a_unit_without_rows_gets_no_letter_and_the_run_is_still_on_record(house: House) -> None:
    house.take_in(of(1, "江苏省"))
    meet_units(house, "安徽省")
    done = house.escalate(SAFE - timedelta(days=91))

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

    assert enterprises(delivered_lists(house, NEAR)["unit0@u.example"].workbook) == ["企业2有限公司"]


def test_the_workbook_of_a_unit_is_found_by_any_of_its_names(house: House) -> None:
    house.take_in(of(1, "江苏省"), of(2, "浙江省"))
    for name in ("江苏省", "江苏", "Jiangsu", "江苏省工业和信息化厅"):
        assert enterprises(escalate.workbook(house.desk, name, NEAR)) == ["企业1有限公司"]


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
    [row] = matters(letter.workbook)

    assert (row["企业名称"], row["提醒次数"], row["最近提醒日期"]) == ("企业1有限公司", 2, NEAR)
    assert (row["公布日期"], row["所在地/集团"]) == (date(2025, 12, 9), "江苏省")
    assert "handler@e1.example" in row["联系人"]
