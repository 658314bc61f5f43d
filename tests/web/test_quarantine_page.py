"""Held days in the console: what waits, and a person's word on it."""

import pytest
from sqlalchemy import insert, update

from service.domain.visitors import VisitorRole
from service.store.doors import audit
from service.store.postal import quarantine
from service.store.tables import delivery
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, TODAY, House
from tests.site import Site


@pytest.fixture
def held(site: Site, house: House) -> Site:
    house.take_in(EXCELLENCE)
    house.scan()
    row = {"on_day": TODAY, "made_at": house.clock(), "usual": 3, "decision": "", "decided_by": ""}
    with house.engine.begin() as connection:
        connection.execute(insert(quarantine).values(row))
        connection.execute(update(delivery).values(state="held", quarantine_id=1))
    return site


@pytest.mark.parametrize(
    ("word", "state", "noted"), [("approve", "planned", "approved"), ("drop", "aborted", "dropped")]
)
def test_a_held_day_waits_for_one_word_of_ops(held: Site, house: House, word: str, state: str, noted: str) -> None:
    viewer = held.as_role(VisitorRole.VIEWER)
    page = viewer.get("/quarantine")
    assert "暂缓 2" in page.text
    assert 'name="decision"' not in page.html
    assert viewer.post("/quarantine/1", {"decision": word}).status == 403
    visit = held.as_ops()
    assert visit.post("/quarantine/1", {"decision": "perhaps"}).status == 422
    assert visit.post("/quarantine/1", {"decision": word}).status == 303
    assert set(house.states()) == {state}
    assert visit.post("/quarantine/1", {"decision": word}).status == 422
    assert f"quarantine_{noted}" in [row.action for row in house.rows(audit)]


def test_an_empty_quarantine_says_what_it_is_for(site: Site) -> None:
    assert "没有隔离的信件" in site.as_ops().get("/quarantine").text


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_held_day_in_a_browser(held: Site, browser: Browser, size: tuple[int, int]) -> None:
    browser.size(size)
    browser.enter(held, held.as_ops())
    browser.open(held, "/quarantine")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.press("button[value=approve]")
    assert "已放行" in browser.text
