"""What a contact who has signed in meets: their open matters, and answering as from a letter."""

from datetime import date

import pytest

from service.domain.certification import Level
from service.domain.lifecycle import EventType
from service.domain.rounds import Round
from service.domain.visitors import VisitorRole
from service.flows import rounds
from service.store.answering import answer
from service.store.doors import audit
from service.store.tables import contact, event, obligation
from tests.browser import NARROW, WIDE, Browser
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House
from tests.site import Site, Visit

OTHER = EXCELLENCE | {
    "enterprise": "乙方演示有限公司",
    "recommending_unit": "浙江省",
    "contact_email": "handler@b.example",
}


@pytest.fixture
def told(site: Site, house: House) -> Site:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR, OTHER)
    house.sent()
    return site


def number(house: House, certification_id: int = 1) -> int:
    rows = house.rows(obligation)
    return next(row.id for row in rows if (row.kind, row.certification_id) == ("review_application", certification_id))


def handler(site: Site) -> Visit:
    return site.as_contact("handler@a.example")


def test_a_contact_first_meets_what_is_open_and_why_by_that_day(told: Site, house: House) -> None:
    page = handler(told).get("/")
    for words in ("复核申请", "建议日期未到", "2028-09-07", "日期是怎么来的", "提醒", "负责人（演示）", "您本人"):
        assert words in page.text
    assert "乙方" not in page.text
    assert f'href="/matters/{number(house)}"' in page.html
    assert f'href="/matters/{number(house)}"' in handler(told).get("/certifications/1").html


def test_an_answer_from_the_console_is_on_record_with_its_author_and_without_a_letter(told: Site, house: House) -> None:
    visit, path = handler(told), f"/matters/{number(house)}"
    done = visit.post(path, {"kind": "filed", "on": "2028-06-08", "receipt": "回执-7"})
    assert done.to == f"{path}?until=2028-06-23&done=filed"
    assert "由推荐单位确认后" in visit.get(done.to).text
    [row] = house.rows(answer)
    assert (row.delivery_id, row.contact_id, row.kind, row.on_day) == (None, 1, "filed", date(2028, 6, 8))
    noted = [row for row in house.rows(audit) if row.action == "filed"]
    assert [(row.actor_kind, row.actor_id, row.details) for row in noted] == [("contact", 1, {})]
    officer = told.as_role(VisitorRole.OFFICER, "江苏省")
    assert "回执-7" in officer.get("/answers").text
    assert officer.post("/answers", {"id": "1", "decision": "confirm"}).status == 303
    assert house.rows(event)[-1].details == {"receipt": "回执-7"}
    assert "无需再答复" in visit.get(path).text
    assert visit.post(path, {"kind": "acknowledged"}).status == 422


@pytest.mark.parametrize(
    ("said", "follows"),
    [
        ({"kind": "acknowledged"}, "2028-06-23"),
        ({"kind": "snoozed", "until": "2028-08-30"}, "2028-08-30"),
        ({"kind": "wrong_person", "name": "新人（演示）", "address": "new@a.example"}, ""),
        ({"kind": "changed", "on": "2028-06-01", "note": "迁址"}, ""),
    ],
)
def test_each_answer_can_be_given_here(told: Site, house: House, said: dict[str, str], follows: str) -> None:
    done = handler(told).post(f"/matters/{number(house)}", said)
    assert done.to == f"/matters/{number(house)}?until={follows}&done={said['kind']}"
    assert [row.kind for row in house.rows(answer)] == [said["kind"]]
    assert ("major_change_filing" in {row.kind for row in house.rows(obligation)}) == (said["kind"] == "changed")


def test_the_same_form_sent_twice_answers_once_and_a_colleague_for_himself(told: Site, house: House) -> None:
    said = {"kind": "filed", "on": "2028-06-08"}
    for visit in (handler(told), handler(told), told.as_contact("director@a.example")):
        assert visit.post(f"/matters/{number(house)}", said).status == 303
    assert [row.contact_id for row in house.rows(answer)] == [1, 2]


@pytest.mark.parametrize("wrong", [{}, {"kind": "other"}, {"kind": "filed", "on": "2028-06-10", "receipt": "回执-8"}])
def test_a_wrong_answer_is_refused_and_what_was_typed_stays(told: Site, house: House, wrong: dict[str, str]) -> None:
    page = handler(told).post(f"/matters/{number(house)}", wrong)
    assert page.status == 422
    assert f'value="{wrong.get("receipt", "")}"' in page.html
    assert house.rows(answer) == []


def test_nobody_answers_for_another(told: Site, house: House) -> None:
    said = {"kind": "filed", "on": "2028-06-08"}
    theirs, other = f"/matters/{number(house)}", f"/matters/{number(house, 2)}"
    assert (handler(told).get(other).status, handler(told).post(other, said).status) == (404, 404)
    for role in (VisitorRole.OPS, VisitorRole.VIEWER):
        assert told.as_role(role).post(theirs, said).status == 403
    assert told.as_role(VisitorRole.OFFICER, "江苏省").post(theirs, said).status == 403
    assert handler(told).post(theirs, said | {"csrf": "wrong"}).status == 403
    assert handler(told).post(theirs, said, origin="https://evil.example").status == 403
    assert house.rows(answer) == []


def test_what_the_unit_has_to_do_an_enterprise_does_not_answer_for(told: Site, house: House) -> None:
    house.take_in(EXCELLENCE | {"factory": "培育工厂", "listed_on": "", "cultivation_from": "2027-06-01",
                                "cultivation_months": "24", "level": "pioneer"})  # fmt: skip
    house.record(EventType.ACCEPTANCE_APPLIED, TODAY, of="3")
    [units] = [row for row in house.rows(obligation) if row.kind == "preliminary_acceptance"]
    assert handler(told).get(f"/matters/{units.id}").status == 404
    assert f'href="/matters/{units.id}"' not in handler(told).get("/certifications/3").html


def test_an_opportunity_to_apply_is_acknowledged_and_nothing_is_filed_for_it(told: Site, house: House) -> None:
    days = date(2028, 6, 1), date(2028, 9, 20), date(2028, 10, 20)
    rounds.add(house.desk, Round(2028, Level.PIONEER, "演示通知", *days), "test", TODAY)
    first = next(row for row in house.rows(obligation) if row.kind == "annual_round" and row.certification_id == 1)
    assert handler(told).post(f"/matters/{first.id}", {"kind": "acknowledged"}).status == 303
    assert handler(told).post(f"/matters/{first.id}", {"kind": "filed", "on": "2028-06-08"}).status == 422
    assert told.as_role(VisitorRole.OFFICER, "江苏省").get(f"/matters/{first.id}/filed").status == 404


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_contact_answers_in_a_browser(told: Site, house: House, browser: Browser, size: tuple[int, int]) -> None:
    browser.size(size)
    browser.enter(told, handler(told))
    browser.open(told, "/")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.press(f"a[href='/matters/{number(house)}']")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    assert "您已知悉" in browser.press("input[value=acknowledged] ~ button")
    assert "已知悉" in browser.press("a[href^='/certifications/1']")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    assert [row.kind for row in house.rows(answer)] == ["acknowledged"]
    assert len(house.rows(contact)) == 3
