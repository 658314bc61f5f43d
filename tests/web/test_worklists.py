"""The unit's worklist in the console: its list as it stands, claims and filings, and its lists as files."""

from datetime import date
from urllib.parse import quote

import pytest
from sqlalchemy import update

from service.domain.answer import Answer
from service.domain.visitors import VisitorRole
from service.flows import answers, escalate
from service.store.answering import answer
from service.store.doors import audit
from service.store.tables import certification, contact, event, obligation, unit, unit_list
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import Site, Visit, opened_site
from tests.workbooks import enterprises

DAY = date(2028, 8, 14)
"""A Monday within 30 days of the safe day, on which the units are told."""

SECOND = EXCELLENCE | {"enterprise": "丙方演示有限公司", "factory": "丙方工厂", "contact_name": "", "contact_email": ""}
ELSEWHERE = EXCELLENCE | {
    "enterprise": "乙方演示有限公司",
    "recommending_unit": "浙江省",
    "contact_email": "handler@b.example",
}
UNIT = {"owner_kind": "unit", "owner": "江苏省", "name": "联络员（演示）", "email": "unit@u.example"}


@pytest.fixture
def chasing(house: House) -> House:
    """Two units with reminders and lists that were sent on the day."""
    house.take_in(EXCELLENCE, SECOND, ELSEWHERE)
    house.meet(UNIT, UNIT | {"owner": "浙江省", "email": "unit@v.example"})
    house.scan(DAY)
    house.escalate(DAY)
    house.deliver(DAY)
    return house


@pytest.fixture
def lists(chasing: House) -> Site:
    with opened_site(chasing, DAY) as site:
        yield site


def claim(house: House, address: str = "handler@a.example") -> None:
    """The enterprise says from its letter that it has filed."""
    [letter] = [each for each in house.letters() if each.to == address]
    link = next(word for word in letter.text.split() if "/answer/" in word)
    said = {"on": "2028-08-11", "receipt": "回执-7"}
    answers.answer(house.desk, link.rpartition("/")[2], Answer.FILED, said, DAY)


def number(house: House, kind: str = "review_application", certification_id: int = 1) -> int:
    rows = house.rows(obligation)
    return next(row.id for row in rows if (row.kind, row.certification_id) == (kind, certification_id))


def closed(house: House) -> dict[int, str]:
    return {row.certification_id: row.closed for row in house.rows(obligation) if row.kind == "review_application"}


def officer(site: Site, unit_name: str = "江苏省") -> Visit:
    return site.as_role(VisitorRole.OFFICER, unit_name)


def test_an_officer_meets_the_own_list_in_its_sections_and_no_other(lists: Site) -> None:
    visit = officer(lists)
    assert visit.get("/lists").to == "/lists/1"
    page = visit.get("/lists/1").text
    assert page.index("退信或无联系人 1") < page.index("即将到期 1"), "the worse section comes first"
    assert "剩 18 个工作日" in page
    assert "1 次 2028-08-14" in page
    assert ("丙方演示" in page, "甲方演示" in page, "乙方" in page) == (True, True, False)
    assert visit.get("/lists/2").status == 404
    assert visit.get("/lists/99").status == 404


def test_the_house_chooses_a_unit(lists: Site) -> None:
    viewer = lists.as_role(VisitorRole.VIEWER)
    assert "江苏省 省级主管部门 2 项" in viewer.get("/lists").text
    page = viewer.get("/lists/2")
    assert "乙方演示" in page.text
    assert "登记…" not in page.text
    assert viewer.post("/lists/2", {"id": "1", "decision": "confirm"}).status == 403
    assert lists.as_contact("handler@a.example").get("/lists/1").status == 403


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("section=undeliverable", "丙方"),
        ("section=coming", "甲方"),
        ("q=" + quote("丙方工厂"), "丙方"),
        ("q=" + quote("甲方"), "甲方"),
        ("kind=review_application&q=" + quote("甲方"), "甲方"),
        ("kind=rectification", ""),
        ("q=" + quote("乙方"), ""),
        ("section=overdue", ""),
    ],
)
def test_a_list_is_filtered_by_section_kind_and_words(lists: Site, query: str, shown: str) -> None:
    page = officer(lists).get(f"/lists/1?{query}").text
    body = page[page.index("以往清单") :]
    assert {name for name in ("甲方", "乙方", "丙方") if f"{name}演示" in body} == ({shown} if shown else set())
    assert ("没有符合条件的行" in body) == (not shown)


@pytest.mark.parametrize("query", ["section=best", "kind=anything", "page=x", "as=csv"])
def test_what_no_list_has_is_no_page(lists: Site, query: str) -> None:
    assert officer(lists).get(f"/lists/1?{query}").status == 404


def test_a_long_list_goes_on_on_the_next_page(chasing: House) -> None:
    chasing.take_in(*(EXCELLENCE | {"factory": f"工厂{number:03}", "batch": "长"} for number in range(60)))
    with opened_site(chasing, DAY) as site:
        visit = officer(site)
        first, second = (visit.get(f"/lists/1?page={page}").html for page in (1, 2))
    assert (first.count("登记…"), second.count("登记…")) == (50, 12)
    assert 'rel="next" href="/lists/1?page=2"' in first
    assert 'rel="next"' not in second


def test_claims_are_confirmed_in_bulk_and_leave_the_list(lists: Site, chasing: House) -> None:
    claim(chasing)
    visit = officer(lists)
    assert "称已办理待确认 1" in visit.get("/lists/1").text
    done = visit.post("/lists/1?section=claimed", {"id": "1", "decision": "confirm"})
    assert done.to == "/lists/1?section=claimed&done=confirmed"
    assert closed(chasing) == {1: "filed", 2: "", 3: ""}
    assert "甲方演示有限公司" not in visit.get("/lists/1").text


def test_a_claim_can_be_reopened_and_another_units_neither(lists: Site, chasing: House) -> None:
    claim(chasing)
    other = officer(lists, "浙江省")
    assert other.post("/lists/1", {"id": "1", "decision": "reopen"}).status == 404
    assert other.post("/lists/2", {"id": "1", "decision": "reopen"}).status == 422
    assert [row.decision for row in chasing.rows(answer)] == ["waiting"]
    assert officer(lists).post("/lists/1", {"id": "1", "decision": "reopen"}).to.endswith("done=reopened")
    assert [row.decision for row in chasing.rows(answer)] == ["reopened"]


def test_a_filing_is_recorded_after_it_was_seen_what_follows(lists: Site, chasing: House) -> None:
    visit, path = officer(lists), f"/matters/{number(chasing)}/filed"
    assert "甲方演示有限公司" in visit.get(path).text
    said = {"on": "2028-08-10", "receipt": "回执-9"}
    before = chasing.sizes()
    page = visit.post(path, said)
    assert page.status == 200
    assert "复核申请" in page.text
    assert "取消的日历邀请：1 份" in page.text
    assert {**chasing.sizes(), "audit": 0, "session": 0} == {**before, "audit": 0, "session": 0}
    assert closed(chasing)[1] == ""

    assert visit.post(path, said | {"confirmed": "yes"}).to == "/lists/1?done=recorded"
    assert closed(chasing) == {1: "filed", 2: "", 3: ""}
    assert chasing.rows(event)[-1].details == {"receipt": "回执-9"}
    noted = [row for row in chasing.rows(audit) if row.action == "filing_recorded"]
    assert [(row.subject_kind, row.details) for row in noted] == [("obligation", {"on": "2028-08-10"})]
    assert visit.get(path).status == 404, "there is nothing to record any more"


def test_a_filing_settles_what_the_enterprise_has_claimed(lists: Site, chasing: House) -> None:
    claim(chasing)
    said = {"on": "2028-08-10", "confirmed": "yes"}
    assert officer(lists).post(f"/matters/{number(chasing)}/filed", said).status == 303
    assert [row.decision for row in chasing.rows(answer)] == ["confirmed"]
    assert "没有待确认的答复" in officer(lists).get("/answers").text


@pytest.mark.parametrize(
    "wrong", [{"on": "2028-08-15"}, {"on": "soon"}, {}, {"on": "2028-08-10", "receipt": "字" * 101}]
)
def test_a_wrong_filing_is_refused_and_what_was_typed_is_kept(
    lists: Site, chasing: House, wrong: dict[str, str]
) -> None:
    page = officer(lists).post(f"/matters/{number(chasing)}/filed", {"receipt": "回执-9", "confirmed": "yes"} | wrong)
    assert page.status == 422
    assert wrong.get("receipt", "回执-9") in page.html
    assert closed(chasing)[1] == ""


def test_only_its_own_unit_records_a_filing(lists: Site, chasing: House) -> None:
    path, said = f"/matters/{number(chasing)}/filed", {"on": "2028-08-10", "confirmed": "yes"}
    for visit, status in (
        (officer(lists, "浙江省"), 404),
        (lists.as_role(VisitorRole.VIEWER), 403),
        (lists.as_contact("handler@a.example"), 403),
    ):
        assert (visit.get(path).status, visit.post(path, said).status) == (status, status)
    assert closed(chasing)[1] == ""


def test_a_units_own_duty_is_recorded_as_done_with_its_receipt(chasing: House) -> None:
    chasing.take_in(EXCELLENCE | {"level": "advanced", "factory": "先进工厂", "listed_on": "2028-08-01"})
    [duty] = [row for row in chasing.rows(obligation) if row.unit_id]
    with opened_site(chasing, DAY) as site:
        visit, path = officer(site), f"/matters/{duty.id}/filed"
        assert "本单位" in visit.get("/lists/1?section=own").text
        too_early = visit.post(path, {"on": "2028-07-01", "confirmed": "yes"})
        assert (too_early.status, "办理日期" in too_early.text) == (422, True)
        assert "已办理" in visit.post(path, {"on": "2028-08-10", "receipt": "报送-3"}).text
        assert visit.post(path, {"on": "2028-08-10", "receipt": "报送-3", "confirmed": "yes"}).status == 303
    assert [row.closed for row in chasing.rows(obligation) if row.unit_id] == ["filed"]


def test_todays_list_and_past_ones_are_downloaded_and_audited(lists: Site, chasing: House) -> None:
    visit = officer(lists)
    today = visit.get("/lists/1?as=xlsx")
    assert enterprises(today.body) == ["丙方演示有限公司", "甲方演示有限公司"]
    assert "2028-08-14.xlsx" in today.headers["content-disposition"]
    assert "2028-08-14 月清单 2 项" in visit.get("/lists/1/told").text
    assert enterprises(visit.get("/lists/told/1").body) == ["丙方演示有限公司", "甲方演示有限公司"]
    assert [row.details["rows"] for row in chasing.rows(audit) if row.action == "exported"] == [2, 2]
    for path in ("/lists/told/2", "/lists/2/told", "/lists/2?as=xlsx", "/lists/told/99"):
        assert visit.get(path).status == 404


def test_a_past_list_leaves_out_what_has_come_to_be_another_units(lists: Site, chasing: House) -> None:
    with chasing.engine.begin() as connection:
        connection.execute(update(certification).where(certification.c.id == 2).values(unit_id=2))
    assert enterprises(officer(lists).get("/lists/told/1").body) == ["甲方演示有限公司"]
    assert escalate.workbook_as_told(chasing.desk, "江苏省", DAY) is not None
    assert [len(row.content) for row in chasing.rows(unit_list)] == [2, 1], "what was told stays on record"


def test_a_list_that_nobody_was_told_is_no_file(lists: Site, chasing: House) -> None:
    with chasing.engine.begin() as connection:
        connection.execute(update(unit_list).values(content=None))
    assert lists.as_ops().get("/lists/told/1").status == 404
    assert "还没有发过清单" in officer(lists).get("/lists/1/told").text


def test_a_unit_with_nothing_to_chase_is_told_so(lists: Site, chasing: House) -> None:
    chasing.meet(UNIT | {"owner": "福建省", "email": "unit@f.example"})
    id = next(row.id for row in chasing.rows(unit) if row.name == "福建省")
    assert "没有需要督办的事项" in officer(lists, "福建省").get(f"/lists/{id}").text


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_an_officer_works_through_the_list_in_a_browser(
    lists: Site, chasing: House, browser: Browser, size: tuple[int, int]
) -> None:
    claim(chasing)
    browser.size(size)
    browser.enter(lists, officer(lists))
    browser.open(lists, "/lists/1")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.click("tbody input[type=checkbox]")
    assert "已确认" in browser.press("button[value=confirm]")

    browser.press(f"a[href='/matters/{number(chasing, certification_id=2)}/filed']")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.driver.execute_script("document.querySelector('input[name=on]').value = '2028-08-10'")
    assert "已办理" in browser.press("form.card button")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    assert "已登记，清单已随之更新" in browser.press("button[value=yes]")
    assert closed(chasing) == {1: "filed", 2: "filed", 3: ""}
    browser.open(lists, "/lists/1/told")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])


def test_a_contact_that_is_missing_is_added_from_the_list(lists: Site, chasing: House) -> None:
    assert "/contacts/new?owner_kind=enterprise&amp;owner=" in officer(lists).get("/lists/1").html
    assert [row.address for row in chasing.rows(contact) if row.owner_kind == "enterprise"] == [
        "handler@a.example",
        "handler@b.example",
    ]
