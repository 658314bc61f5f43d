"""What a list tells: its sections, what is new since the last one; and that a past list can be made again."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from service.domain.answer import Answer
from service.domain.delivery import Refused, Sent, Verdict
from service.domain.lifecycle import EventType
from service.domain.visitors import EVERYTHING, Actor, ActorKind
from service.flows import answers, escalate
from service.store.tables import contact, unit_list
from tests.house import EXCELLENCE, House, Received
from tests.workbooks import enterprises, matters

SAFE = date(2028, 9, 7)
WEEK = timedelta(weeks=1)
MONDAY = date(2028, 8, 14)
UNIT = {"owner_kind": "unit", "owner": "江苏省", "name": "联络员（演示）", "email": "unit@u.example"}


def of(number: int, unit: str = "江苏省", **cells: str) -> dict[str, str]:
    named = {"enterprise": f"企业{number}有限公司", "contact_email": f"handler@e{number}.example"}
    return EXCELLENCE | named | {"recommending_unit": unit} | cells


@pytest.fixture
def begun(house: House) -> House:
    """Two units, each with an address, and a factory each."""
    house.meet(UNIT, UNIT | {"owner": "浙江省", "email": "unit@v.example"})
    house.take_in(of(1), of(2, "浙江省"))
    return house


def told(house: House, today: date, unit: str = "unit@u.example") -> Received:
    """The list of a day that a unit gets."""
    house.escalate(today)
    house.deliver(today)
    [letter] = [letter for letter in house.letters() if letter.to == unit]
    return letter


def statuses(letter: Received) -> dict[str, str]:
    return {row["企业名称"]: row["状态"] for row in matters(letter.workbook)}


def marks(letter: Received) -> dict[str, str]:
    """What each enterprise's row is marked as; empty where it is not."""
    first = {row["企业名称"]: row["备注"].split("\n")[0] for row in matters(letter.workbook)}
    return {name: mark if mark.startswith("【") else "" for name, mark in first.items()}


def test_nothing_is_marked_on_the_first_list_and_what_came_since_is_on_the_next(begun: House) -> None:
    assert marks(told(begun, MONDAY)) == {"企业1有限公司": ""}
    begun.take_in(of(3))
    letter = told(begun, MONDAY + WEEK)

    assert marks(letter) == {"企业1有限公司": "", "企业3有限公司": "【新增】"}
    assert "与上一期清单相比，新增1项。" in letter.text
    assert marks(told(begun, MONDAY + 2 * WEEK)) == {"企业1有限公司": "", "企业3有限公司": ""}


def test_a_row_that_is_late_since_the_last_list_is_marked_as_changed(begun: House) -> None:
    told(begun, date(2028, 9, 4))
    letter = told(begun, date(2028, 9, 11))

    assert statuses(letter) == {"企业1有限公司": "逾期：法定最晚日期已过"}
    assert marks(letter) == {"企业1有限公司": "【变化】"}
    assert "■ 逾期" in letter.text


def test_three_reminders_without_an_answer_are_called_silence_and_an_answer_ends_it(begun: House) -> None:
    for before in (60, 31, 24):
        begun.clock.step(hours=1)
        begun.sent(SAFE - timedelta(days=before))
    assert statuses(told(begun, MONDAY))["企业1有限公司"] == "即将到期：建议日期未到"
    begun.clock.step(hours=1)
    begun.sent(date(2028, 8, 23))
    assert statuses(told(begun, MONDAY + 2 * WEEK))["企业1有限公司"] == "多次提醒未答复：建议日期未到"

    begun.clock.step(hours=1)
    [letter] = [letter for letter in begun.sent(date(2028, 8, 31)) if letter.to == "handler@e1.example"]
    say(begun, letter, Answer.ACKNOWLEDGED)
    [row] = matters(told(begun, date(2028, 9, 4)).workbook)
    assert row["状态"] == "即将到期：建议日期未到"
    assert row["企业是否确认"].startswith("已知悉（")


def say(house: House, letter: Received, kind: Answer, **said: str) -> None:
    link = next(word for word in letter.text.split() if "/answer/" in word)
    house.clock.step(minutes=1)
    answers.answer(house.desk, link.rpartition("/")[2], kind, said, date(2028, 8, 31))


def test_a_claim_waits_in_a_section_of_its_own_until_it_is_confirmed_or_reopened(begun: House) -> None:
    told(begun, MONDAY)
    [letter, *_] = [letter for letter in begun.sent(date(2028, 8, 23)) if letter.to == "handler@e1.example"]
    say(begun, letter, Answer.FILED, on="2028-06-01", receipt="演示-1")
    claimed = told(begun, MONDAY + 2 * WEEK)
    assert statuses(claimed) == {"企业1有限公司": "称已办理待确认：建议日期未到"}
    assert marks(claimed) == {"企业1有限公司": "【变化】"}

    answers.decide(begun.desk, EVERYTHING, 1, Actor(ActorKind.ACCOUNT, 1), date(2028, 8, 29), confirmed=False)
    again = told(begun, MONDAY + 3 * WEEK)
    assert statuses(again) == {"企业1有限公司": "即将到期：建议日期未到"}
    assert matters(again.workbook)[0]["企业是否确认"].endswith("已退回")


def test_an_enterprise_that_nobody_can_reach_is_listed_as_such(begun: House) -> None:
    begun.take_in(of(3, contact_email=""))
    with begun.engine.begin() as connection:
        connection.execute(update(contact).where(contact.c.address == "handler@e1.example").values(working=False))
    letter = told(begun, MONDAY)

    assert set(statuses(letter).values()) == {"退信或无联系人：建议日期未到"}
    assert all("请补充" in row["备注"] and row["联系人"] == "" for row in matters(letter.workbook))


def test_a_letter_that_failed_puts_its_row_there_and_a_later_one_that_went_takes_it_out(begun: House) -> None:
    begun.wire.answer = lambda parcel: (
        Refused("550 5.1.1", 550, Verdict.ADDRESS) if parcel.recipient == "handler@e1.example" else Sent("250")
    )
    begun.sent(date(2028, 8, 8))
    assert statuses(told(begun, MONDAY)) == {"企业1有限公司": "退信或无联系人：建议日期未到"}
    begun.wire.answer = lambda _: Sent("250")
    begun.sent(date(2028, 8, 23))
    assert statuses(told(begun, MONDAY + 2 * WEEK)) == {"企业1有限公司": "多次提醒未答复：建议日期未到"}


def test_a_past_list_is_made_again_as_it_was_told(begun: House) -> None:
    letter = told(begun, MONDAY)
    begun.take_in(of(3))
    begun.record(EventType.REVIEW_APPLIED, date(2028, 8, 16))
    begun.sent(date(2028, 8, 23))
    for day in (MONDAY, MONDAY + timedelta(days=3)):
        again = escalate.workbook_as_told(begun.desk, "江苏省", day)
        assert again is not None
        assert (again.on, again.gone) == (MONDAY, 0)
        assert matters(again.workbook) == matters(letter.workbook)

    assert escalate.workbook_as_told(begun.desk, "江苏省", MONDAY - timedelta(days=1)) is None
    assert enterprises(escalate.workbook(begun.desk, "江苏省", date(2028, 8, 24))) == ["企业3有限公司"]


def test_what_is_kept_of_a_list_are_numbers_codes_and_days(begun: House) -> None:
    told(begun, MONDAY)
    kept = json.dumps([row.content for row in begun.rows(unit_list)], ensure_ascii=False)

    assert all(letter < "\u4e00" for letter in kept)
    assert "@" not in kept


def test_a_list_that_nobody_was_told_is_not_made_again(begun: House) -> None:
    begun.escalate(MONDAY)
    assert [row.content for row in begun.rows(unit_list)] == [None, None]
    assert escalate.workbook_as_told(begun.desk, "江苏省", MONDAY) is None


def test_a_unit_is_told_and_its_lists_are_made_again_without_anothers_rows(begun: House) -> None:
    begun.take_in(of(3), of(4, "浙江省"))
    for day in (MONDAY, MONDAY + WEEK, date(2028, 9, 18), date(2028, 11, 14)):
        begun.escalate(day)
        begun.deliver(day)
        letters = {letter.to: letter for letter in begun.letters()}
        for unit, address, theirs, others in (
            ("江苏省", "unit@u.example", {"1", "3"}, {"2", "4"}),
            ("浙江省", "unit@v.example", {"2", "4"}, {"1", "3"}),
        ):
            again = escalate.workbook_as_told(begun.desk, unit, day)
            assert again is not None
            for content in (letters[address].workbook, again.workbook):
                assert set(enterprises(content)) == {f"企业{number}有限公司" for number in theirs}
            assert not any(f"企业{number}有限公司" in str(letters[address].text) for number in others)
