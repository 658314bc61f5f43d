"""The job log in the console: found by job, outcome and day; compared with the day before; run dry."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from service.domain.visitors import VisitorRole
from service.store.doors import audit
from service.store.tables import delivery, run
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, TODAY, House
from tests.site import Site, opened_site

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def ran(site: Site, house: House) -> Site:
    """Run 1 imported, 2 scanned the day before, 3 scanned today."""
    house.take_in(EXCELLENCE)
    house.scan(YESTERDAY)
    house.scan()
    return site


def linked(html: str) -> list[int]:
    return [int(part.split('"')[0]) for part in html.split('href="/runs/')[1:]]


def test_runs_are_found_by_job_outcome_and_day(ran: Site, house: House) -> None:
    with house.engine.begin() as connection:
        connection.execute(update(run).where(run.c.id == 2).values(outcome="failed", error="OperationalError"))
    visit = ran.as_role(VisitorRole.VIEWER)
    assert linked(visit.get("/runs").html) == [3, 2, 1]
    assert linked(visit.get("/runs?job=scan").html) == [3, 2]
    assert linked(visit.get("/runs?outcome=failed").html) == [2]
    assert linked(visit.get(f"/runs?day={YESTERDAY}").html) == [2]
    assert "没有这样的运行记录" in visit.get("/runs?job=canary").text
    assert visit.get("/runs?day=soon").status == 422


def test_what_was_skipped_and_why_is_told_in_words(ran: Site) -> None:
    page = ran.as_ops().get("/runs?job=scan").text
    assert "not_reached" not in page
    assert "未到提醒日" in page


def test_a_run_stands_beside_that_of_the_day_before(ran: Site) -> None:
    page = ran.as_ops().get("/runs/3")
    assert str(YESTERDAY) in page.text
    assert 'href="/runs/2"' in page.html
    assert "检查" in page.text
    assert "no good run" in ran.as_ops().get("/runs/2?lang=en").text
    assert ran.as_ops().get("/runs/99").status == 404


@pytest.mark.parametrize("job", ["scan", "escalate"])
def test_a_dry_run_tells_what_it_would_plan_and_stores_nothing_else(house: House, job: str) -> None:
    house.take_in(EXCELLENCE)
    house.meet({"owner_kind": "unit", "owner": "江苏省", "name": "联络员（演示）", "email": "unit@u.example"})
    before = house.sizes()
    with opened_site(house, date(2028, 8, 25)) as later:
        visit = later.as_ops()
        answer = visit.post("/runs", {"job": job})
        page = visit.get(answer.to).text
    assert "这是预演" in page
    assert "计划 1" in " ".join(page.split())
    after = house.sizes()
    assert after.pop("audit") == 1 + len([row for row in house.rows(audit) if row.action != "ran_dry"])
    assert {name: count for name, count in after.items() if before[name] != count}.keys() <= {
        "account",
        "session",
        "sign_in",
    }
    assert house.rows(delivery) == []


def test_only_a_job_that_can_be_run_dry_is_and_only_by_ops(ran: Site, house: House) -> None:
    assert ran.as_ops().post("/runs", {"job": "deliver"}).status == 422
    viewer = ran.as_role(VisitorRole.VIEWER)
    assert 'name="job" value' not in viewer.get("/runs").html
    assert viewer.post("/runs", {"job": "scan"}).status == 403
    assert len(house.rows(run)) == 3


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_dry_run_in_a_browser(ran: Site, browser: Browser, size: tuple[int, int]) -> None:
    browser.size(size)
    browser.enter(ran, ran.as_ops())
    browser.open(ran, "/runs")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.press("button[value=scan]")
    assert "这是预演" in browser.text
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
