"""Findings in the console: by code, in words, and only what is the reader's to mend."""

import pytest

from service.domain.visitors import VisitorRole
from service.store.doors import audit
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import Site

LONELY = EXCELLENCE | {"contact_name": "", "contact_email": ""}
OTHER = LONELY | {"enterprise": "乙方演示有限公司", "recommending_unit": "浙江省"}


@pytest.fixture
def found(site: Site, house: House) -> Site:
    house.take_in(LONELY, OTHER)
    return site


def test_a_code_is_opened_in_the_readers_language_with_links(found: Site) -> None:
    visit = found.as_ops()
    page = visit.get("/findings?code=no_address")
    assert "没有可用的联系人邮箱" in page.text
    assert "/certifications/1" in page.html
    assert "no contact has a working address" not in page.text
    assert "没有这类提示" in visit.get("/findings?code=overridden").text
    assert visit.get("/findings?code=nothing").status == 404
    assert "no contact has a working address" in visit.get("/findings?code=no_address&lang=en").text


def test_an_officer_sees_what_is_their_units_to_mend(found: Site) -> None:
    officer = found.as_role(VisitorRole.OFFICER, "江苏省")
    for path in ("/findings?code=no_address", "/findings?code=no_address&as=csv"):
        shown = officer.get(path).body.decode("utf-8-sig")
        assert ("甲方" in shown, "乙方" in shown) == (True, False)
    assert "没有这类提示" in officer.get("/findings?code=unidentified").text, "that is for ops to mend"
    assert found.as_role(VisitorRole.VIEWER).get("/findings").status == 200


def test_the_figures_come_after_the_page(found: Site) -> None:
    visit = found.as_ops()
    assert "2" in visit.get("/findings/count?code=annual_report_not_set").text
    assert "无" in visit.get("/findings/count?code=overridden").text
    assert visit.get("/findings/count").status == 404


def test_a_download_of_findings_is_audited(found: Site, house: House) -> None:
    assert found.as_ops().get("/findings?code=no_address&as=xlsx").status == 200
    assert [row.details["code"] for row in house.rows(audit) if row.action == "exported"] == ["no_address"]


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_findings_in_a_browser(found: Site, browser: Browser, size: tuple[int, int]) -> None:
    browser.size(size)
    browser.enter(found, found.as_ops())
    browser.open(found, "/findings")
    browser.until("! 2")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.press("a[href='/findings?code=no_address']")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
