"""The recommending units in the console: rules with what they move, own duties, central groups."""

import pytest

from service.domain.visitors import VisitorRole
from service.store.doors import audit
from service.store.rulebook import unit_rule
from service.store.tables import obligation, unit
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import Site

ADVANCED = EXCELLENCE | {"level": "advanced", "factory": "先进工厂", "listed_on": "2028-06-01"}
RULE = {"from": "2028-06-01", "basis": "演示文件 1 号", "validity_months": "36", "annual_report": "12-20"}


@pytest.fixture
def units(site: Site, house: House) -> Site:
    house.take_in(EXCELLENCE, ADVANCED)
    return site


def test_a_unit_is_shown_with_what_it_recommends_and_owes(units: Site) -> None:
    visit = units.as_role(VisitorRole.VIEWER)
    page = visit.get("/units").text
    assert "江苏省" in page
    assert "认定 2" in page
    one = visit.get("/units/1")
    assert "尚未登记规则" in one.text
    assert '<form method="post" action="/units' not in one.html
    assert visit.get("/units/99").status == 404
    assert units.as_role(VisitorRole.OFFICER, "江苏省").get("/units/1").status == 403


def test_a_rule_is_recorded_after_it_was_seen_what_it_moves(units: Site, house: House) -> None:
    visit = units.as_ops()
    page = visit.post("/units/1/rule", RULE)
    assert page.status == 200
    assert "目前什么也没有保存" in page.text
    assert house.rows(unit_rule) == []
    assert visit.post("/units/1/rule", RULE | {"confirmed": "yes"}).to.endswith("done=ruled")
    assert [(row.validity_months, row.author) for row in house.rows(unit_rule)] == [(36, "account:1")]
    assert "validity_end" in {row.kind for row in house.rows(obligation) if row.certification_id == 2}
    assert "unit_rule_set" in [row.action for row in house.rows(audit)]


@pytest.mark.parametrize(
    "wrong",
    [{"from": "soon"}, {"validity_months": "x"}, {"validity_months": "999"}, {"annual_report": "13-40"}, {"basis": ""}],
)
def test_a_wrong_rule_is_refused_and_kept_in_the_form(units: Site, house: House, wrong: dict[str, str]) -> None:
    page = units.as_ops().post("/units/1/rule", RULE | wrong)
    assert page.status == 422
    assert RULE["annual_report"] in page.html or "13-40" in page.html
    assert house.rows(unit_rule) == []


def test_a_duty_is_recorded_as_done(units: Site, house: House) -> None:
    [duty] = [row for row in house.rows(obligation) if row.unit_id]
    visit = units.as_ops()
    typed = {"kind": duty.kind, "occurrence": duty.occurrence}
    assert visit.post("/units/1/done", typed).status == 422
    assert visit.post("/units/1/done", typed | {"on": "2031-01-01"}).status == 422
    assert visit.post("/units/1/done", {"kind": "validity_end", "occurrence": "1", "on": "2028-06-08"}).status == 422
    assert visit.post("/units/1/done", typed | {"on": "2028-06-08"}).to.endswith("done=done")
    assert [row.closed for row in house.rows(obligation) if row.unit_id] == ["filed"]


def test_a_central_group_is_added_once(units: Site, house: House) -> None:
    visit = units.as_ops()
    assert visit.post("/units", {"name": "演示集团"}).status == 303
    assert visit.post("/units", {"name": "演示集团"}).status == 422
    assert [row.name for row in house.rows(unit)] == ["江苏省", "演示集团"]


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_rule_is_seen_in_a_browser(units: Site, browser: Browser, size: tuple[int, int]) -> None:
    browser.size(size)
    browser.enter(units, units.as_ops())
    browser.open(units, "/units")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.open(units, "/units/1")
    browser.click(".card details summary")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
