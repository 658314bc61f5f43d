"""The yearly rounds and the units' list days in the console."""

import pytest

from service.domain.visitors import VisitorRole
from service.store.doors import audit
from service.store.rulebook import round_notice, unit_round
from service.store.tables import obligation, unit
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import Site

NOTICE = {
    "year": "2028",
    "level": "pioneer",
    "notice": "演示通知 1 号",
    "announced_on": "2028-06-01",
    "apply_by": "2028-09-20",
    "recommend_by": "2028-10-20",
}
OWN = {"round": "2028-pioneer", "unit": "1", "own_by": "2028-09-01"}
YES = {"confirmed": "yes"}


@pytest.fixture
def rounds(site: Site, house: House) -> Site:
    house.take_in(EXCELLENCE)
    return site


def open_rounds(house: House) -> int:
    return len([row for row in house.rows(obligation) if row.kind == "annual_round" and not row.closed])


def test_a_notice_an_own_day_and_taking_back_are_each_shown_before_they_are_done(rounds: Site, house: House) -> None:
    visit = rounds.as_ops()
    assert "还没有登记年度申报通知" in visit.get("/rounds").text
    shown = visit.post("/rounds", NOTICE)
    assert (shown.status, "将新增 2 项" in shown.text) == (200, True)
    assert house.rows(round_notice) == []
    assert visit.post("/rounds", NOTICE | YES).to == "/rounds?done=add"
    assert open_rounds(house) == 2

    assert "日期变动 1 项" in visit.post("/rounds/own", OWN).text
    assert house.rows(unit_round) == []
    assert visit.post("/rounds/own", OWN | YES).to == "/rounds?done=own"
    assert "江苏省 2028-09-01" in rounds.as_role(VisitorRole.VIEWER).get("/rounds").text

    assert "终结 2 项" in visit.post("/rounds/remove", OWN).text
    assert open_rounds(house) == 2
    assert visit.post("/rounds/remove", OWN | YES).to == "/rounds?done=remove"
    assert (open_rounds(house), house.rows(round_notice)) == (0, [])
    noted = [row.action for row in house.rows(audit) if row.action.startswith("round_")]
    assert noted == ["round_added", "round_day_set", "round_removed"]


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/rounds", {"year": "MMXXVIII"}),
        ("/rounds", {"level": "advanced"}),
        ("/rounds", {"apply_by": "2028-12-31"}),
        ("/rounds", {"apply_by": "soon"}),
        ("/rounds", {"notice": ""}),
        ("/rounds/own", {"own_by": "2028-10-01"}),
        ("/rounds/own", {"round": "2029-pioneer"}),
        ("/rounds/own", {"unit": "99"}),
        ("/rounds/remove", {"round": "all"}),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_done(
    rounds: Site, house: House, path: str, wrong: dict[str, str]
) -> None:
    visit = rounds.as_ops()
    visit.post("/rounds", NOTICE | YES)
    before = (open_rounds(house), house.rows(round_notice), house.rows(unit_round))
    assert visit.post(path, NOTICE | OWN | YES | wrong).status == 422
    assert (open_rounds(house), house.rows(round_notice), house.rows(unit_round)) == before


def test_a_viewer_changes_nothing_and_others_do_not_see_rounds(rounds: Site) -> None:
    viewer = rounds.as_role(VisitorRole.VIEWER)
    assert "<form method" not in viewer.get("/rounds").html.partition("<main")[2]
    assert viewer.post("/rounds", NOTICE | YES).status == 403
    assert viewer.post("/units/1/list-day", {"weekday": "2", "hour": "9"}).status == 403
    assert rounds.as_role(VisitorRole.OFFICER, "江苏省").get("/rounds").status == 403


def test_a_units_lists_have_a_weekday_and_an_hour(rounds: Site, house: House) -> None:
    visit = rounds.as_ops()
    assert "周清单每周一 8 点" in visit.get("/units/1").text
    for wrong in ({"weekday": "7", "hour": "9"}, {"weekday": "2", "hour": "7"}, {"weekday": "", "hour": "9"}):
        assert visit.post("/units/1/list-day", wrong).status == 422
    assert visit.post("/units/1/list-day", {"weekday": "2", "hour": "9"}).to == "/units/1?done=list-day"
    assert [(row.list_weekday, row.list_hour) for row in house.rows(unit)] == [(2, 9)]
    assert "周清单每周三 9 点" in visit.get("/units/1").text
    assert "list_day_set" in [row.action for row in house.rows(audit)]


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_round_is_recorded_in_a_browser(rounds: Site, browser: Browser, size: tuple[int, int]) -> None:
    browser.size(size)
    browser.enter(rounds, rounds.as_ops())
    browser.open(rounds, "/rounds")
    browser.driver.execute_script(
        "for (const [name, value] of Object.entries(arguments[0]))"
        " document.querySelector(`form[action='/rounds'] [name=${name}]`).value = value",
        NOTICE,
    )
    assert "目前什么也没有保存" in browser.press("form[action='/rounds'] button")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    assert "通知已登记" in browser.press("#foreseen button")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
