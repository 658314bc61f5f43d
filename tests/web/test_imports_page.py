"""Importing by upload: looked at first, taken in then, kept, and taken back."""

from pathlib import Path

import pytest

from service.domain.visitors import VisitorRole
from service.store.doors import audit
from service.store.kept import intake
from service.store.tables import certification, obligation
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import Answer, Site, Visit

SECOND = EXCELLENCE | {"factory": "二号工厂"}


def content(house: House, *rows: dict[str, str]) -> bytes:
    return house.sheet(*rows).read_bytes()


def looked(visit: Visit, house: House, *rows: dict[str, str], name: str = "名单.csv") -> Answer:
    return visit.upload("/imports", name, content(house, *rows), kind="certifications")


def staged(page: Answer) -> str:
    return page.html.split('name="staged" value="')[1].split('"')[0]


def test_a_sheet_is_looked_at_with_nothing_taken_in_and_committed_as_it_was(site: Site, house: House) -> None:
    visit = site.as_ops()
    page = looked(visit, house, EXCELLENCE, SECOND)
    assert page.status == 200
    assert "新增 2" in page.text
    assert house.rows(certification) == []
    done = visit.post("/imports/commit", {"staged": staged(page)})
    assert done.status == 303
    assert len(house.rows(certification)) == 2
    [kept] = house.rows(intake)
    assert (kept.file_name, kept.author, kept.counts["added"]) == ("名单.csv", "account:1", 2)
    one = visit.get(done.to)
    assert "已导入" in one.text
    assert "演示智能工厂" in one.text
    assert visit.get(f"/imports/{kept.id}/file").body == content(house, EXCELLENCE, SECOND)
    assert {"imported", "exported"} <= {row.action for row in house.rows(audit)}


def test_what_was_looked_at_is_its_authors_alone_once_and_for_an_hour(site: Site, house: House) -> None:
    visit = site.as_ops()
    page = looked(visit, house, EXCELLENCE)
    assert site.as_ops().post("/imports/commit", {"staged": staged(page)}).status == 422
    house.clock.step(minutes=61)
    assert visit.post("/imports/commit", {"staged": staged(page)}).status == 422
    page = looked(visit, house, EXCELLENCE)
    assert visit.post("/imports/commit", {"staged": staged(page)}).status == 303
    assert visit.post("/imports/commit", {"staged": staged(page)}).status == 422
    assert len(house.rows(intake)) == 1


def test_faulty_rows_are_named_and_cannot_be_committed(site: Site, house: House) -> None:
    page = looked(site.as_ops(), house, EXCELLENCE, SECOND | {"level": "gold"})
    assert page.status == 422
    assert "level" in page.text
    assert 'name="staged"' not in page.html
    assert house.rows(intake) == []


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("letter.pdf", b"%PDF-1.7"),
        ("sheet.xlsx", b"PK\x03\x04 no workbook"),
        ("empty.csv", b"  "),
        ("nul.csv", b"\x00\xff\xfe\x00"),
        ("../../etc/passwd", b"a,b\n1,2\n"),
        ("<script>alert(1)</script>.csv", b"a,b\n1,2\n"),
    ],
)
def test_what_is_no_sheet_is_refused_in_a_sentence(site: Site, house: House, name: str, body: bytes) -> None:
    page = site.as_ops().upload("/imports", name, body, kind="certifications")
    assert page.status == 422
    assert "<script>alert" not in page.html
    assert house.rows(intake) == []


def test_an_import_is_taken_back_after_its_consequences_were_shown(site: Site, house: House) -> None:
    number = house.take_in(EXCELLENCE).id
    visit = site.as_ops()
    foreseen = visit.get(f"/imports/{number}/take-back")
    assert "撤销事件 1" in foreseen.text
    assert [row for row in house.rows(obligation) if not row.closed]
    done = visit.post(f"/imports/{number}/take-back")
    assert "已撤回" in visit.get(done.to).text
    assert [row for row in house.rows(obligation) if not row.closed] == []
    assert visit.post(f"/imports/{number}/take-back").status == 422
    assert visit.get(f"/imports/{number}/take-back").status == 422


def test_a_viewer_sees_and_changes_nothing_and_others_see_nothing(site: Site, house: House) -> None:
    number = house.take_in(EXCELLENCE).id
    viewer = site.as_role(VisitorRole.VIEWER)
    assert 'type="file"' not in viewer.get("/imports").html
    assert viewer.get(f"/imports/{number}").status == 200
    assert viewer.get(f"/imports/{number}/take-back").status == 403
    assert site.as_role(VisitorRole.OFFICER, "江苏省").get("/imports").status == 403
    assert viewer.get("/imports/99").status == 404


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_sheet_goes_in_and_out_again_in_a_browser(
    site: Site, house: House, browser: Browser, size: tuple[int, int], tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_bytes(content(house, EXCELLENCE, SECOND))
    browser.size(size)
    browser.enter(site, site.as_ops())
    browser.open(site, "/imports")
    assert (browser.overflows(), browser.inaccessible()) == (False, [])
    browser.find("input[type=file]").send_keys(str(sheet))
    browser.click("form[action='/imports'] button")
    browser.until("导入前检查")
    assert (browser.overflows(), browser.inaccessible()) == (False, [])
    browser.click("form[action='/imports/commit'] button")
    browser.until("已导入")
    assert "/imports/commit" not in browser.driver.current_url
    browser.press("a[href$='take-back']")
    assert (browser.overflows(), browser.inaccessible()) == (False, [])
    browser.click("button.risky")
    browser.until("已撤回")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
