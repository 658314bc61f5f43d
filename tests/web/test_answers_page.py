"""Answering from a letter in a browser, and deciding on the answers in the console."""

from urllib.parse import urlsplit

import pytest

from service.domain.visitors import VisitorRole
from service.store.answering import answer
from service.store.doors import audit
from service.store.tables import event, obligation
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import Site

ENGLISH = {"contact_name": "Handler (demo)", "contact_email": "english@a.example", "language": "en"}


@pytest.fixture
def link(site: Site, house: House) -> str:
    """The path of the link in an enterprise's letter."""
    house.take_in(EXCELLENCE)
    return path_in(house)


def path_in(house: House) -> str:
    [*_, letter] = house.sent()
    return urlsplit(next(word for word in letter.text.split() if "/answer/" in word)).path


def closed(house: House) -> list[str]:
    return [row.closed for row in house.rows(obligation) if row.kind == "review_application"]


def test_opening_a_link_changes_nothing_and_shows_this_matter_alone(site: Site, house: House, link: str) -> None:
    house.take_in(EXCELLENCE | {"enterprise": "乙方秘密有限公司", "contact_email": "b@b.example"})
    before = house.sizes()
    answer_page = site.stranger().get(link)
    assert answer_page.status == 200
    assert "甲方演示有限公司" in answer_page.text
    assert "乙方秘密" not in answer_page.html
    assert house.sizes() == before


def test_an_altered_link_is_no_page(site: Site, link: str) -> None:
    for wrong in (link[:-1], link.replace("/answer/", "/answer/1"), "/answer/1.aaaa"):
        assert site.stranger().get(wrong).status == 404
        assert site.stranger().post(wrong, {"kind": "acknowledged"}, csrf=False).status in (404, 422)


def test_an_answer_sent_by_another_site_is_refused(site: Site, house: House, link: str) -> None:
    fields = {"kind": "filed", "on": "2028-06-08"}
    assert site.stranger().post(link, fields, csrf=False, origin="https://evil.example").status == 403
    assert house.rows(answer) == []


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_an_enterprise_answers_and_its_unit_confirms(
    site: Site, house: House, link: str, browser: Browser, size: tuple[int, int]
) -> None:
    browser.size(size)
    browser.open(site, link)
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.driver.execute_script("document.querySelector('input[name=on]').value = '2028-06-08'")
    browser.fill("input[name=receipt]", "回执-7")
    assert "由推荐单位确认后" in browser.press("input[value=filed] ~ button")
    assert closed(house) == [""]

    browser.enter(site, site.as_role(VisitorRole.OFFICER, "江苏省"))
    assert "回执-7" in browser.open(site, "/answers")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.click("tbody input[type=checkbox]")
    assert "已确认" in browser.press("button[value=confirm]")
    assert closed(house) == ["filed"]
    assert house.rows(event)[-1].details == {"receipt": "回执-7"}
    assert {"filed", "answer_confirmed"} <= {row.action for row in house.rows(audit)}


def test_a_wrong_day_is_said_on_the_page_and_what_was_typed_stays(site: Site, house: House, link: str) -> None:
    fields = {"kind": "filed", "on": "2028-06-10", "receipt": "回执-8"}
    page = site.stranger().post(link, fields, csrf=False)
    assert page.status == 422
    assert "尚未到来" in page.text
    assert 'value="回执-8"' in page.html
    assert house.rows(answer) == []


def test_its_reader_is_met_in_the_language_of_the_letter(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE | ENGLISH)
    page = site.stranger().get(path_in(house))
    assert "Acknowledge" in page.text
    assert '<html lang="en">' in page.html


def test_a_viewer_sees_the_answers_and_decides_nothing(site: Site, house: House, link: str) -> None:
    site.stranger().post(link, {"kind": "filed", "on": "2028-06-08"}, csrf=False)
    viewer = site.as_role(VisitorRole.VIEWER)
    page = viewer.get("/answers")
    assert "甲方演示有限公司" in page.text
    assert 'value="confirm"' not in page.html
    assert viewer.post("/answers", {"id": "1", "decision": "confirm"}).status == 403


def test_another_units_officer_neither_sees_nor_decides(site: Site, house: House, link: str) -> None:
    house.take_in(EXCELLENCE | {"enterprise": "乙方演示有限公司", "recommending_unit": "浙江省"})
    site.stranger().post(link, {"kind": "filed", "on": "2028-06-08"}, csrf=False)
    other = site.as_role(VisitorRole.OFFICER, "浙江省")
    assert "甲方" not in other.get("/answers").text
    assert other.post("/answers", {"id": "1", "decision": "confirm"}).status == 422
    assert closed(house)[0] == ""
