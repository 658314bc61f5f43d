"""The working-day table as a year calendar, and a notice into it: previewed, then loaded."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from service.domain.visitors import VisitorRole
from service.domain.workdays import DayKind, SpecialDay, Workdays
from service.store.doors import audit
from service.store.rulebook import announced_year, workday
from service.web.year import months
from tests import notices
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import Site, Visit


def upload(visit: Visit, folder: Path, notice: notices.Notice) -> str:
    """Preview a notice; the page."""
    content = notices.write_csv(folder, notice).read_bytes()
    return visit.upload("/holidays/preview", "notice.csv", content).html


def hidden(html: str, name: str) -> str:
    from html import unescape

    return unescape(html.partition(f'name="{name}" value="')[2].partition('"')[0])


def test_a_year_has_every_day_once_with_what_it_is() -> None:
    table = Workdays(
        [
            SpecialDay(date(2027, 1, 1), DayKind.REST, "new_year"),
            SpecialDay(date(2027, 1, 3), DayKind.WORK, "new_year"),
        ],
        [2026, 2027],
    )
    found = months(table, 2027)
    days = [day for month in found for week in month.weeks for day in week if day is not None]
    assert [day.on for day in days] == list(notices.days(date(2027, 1, 1), date(2027, 12, 31)))
    assert [day.kind for day in days[:4]] == ["holiday", "weekend", "makeup", "work"]
    assert {len(week) for month in found for week in month.weeks} == {7}
    assert not days[0].forecast
    assert days[-1].forecast, "the end of December waits for the next notice"


def test_days_that_follow_each_other_are_named_once() -> None:
    table = Workdays(notices.invented().days, [2027])
    [first, second] = [month.named for month in months(table, 2027)[:2]]
    assert [(str(each.first), str(each.last), each.kind) for each in first] == [
        ("2027-01-01", "2027-01-03", "holiday"),
        ("2027-01-31", "2027-01-31", "makeup"),
    ]
    assert [str(each.last) for each in second] == ["2027-02-11", "2027-02-14"]


def test_the_house_sees_the_calendar_and_how_far_it_is_official(site: Site) -> None:
    page = site.as_role(VisitorRole.VIEWER).get("/holidays?year=2026")
    assert page.status == 200
    for words in ("正式安排至 2026 年底", "春节", "国庆节", "调休上班", "chinesecalendar"):
        assert words in page.text
    assert "推算" in site.as_role(VisitorRole.VIEWER).get("/holidays?year=2030").text


@pytest.mark.parametrize(("year", "status"), [("x", 404), ("20270", 404), ("1999", 422), ("2051", 422), ("0000", 404)])
def test_a_year_that_the_table_cannot_speak_of_is_refused(site: Site, year: str, status: int) -> None:
    assert site.as_ops().get(f"/holidays?year={year}").status == status


def test_a_notice_is_previewed_without_a_change_and_then_loaded(site: Site, house: House, tmp_path: Path) -> None:
    house.take_in(EXCELLENCE)
    visit = site.as_ops()
    before = (house.rows(workday), house.rows(announced_year))
    html = upload(visit, tmp_path, notices.invented())
    assert notices.NUMBER in html
    assert (house.rows(workday), house.rows(announced_year)) == before

    fields = {name: hidden(html, name) for name in ("name", "document")}
    answer = visit.post("/holidays/load", fields)
    assert answer.status == 303
    assert "year=2027" in answer.to
    [loaded] = [row for row in house.rows(announced_year) if row.year == 2027]
    assert (loaded.notice, "account:1" in loaded.source) == (notices.NUMBER, True)
    assert "已导入" in visit.get(answer.to).text
    noted = [row for row in house.rows(audit) if row.action == "notice_loaded"]
    assert [(row.subject_kind, row.subject_id) for row in noted] == [("holidays", 2027)]


def test_a_sheet_that_is_no_notice_is_refused_with_its_reason(site: Site, tmp_path: Path) -> None:
    visit = site.as_ops()
    lacking = notices.without(notices.invented(), "2027-05-01")
    answer = visit.upload("/holidays/preview", "notice.csv", notices.write_csv(tmp_path, lacking).read_bytes())
    assert answer.status == 422
    assert "劳动节" in answer.text
    assert visit.upload("/holidays/preview", "notice.exe", b"x").status == 422
    assert visit.post("/holidays/preview").status == 422
    assert visit.post("/holidays/load", {"name": "../../x", "document": "{"}).status == 422


def test_a_viewer_loads_nothing(site: Site, tmp_path: Path) -> None:
    visit = site.as_role(VisitorRole.VIEWER)
    assert "预览" not in visit.get("/holidays").text
    content = notices.write_csv(tmp_path, replace(notices.invented())).read_bytes()
    assert visit.upload("/holidays/preview", "notice.csv", content).status == 403


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_the_calendar_in_a_browser(site: Site, browser: Browser, size: tuple[int, int], tmp_path: Path) -> None:
    browser.size(size)
    browser.enter(site, site.as_ops())
    assert "春节" in browser.open(site, "/holidays?year=2026")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.find("input[name=file]").send_keys(str(notices.write_csv(tmp_path, notices.invented())))
    assert "尚未保存" in browser.press("form[action='/holidays/preview'] button")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.driver.execute_script("window.confirm = () => true")
    assert "已导入" in browser.press("form[action='/holidays/load'] button")
