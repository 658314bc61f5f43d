"""Contacts in the console: their health, who has none, and changing one by hand."""

from urllib.parse import quote

import pytest
from sqlalchemy import update

from service.domain.visitors import VisitorRole
from service.store.doors import audit
from service.store.tables import contact
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import Site

OTHER = EXCELLENCE | {
    "enterprise": "乙方演示有限公司",
    "recommending_unit": "浙江省",
    "contact_email": "handler@b.example",
}
LONELY = {**EXCELLENCE, "enterprise": "丙方演示有限公司", "contact_name": "", "contact_email": ""}
PERSON = {"owner_kind": "enterprise", "name": "新人（演示）", "role": "backup", "language": "zh"}


def hold_back(house: House, id: int) -> None:
    with house.engine.begin() as connection:
        connection.execute(update(contact).where(contact.c.id == id).values(working=False))


@pytest.fixture
def people(site: Site, house: House) -> Site:
    house.take_in(EXCELLENCE, OTHER, LONELY)
    return site


def test_contacts_are_found_by_name_address_and_owner(people: Site) -> None:
    visit = people.as_ops()
    by_owner = visit.get(f"/contacts?q={quote('乙方')}").text
    assert ("handler@b.example" in by_owner, "handler@a.example" in by_owner) == (True, False)
    assert "handler@b.example" in visit.get("/contacts").text
    assert "handler@a.example" not in visit.get("/contacts?q=handler@b").text
    assert "没有找到" in visit.get("/contacts?q=nobody").text
    assert visit.get("/contacts?state=other").status == 404


def test_held_back_addresses_and_enterprises_with_nobody_to_tell_have_lists_of_their_own(
    people: Site, house: House
) -> None:
    hold_back(house, 1)
    visit = people.as_ops()
    held = visit.get("/contacts?state=held").text
    assert ("handler@a.example" in held, "handler@b.example" in held) == (True, False)
    lacking = visit.get("/contacts?state=none").text
    assert [name in lacking for name in ("甲方", "乙方", "丙方")] == [True, False, True]


def test_a_contact_is_added_changed_and_let_work_again_all_audited(people: Site, house: House) -> None:
    visit = people.as_ops()
    done = visit.post("/contacts", PERSON | {"owner": "丙方演示有限公司", "address": "new@c.example"})
    assert done.status == 303
    assert done.to.startswith("/contacts/3")
    visit.post("/contacts/3", {"name": "改名（演示）", "role": "handler", "language": "en"})
    hold_back(house, 3)
    assert "restored" in visit.post("/contacts/3/restore").to
    row = house.rows(contact)[2]
    assert (row.name, row.role, row.language, row.working) == ("改名（演示）", "handler", "en", True)
    noted = [(each.action, each.details) for each in house.rows(audit) if each.subject_kind == "contact"]
    assert [action for action, _ in noted] == ["contact_added", "contact_changed", "contact_restored"]
    assert "改名" not in str(noted)


@pytest.mark.parametrize(
    "wrong",
    [{"address": "no address"}, {"owner": "没有这家公司"}, {"name": ""}, {"role": "boss"}, {"owner_kind": "house"}],
)
def test_a_wrong_contact_is_refused_and_what_was_typed_is_kept(
    people: Site, house: House, wrong: dict[str, str]
) -> None:
    typed = PERSON | {"owner": "丙方演示有限公司", "address": "new@c.example"} | wrong
    page = people.as_ops().post("/contacts", typed)
    assert page.status == 422
    assert typed["address"] in page.html
    assert len(house.rows(contact)) == 2


def test_an_address_is_on_record_once_for_its_owner(people: Site) -> None:
    again = PERSON | {"owner": "甲方演示有限公司", "address": "Handler@a.example"}
    assert people.as_ops().post("/contacts", again).status == 422
    assert people.as_ops().post("/contacts/1/restore").status == 422


def test_officers_and_contacts_see_their_own_and_change_nothing(people: Site, house: House) -> None:
    for visit in (people.as_role(VisitorRole.OFFICER, "江苏省"), people.as_contact("handler@a.example")):
        for query in ("", "?state=none", "?as=csv"):
            assert "乙方" not in visit.get(f"/contacts{query}").body.decode("utf-8-sig")
        assert "handler@a.example" in visit.get("/contacts").text
        assert (visit.get("/contacts/1").status, visit.get("/contacts/2").status) == (200, 404)
        assert '<form method="post" action="/contacts' not in visit.get("/contacts/1").html
        assert visit.post("/contacts/1", {"name": "x"}).status == 403
        assert visit.get("/contacts/new").status == 403


def test_a_download_holds_the_filtered_list_and_is_audited(people: Site, house: House) -> None:
    body = people.as_ops().get("/contacts?q=handler@b&as=csv").body.decode("utf-8-sig")
    assert "handler@b.example" in body
    assert "handler@a.example" not in body
    assert [row.details["rows"] for row in house.rows(audit) if row.action == "exported"] == [1]


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_contacts_in_a_browser(people: Site, house: House, browser: Browser, size: tuple[int, int]) -> None:
    hold_back(house, 1)
    browser.size(size)
    browser.enter(people, people.as_ops())
    for path in ("/contacts", "/contacts?state=none", "/contacts/1", "/contacts/new"):
        browser.open(people, path)
        assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
