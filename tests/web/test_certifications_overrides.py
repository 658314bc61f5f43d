"""Days set by hand in the console: the effect first, then the change; and letting the counted days stand again."""

import pytest

from service.domain.visitors import VisitorRole
from service.store.doors import audit
from service.store.rulebook import override
from service.store.tables import obligation
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import Site, Visit

SET = {"do": "set", "due_on": "2028-09-01", "safe_due_on": "2028-08-31", "reason": "主管部门来函另定（演示）"}


@pytest.fixture
def known(site: Site, house: House) -> Site:
    """Two certifications of different units, as they were taken in."""
    house.take_in(EXCELLENCE, EXCELLENCE | {"enterprise": "乙方样例股份公司", "recommending_unit": "浙江省"})
    return site


def review(house: House, certification_id: int = 1) -> str:
    """The number of the review application of a certification."""
    mine = [row for row in house.rows(obligation) if row.certification_id == certification_id]
    return str(next(row.id for row in mine if row.kind == "review_application"))


def sets(visit: Visit, matter: str, **changed: str) -> str:
    """Confirm the days at once; where it leads."""
    fields = SET | {"matter": matter, "confirmed": "yes", "revision": "0"} | changed
    return visit.post("/certifications/1/override", fields).to


def test_the_effect_is_shown_and_nothing_is_kept_before_it_is_confirmed(known: Site, house: House) -> None:
    visit, before = known.as_ops(), house.safe_days()
    answer = visit.post("/certifications/1/override", SET | {"matter": review(house)})
    assert answer.status == 200
    assert "建议日期 2028-09-07 2028-08-31 ! 变动" in answer.text
    assert "下一次扫描会通知" in answer.text
    assert (house.safe_days(), house.rows(override)) == (before, [])


def test_confirmed_the_days_stand_with_reason_and_author_and_can_be_lifted(known: Site, house: House) -> None:
    visit, matter = known.as_ops(), review(house)
    assert sets(visit, matter) == "/certifications/1?done=set"
    page = visit.get("/certifications/1?done=set").text
    assert "主管部门来函另定（演示）" in page
    assert "日期由人工设定" in page
    assert [(row.author, row.reason) for row in house.rows(override)] == [("account:1", SET["reason"])]
    form = visit.get(f"/certifications/1/override?matter={matter}")
    assert "恢复推算的日期" in form.text
    lifts = {"do": "lift", "matter": matter, "reason": "来函已撤销（演示）"}
    assert "2028-08-31 2028-09-07" in visit.post("/certifications/1/override", lifts).text
    done = visit.post("/certifications/1/override", lifts | {"confirmed": "yes", "revision": "1"})
    assert done.to == "/certifications/1?done=lifted"
    changes = [(row.action, row.details["kind"]) for row in house.rows(audit) if row.action.startswith("override")]
    assert changes == [("override_set", "review_application"), ("override_lifted", "review_application")]


def test_days_that_moved_meanwhile_are_shown_anew(known: Site, house: House) -> None:
    visit, matter = known.as_ops(), review(house)
    sets(visit, matter)
    assert sets(visit, matter, safe_due_on="2028-08-30") == ""
    assert len(house.rows(override)) == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": ""}, "请写明理由"),
        ({"due_on": "", "safe_due_on": ""}, "请填写最晚日期、建议日期或两者"),
        ({"due_on": "soon"}, "不是日期"),
        ({"safe_due_on": "2028-09-02"}, "建议日期不得晚于法定日期"),
        ({"due_on": "2030-01-01"}, "晚于截止日"),
    ],
)
def test_days_that_cannot_be_are_said_above_the_form(
    known: Site, house: House, changed: dict[str, str], sentence: str
) -> None:
    answer = known.as_ops().post("/certifications/1/override", SET | {"matter": review(house)} | changed)
    assert answer.status == 422
    assert sentence in answer.text
    assert house.rows(override) == []


def test_a_matter_of_another_certification_or_none_or_a_milestone_is_not_there(known: Site, house: House) -> None:
    visit = known.as_ops()
    milestone = next(row.id for row in house.rows(obligation) if row.kind == "validity_end")
    for matter in (review(house, 2), str(milestone), "", "x", "999"):
        assert visit.get(f"/certifications/1/override?matter={matter}").status == 404
        assert visit.post("/certifications/1/override", SET | {"matter": matter}).status == 404


def test_those_who_are_not_operations_set_no_day(known: Site, house: House) -> None:
    matter = review(house)
    officer, viewer = known.as_role(VisitorRole.OFFICER, "江苏省"), known.as_role(VisitorRole.VIEWER)
    for visit in (officer, viewer, known.as_contact("handler@a.example")):
        assert visit.get(f"/certifications/1/override?matter={matter}").status == 403
        assert sets(visit, matter) == ""
    assert house.rows(override) == []


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_setting_days_by_hand_in_a_browser(known: Site, house: House, browser: Browser, size: tuple[int, int]) -> None:
    browser.enter(known, known.as_ops())
    browser.size(size)
    browser.open(known, f"/certifications/1/override?matter={review(house)}")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.fill("input[name=reason]", "演示")
    assert "请填写最晚日期" in browser.press("main form button")
    browser.complaints()
    browser.driver.execute_script("document.querySelector('input[name=safe_due_on]').value = '2028-08-31'")
    assert "变动" in browser.press("main form button")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    assert "日期已设定" in browser.press("button[name=confirmed]")
