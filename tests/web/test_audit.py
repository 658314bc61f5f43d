"""The audit's page: what is on record, whose names it shows, and how it is filtered."""

import pytest

from service.domain.visitors import Actor, ActorKind, VisitorRole
from service.store import audit as chain
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import Site

OPS = Actor(ActorKind.ACCOUNT, 1)


def note(house: House, action: str, subject: tuple[str, int], actor: Actor = OPS) -> None:
    with house.engine.begin() as connection:
        chain.note(connection, actor, action, subject, house.clock(), {"page": "/certifications/{id:int}"})


def test_the_newest_rows_come_first_with_the_names_of_today(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    visit = site.as_role(VisitorRole.VIEWER)
    note(house, "saw", ("certification", 1))
    note(house, "password_set", ("contact", 1), Actor(ActorKind.CONTACT, 1))
    page = visit.get("/audit")
    assert page.status == 200
    rows = page.text.partition("细节")[2]
    assert rows.index("设置口令") < rows.index("查看") < rows.index("新设账户")
    for name in (EXCELLENCE["enterprise"], EXCELLENCE["contact_name"], "viewer-1"):
        assert name in page.text


def test_rows_are_found_by_subject_actor_and_action(site: Site, house: House) -> None:
    visit = site.as_ops()
    note(house, "saw", ("certification", 41))
    note(house, "saw", ("certification", 42))
    note(house, "exported", ("contact", 41), Actor(ActorKind.ACCOUNT, 9))

    def numbers(query: str) -> list[str]:
        return [row for row in ("#41", "#42", "#9") if row in visit.get(f"/audit?{query}").text]

    assert numbers("subject=certification&subject_id=42") == ["#42"]
    assert numbers("subject=certification") == ["#41", "#42"]
    assert numbers("actor=account&actor_id=9") == ["#41", "#9"]
    assert numbers("action=exported") == ["#41", "#9"]
    assert "没有符合条件的记录" in visit.get("/audit?action=nothing").text
    assert visit.get("/audit?subject=contact&subject_id=x").status == 404


def test_a_long_audit_is_shown_a_page_at_a_time_and_downloads_whole(site: Site, house: House) -> None:
    visit = site.as_ops()
    for number in range(60):
        note(house, "saw", ("unit", number + 1000))
    first = visit.get("/audit?action=saw").text
    assert "#1059" in first
    assert "#1009" not in first
    assert "#1009" in visit.get("/audit?action=saw&before=13").text
    lines = visit.get("/audit?action=saw&as=csv").body.decode("utf-8-sig").splitlines()
    assert len(lines) == 61
    assert "导出" in visit.get("/audit?action=exported").text.partition("细节")[2]


@pytest.mark.parametrize("role", [VisitorRole.OFFICER])
def test_only_the_house_sees_it(site: Site, house: House, role: VisitorRole) -> None:
    house.take_in(EXCELLENCE)
    assert site.as_role(role, "江苏省").get("/audit").status == 403


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_the_audit_in_a_browser(site: Site, house: House, browser: Browser, size: tuple[int, int]) -> None:
    house.take_in(EXCELLENCE)
    browser.size(size)
    browser.enter(site, site.as_ops())
    note(house, "saw", ("certification", 1))
    assert EXCELLENCE["enterprise"] in browser.open(site, "/audit")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.fill("input[name=action]", "nothing")
    assert "没有符合条件的记录" in browser.press("form.filter button")
    assert (browser.complaints(), browser.overflows()) == ([], False)
