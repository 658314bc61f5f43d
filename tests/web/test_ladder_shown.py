"""The ladder and the superior bodies in the console, and that nobody sees more of them than is theirs."""

from datetime import date
from urllib.parse import quote

import pytest

from service.domain.rungs import Rung
from service.domain.visitors import VisitorRole
from service.flows import overseers
from service.flows.policy import put_in_force
from service.store.tables import delivery
from tests.browser import NARROW, WIDE, Browser
from tests.house import DIRECTOR, EXCELLENCE, House
from tests.site import Site

OFFICE, ADDRESS = "甲省厅（演示）", "province@x.example"
BEGINS, AT_THE_UNIT, ABOVE = date(2028, 8, 8), date(2028, 8, 11), date(2028, 8, 16)


@pytest.fixture
def climbing(site: Site, house: House) -> Site:
    """A matter whose ladder has come to the province, which was written to."""
    path = house.folder / "policy.toml"
    path.write_text('version = "t-1"\n[default]\nladder = ["director", "unit", "city", "province", "ministry"]\n')
    put_in_force(house.desk, path, BEGINS, "test", limit=0)
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)
    house.meet({"owner_kind": "unit", "owner": "江苏省", "name": "演示", "email": "unit@u.example"})
    overseers.add(house.desk, OFFICE, Rung.PROVINCE, "江苏省", [])
    house.meet({"owner_kind": "overseer", "owner": OFFICE, "name": "督办员（演示）", "email": ADDRESS})
    for day in (BEGINS, AT_THE_UNIT, ABOVE):
        house.scan(day)
        house.deliver(day)
    return site


def test_a_matter_says_on_which_rung_it_stands_past_whom_and_when_it_goes_on(climbing: Site) -> None:
    page = climbing.as_ops().get("/certifications/1").text
    assert "督办至 省级督办单位 （自2028-08-16）" in page
    assert "无人可报而越过：市级督办单位" in page
    assert "再无答复，" in page
    assert "2028-08-21报至工业和信息化部" in page
    assert "上报督办" in page, "its letter is among those of the certification"


def test_the_units_page_has_its_superior_bodies(climbing: Site) -> None:
    page = climbing.as_role(VisitorRole.VIEWER).get("/units/1").text
    assert OFFICE in page
    assert "省级督办单位" in page


def test_neither_the_unit_nor_the_enterprise_sees_whom_it_was_told_to(climbing: Site, house: House) -> None:
    officer = climbing.as_role(VisitorRole.OFFICER, "江苏省")
    contact = climbing.as_contact(EXCELLENCE["contact_email"])
    [number] = [row.id for row in house.rows(delivery) if row.purpose == "escalation" and row.state == "sent"]
    assert OFFICE in climbing.as_ops().get(f"/deliveries/{number}").text
    for visit in (officer, contact):
        assert visit.get(f"/deliveries/{number}").status == 404
        for path in ("/certifications/1", "/contacts", "/contacts?q=province", "/deliveries", "/"):
            html = visit.get(path).html
            assert ADDRESS not in html
            assert OFFICE not in html
            assert "督办员" not in html
        assert "督办至 省级督办单位" in visit.get("/certifications/1").text


def test_ops_find_the_people_of_a_superior_body_by_its_name(climbing: Site) -> None:
    page = climbing.as_ops().get(f"/contacts?q={quote(OFFICE)}").text
    assert ADDRESS in page
    assert OFFICE in page


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_the_ladder_is_read_on_every_width(climbing: Site, browser: Browser, size: tuple[int, int]) -> None:
    browser.size(size)
    browser.enter(climbing, climbing.as_ops())
    for path in ("/certifications/1", "/units/1"):
        browser.open(climbing, path)
        assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
