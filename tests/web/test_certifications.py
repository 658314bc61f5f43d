"""Certifications in the console: the search, what is due, one's page, and whose they are."""

import csv
from io import StringIO
from urllib.parse import quote

import pytest
from selenium.webdriver.support.wait import WebDriverWait

from service.domain.delivery import Refused, TryAgain, Verdict
from service.domain.lifecycle import EventType
from service.domain.visitors import VisitorRole
from service.store.doors import audit
from tests.browser import NARROW, WIDE, Browser
from tests.house import DIRECTOR, EXCELLENCE, TODAY, USCC_A, House
from tests.site import Site

OTHER = EXCELLENCE | {
    "enterprise": "乙方样例股份公司",
    "factory": "二号工厂",
    "recommending_unit": "浙江省",
    "listed_on": "2025-10-09",
    "contact_email": "handler@b.example",
}
PIONEER = {
    "enterprise": "丙方演示集团",
    "uscc": USCC_A,
    "level": "pioneer",
    "recommending_unit": "江苏省",
    "cultivation_from": "2026-07-01",
    "cultivation_months": "24",
}


@pytest.fixture
def filled(site: Site, house: House) -> Site:
    """Three certifications: 1 of 江苏 (safe day 2028-09-07), 2 of 浙江 (2028-07-07), 3 of 江苏 without a contact."""
    house.take_in(EXCELLENCE, OTHER, PIONEER)
    return site


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("甲方", "甲方"),
        ("二号", "乙方"),
        ("乙方 工厂", "乙方"),
        (USCC_A[:9], "丙方"),
        (USCC_A.lower(), "丙方"),
        ("2", "乙方"),
        ("yfyl", "乙方"),
        ("ehgc", "乙方"),
        ("JFYS", "甲方"),
    ],
)
def test_one_finds_by_parts_of_names_code_number_and_initials(filled: Site, words: str, found: str) -> None:
    shown = filled.as_ops().get(f"/certifications?q={quote(words)}").text
    names = ("甲方演示有限", "乙方样例", "丙方演示集团")
    assert [name[:2] for name in names if name in shown] == [found]


@pytest.mark.parametrize("words", ["%", "_", "甲方%公司", "'", "\0甲丁", "　〇丁", "9" * 40])
def test_signs_of_the_query_language_are_searched_for_as_they_are(filled: Site, words: str) -> None:
    answer = filled.as_ops().get(f"/certifications?q={quote(words)}x")
    assert answer.status == 200
    assert "没有符合的认定" in answer.text


def test_unit_and_level_narrow_the_list(filled: Site) -> None:
    visit = filled.as_ops()
    assert "乙方样例" not in visit.get("/certifications?unit=1").text
    of_level = visit.get("/certifications?level=pioneer&q=").text
    assert ("丙方演示集团" in of_level, "甲方演示" in of_level) == (True, False)
    assert visit.get("/certifications?unit=x").status == 404


def test_which_factories_must_file_next_month_is_one_address_in_the_order_of_days(filled: Site, house: House) -> None:
    house.take_in(EXCELLENCE | {"factory": "三号工厂", "listed_on": "2025-10-20"})
    shown = filled.as_ops().get("/certifications?due=next-month").text
    assert "2028-07-01 至 2028-07-31" in shown
    assert shown.index("二号工厂") < shown.index("三号工厂")
    assert "演示智能工厂" not in shown


def test_what_was_applied_for_need_not_be_filed(filled: Site, house: House) -> None:
    house.record(EventType.REVIEW_APPLIED, TODAY, of="2")
    visit = filled.as_ops()
    assert "乙方样例" not in visit.get("/certifications?due=next-month").text
    milestones = visit.get("/certifications?from=2028-10-01&to=2028-12-31&kind=validity_end").text
    assert "已申请，待结果" in milestones


def test_a_span_that_ends_before_it_begins_or_is_none_is_said_with_the_form(filled: Site) -> None:
    visit = filled.as_ops()
    for span in ("from=2028-08-01&to=2028-07-01", "from=tomorrow"):
        answer = visit.get(f"/certifications?{span}")
        assert answer.status == 422
        assert "下月须办" in answer.text
    assert visit.get("/certifications?from=2028-08-01&after=x.1").status == 404


def test_a_long_list_goes_on_where_it_stopped(site: Site, house: House) -> None:
    house.take_in(*(EXCELLENCE | {"factory": f"工厂{number:02}"} for number in range(60)))
    visit = site.as_ops()
    for address in ("/certifications?q=", "/certifications?from=2028-01-01"):
        first = visit.get(address)
        following = first.html.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        rest = visit.get(following)
        shown = [{f"工厂{n:02}" for n in range(60) if f"工厂{n:02}" in page.text} for page in (first, rest)]
        assert [len(each) for each in shown] == [50, 10]
        assert not shown[0] & shown[1]


def test_the_whole_list_is_a_file_and_its_export_is_in_the_audit(filled: Site) -> None:
    visit = filled.as_ops()
    sheet = visit.get("/certifications?as=csv")
    rows = list(csv.reader(StringIO(sheet.body.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["丙方演示集团", "乙方样例股份公司", "甲方演示有限公司"]
    assert rows[3][8] == "2028-09-07"
    assert visit.get("/certifications?as=xlsx&due=next-month").body.startswith(b"PK")
    assert [(row.action, row.details) for row in filled.house.rows(audit)][-2:] == [
        ("exported", {"rows": 3}),
        ("exported", {"rows": 1}),
    ]


def test_a_page_tells_the_life_the_dates_and_why_they_are_so(filled: Site, house: House) -> None:
    house.sent()
    house.record(EventType.CHANGED, TODAY)
    page = filled.as_ops().get("/certifications/1")
    assert "2025-12-09 列入认定名单" in page.text
    assert "2028-06-09 复核申请 · 已发信（提前 90 天）" in page.text
    assert "自公布日2025年12月9日起算36个月" in page.text
    assert "重大变化备案" in page.text
    assert '<svg class="drawn life broad"' in page.html
    assert "handler@a.example" in page.text
    looks = [row for row in filled.house.rows(audit) if row.action == "saw"]
    assert [(row.subject_kind, row.subject_id) for row in looks] == [("certification", 1)]


def test_an_officer_and_a_contact_see_theirs_and_nothing_of_others(filled: Site) -> None:
    officer, contact = filled.as_role(VisitorRole.OFFICER, "江苏省"), filled.as_contact("handler@a.example")
    for visit in (officer, contact):
        assert visit.get("/certifications/1").status == 200
        for path in ("", "/why", "/event", "/override?matter=3"):
            assert visit.get(f"/certifications/2{path}").status in (403, 404)
        listed = visit.get("/certifications?due=next-month").text + visit.get("/certifications?q=yfyl").text
        assert "乙方样例" not in listed
    assert "丙方演示集团" in officer.get("/certifications").text
    assert "丙方演示集团" not in contact.get("/certifications").text
    assert officer.get("/certifications/1/why").status == 200
    assert contact.get("/certifications/1/why").status == 403


def test_remarks_and_authors_stay_in_the_house(filled: Site, house: House) -> None:
    visit = filled.as_ops()
    fields = {"type": "changed", "on": "2028-06-01", "note": "内部备注（演示）", "confirmed": "yes", "last": "1"}
    assert visit.post("/certifications/1/event", fields).to == "/certifications/1?done=recorded"
    assert "内部备注（演示）" in visit.get("/certifications/1").text
    for other in (filled.as_role(VisitorRole.OFFICER, "江苏省"), filled.as_contact("handler@a.example")):
        shown = other.get("/certifications/1").text
        assert "内部备注" not in shown
        assert "撤销误记" not in shown


def test_why_it_was_not_mailed_is_answered_from_the_record(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR, OTHER, PIONEER)
    refusal = Refused("550 5.1.1 no such user", 550, Verdict.ADDRESS)
    house.wire.answer = lambda parcel: refusal if "b.example" in parcel.recipient else TryAgain("451 later", 451)
    house.scan()
    house.deliver()
    visit = site.as_ops()
    first, second, third = (visit.get(f"/certifications/{id}/why").text for id in (1, 2, 3))
    assert "暂时未被接收" in first
    assert "451 later" in first
    assert "负责人不在“提前 90 天”一档的收信人之列" in first
    assert "被中继拒收" in second
    assert "550 5.1.1 no such user" in second
    assert "企业没有登记任何联系人" in third
    assert "已到“逾建议日期第" not in second


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_searching_as_one_types_and_opening_a_page_in_a_browser(
    site: Site, house: House, browser: Browser, size: tuple[int, int]
) -> None:
    house.take_in(EXCELLENCE, OTHER, PIONEER)
    house.sent()
    browser.enter(site, site.as_ops())
    browser.size(size)
    assert "乙方样例" in browser.open(site, "/certifications")
    browser.fill("input[name=q]", "jfys")
    WebDriverWait(browser.driver, 10).until(lambda _: "乙方样例" not in browser.text)
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    assert "时间线" in browser.press("#found tbody a")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    assert "已发" in browser.press("a[href$='/why']")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.open(site, "/certifications?from=2028-08-01&to=2028-07-01")
    assert "早于" in browser.text
    assert (browser.overflows(), browser.inaccessible()) == (False, [])
