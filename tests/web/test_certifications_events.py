"""Recording an event in the console: its consequences first, then the record; and striking out a mistake."""

from datetime import date

import pytest

from service.domain.lifecycle import EventType
from service.domain.visitors import VisitorRole
from service.store.doors import audit
from service.store.tables import event, obligation, run
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, TODAY, House
from tests.site import Site

APPLIED = {"type": "review_applied", "on": "2028-06-08", "receipt": "苏工信〔2028〕1号"}


@pytest.fixture
def told(site: Site, house: House) -> Site:
    """One certification whose handler has had an invitation."""
    house.take_in(EXCELLENCE)
    house.sent()
    return site


def test_the_consequences_are_shown_and_nothing_is_kept_before_they_are_confirmed(told: Site, house: House) -> None:
    visit = told.as_ops()
    before = house.sizes()
    answer = visit.post("/certifications/1/event", APPLIED)
    assert answer.status == 200
    assert "复核申请 ✓ 结束 已办理" in answer.text
    assert "取消的日历邀请：1 份" in answer.text
    assert house.sizes() == before
    assert "event" not in {row.job for row in house.rows(run)}


def test_confirmed_it_is_recorded_with_its_author_and_what_follows_is_done(told: Site, house: House) -> None:
    visit = told.as_ops()
    answer = visit.post("/certifications/1/event", APPLIED | {"confirmed": "yes", "last": "1"})
    assert answer.to == "/certifications/1?done=recorded"
    assert "已登记" in visit.get(answer.to).text
    row = house.rows(event)[-1]
    assert (row.type, row.on_day, row.details) == ("review_applied", date(2028, 6, 8), {"receipt": "苏工信〔2028〕1号"})
    assert row.author == "account:1"
    assert {each.kind: each.closed for each in house.rows(obligation)}["review_application"] == "filed"
    [noted] = [each for each in house.rows(audit) if each.action == "event_recorded"]
    assert (noted.subject_kind, noted.subject_id) == ("certification", 1)
    assert noted.details == {"event": "review_applied", "on": "2028-06-08"}
    assert house.deliver()["sent"] == 1


def test_a_second_press_or_a_log_that_changed_meanwhile_shows_the_consequences_anew(told: Site, house: House) -> None:
    visit = told.as_ops()
    changed = {"type": "changed", "on": "2028-06-01", "confirmed": "yes", "last": "1"}
    visit.post("/certifications/1/event", changed)
    again = visit.post("/certifications/1/event", changed | {"on": "2028-06-02"})
    assert again.status == 200
    assert "此间有人登记了新的事件" in again.text
    assert len(house.rows(event)) == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"type": "review_passed", "on": "2028-06-01"}, "与记录不符"),
        ({"type": "review_applied", "on": "yesterday"}, "不是日期"),
        ({"type": "cancelled", "on": "2028-06-01"}, "请填写“取消的原因”"),
        ({"type": "cancelled", "on": "2028-06-01", "cause": "whim"}, "指明原因"),
        ({"type": "renamed", "on": "2028-06-01", "name": "x" * 201}, "1 至 200 个字符"),
        ({"type": "changed", "on": "2028-06-01", "note": "\u202e"}, "备注"),
        ({"type": "corrected", "on": "2028-06-01", "field": "event", "value": "9" * 30}, "可撤销"),
    ],
)
def test_what_cannot_be_is_said_above_the_form_with_what_was_typed(
    told: Site, house: House, fields: dict[str, str], sentence: str
) -> None:
    answer = told.as_ops().post("/certifications/1/event", fields)
    assert answer.status == 422
    assert sentence in answer.text
    assert f'value="{fields["on"]}"' in answer.html
    assert len(house.rows(event)) == 1


def test_no_event_or_an_unknown_one_is_none(told: Site) -> None:
    visit = told.as_ops()
    assert visit.post("/certifications/1/event", {"type": "flooded"}).status == 422
    assert visit.get("/certifications/1/event?type=flooded").status == 404
    assert visit.get("/certifications/99/event").status == 404


def test_a_mistake_is_struck_out_in_the_same_two_steps(told: Site, house: House) -> None:
    house.record(EventType.REVIEW_APPLIED, TODAY)
    visit = told.as_ops()
    form = visit.get("/certifications/1/event?type=corrected&field=event&value=2")
    assert "将撤销误记的事件：2028-06-09 发起复核申请" in form.text
    strike = {"type": "corrected", "on": "2028-06-09", "field": "event", "value": "2"}
    shown = visit.post("/certifications/1/event", strike)
    assert "复核申请 ! 新开启" in shown.text
    visit.post("/certifications/1/event", strike | {"confirmed": "yes", "last": "2"})
    assert {each.kind: each.closed for each in house.rows(obligation)}["review_application"] == ""


def test_an_answer_offers_the_demands_that_wait(told: Site, house: House) -> None:
    house.record(EventType.INQUIRY_RECEIVED, date(2028, 5, 2))
    visit = told.as_ops()
    assert "已回复核实要求" in visit.get("/certifications/1/event").text.partition("补记")[0]
    assert '<option value="2028-05-02">' in visit.get("/certifications/1/event?type=inquiry_answered").html


def test_those_who_are_not_operations_record_nothing(told: Site, house: House) -> None:
    visits = [told.as_role(VisitorRole.VIEWER), told.as_role(VisitorRole.OFFICER, "江苏省")]
    for visit in (*visits, told.as_contact("handler@a.example")):
        assert visit.get("/certifications/1/event").status == 403
        assert visit.post("/certifications/1/event", APPLIED | {"confirmed": "yes", "last": "1"}).status == 403
    assert len(house.rows(event)) == 1


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_recording_by_hand_in_a_browser(told: Site, browser: Browser, size: tuple[int, int]) -> None:
    browser.enter(told, told.as_ops())
    browser.size(size)
    browser.open(told, "/certifications/1/event")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.press("a[href$='type=review_applied']")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    assert "取消的日历邀请：1 份" in browser.press("main form button")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    assert "已登记" in browser.press("button[name=confirmed]")
    assert (browser.complaints(), browser.overflows()) == ([], False)
