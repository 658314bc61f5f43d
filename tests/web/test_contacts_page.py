"""Contacts in the console: their health, who has none, and changing one by hand."""

from urllib.parse import quote, urlsplit

import pytest
from sqlalchemy import update

from service.domain.visitors import VisitorRole
from service.store.doors import audit
from service.store.tables import contact, obligation
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, USCC_A, USCC_B, House
from tests.site import Site

OTHER = EXCELLENCE | {
    "enterprise": "乙方演示有限公司",
    "recommending_unit": "浙江省",
    "contact_email": "handler@b.example",
}
LONELY = {**EXCELLENCE, "enterprise": "丙方演示有限公司", "contact_name": "", "contact_email": ""}
REVIEW = "review_application"
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


def test_officers_and_contacts_see_their_own_alone(people: Site) -> None:
    for visit in (people.as_role(VisitorRole.OFFICER, "江苏省"), people.as_contact("handler@a.example")):
        for query in ("", "?state=none", "?as=csv"):
            assert "乙方" not in visit.get(f"/contacts{query}").body.decode("utf-8-sig")
        assert "handler@a.example" in visit.get("/contacts").text
        assert (visit.get("/contacts/1").status, visit.get("/contacts/2").status) == (200, 404)
        for path in ("/contacts/2", "/contacts/2/hold", "/contacts/2/links", "/contacts/2/restore"):
            assert visit.post(path, {"name": "x", "role": "backup", "language": "zh"}).status in (403, 404)


def working(house: House) -> dict[str, bool]:
    return {row.address: row.working for row in house.rows(contact)}


def test_an_officer_keeps_the_contacts_of_its_enterprises_and_of_its_own_unit(people: Site, house: House) -> None:
    visit = people.as_role(VisitorRole.OFFICER, "江苏省")
    colleague = PERSON | {"owner": "甲方演示有限公司", "address": "new@a.example"}
    assert visit.post("/contacts", colleague).to.startswith("/contacts/3")
    own = PERSON | {"owner_kind": "unit", "owner": "浙江省", "address": "unit@u.example"}
    assert visit.post("/contacts", own).status == 303
    assert [(row.owner_kind, row.owner_id) for row in house.rows(contact)][2:] == [("enterprise", 1), ("unit", 1)]
    changed = {"name": "改名（演示）", "role": "director", "language": "en"}
    assert visit.post("/contacts/1", changed).status == 303
    assert house.rows(contact)[0].role == "director"
    assert visit.post("/contacts/1/hold").to.endswith("done=held")
    assert visit.post("/contacts/1/hold").status == 422
    assert visit.post("/contacts/1/restore").to.endswith("done=restored")
    assert working(house) == dict.fromkeys(working(house), True)


@pytest.mark.parametrize("owner", ["乙方演示有限公司", "没有这家公司", "浙江省"])
def test_to_an_officer_another_units_enterprise_is_none(people: Site, house: House, owner: str) -> None:
    page = people.as_role(VisitorRole.OFFICER, "江苏省").post(
        "/contacts", PERSON | {"owner": owner, "address": "x@x.example"}
    )
    assert page.status == 422
    assert f"没有登记过企业“{owner}”" in page.text
    assert len(house.rows(contact)) == 2


def test_namesakes_of_other_units_are_not_counted(people: Site, house: House) -> None:
    namesakes = ((USCC_A, "x@x.example"), (USCC_B, "y@y.example"))
    shared = OTHER | {"enterprise": "甲方演示有限公司"}
    house.take_in(*(shared | {"uscc": code, "contact_email": address} for code, address in namesakes))
    given = PERSON | {"owner": "甲方演示有限公司", "address": "new@a.example"}
    assert "3 家企业" in people.as_ops().post("/contacts", given).text
    assert people.as_role(VisitorRole.OFFICER, "江苏省").post("/contacts", given).status == 303
    assert house.rows(contact)[-1].owner_id == 1


def test_the_last_address_that_works_is_taken_away_by_operations_alone(people: Site, house: House) -> None:
    visit = people.as_role(VisitorRole.OFFICER, "江苏省")
    refused = visit.post("/contacts/1/hold")
    assert refused.status == 422
    assert "请先登记另一位联系人" in refused.text
    assert working(house)["handler@a.example"]
    assert people.as_ops().post("/contacts/1/hold").status == 303
    assert not working(house)["handler@a.example"]


def test_of_an_enterprise_under_two_units_neither_takes_the_last_address_away(people: Site, house: House) -> None:
    house.take_in(EXCELLENCE | {"factory": "另一工厂", "recommending_unit": "浙江省"})
    first, second = (people.as_role(VisitorRole.OFFICER, name) for name in ("江苏省", "浙江省"))
    given = PERSON | {"owner": "甲方演示有限公司", "address": "new@a.example"}
    assert second.post("/contacts", given).status == 303
    assert first.post("/contacts/1/hold").status == 303
    assert second.post("/contacts/3/hold").status == 422
    assert working(house)["new@a.example"]


def test_a_wrong_person_without_another_is_not_confirmed_by_a_unit(people: Site, house: House) -> None:
    [matter] = [row.id for row in house.rows(obligation) if (row.kind, row.certification_id) == (REVIEW, 1)]
    people.as_contact("handler@a.example").post(f"/matters/{matter}", {"kind": "wrong_person"})
    decision = {"id": "1", "decision": "confirm"}
    refused = people.as_role(VisitorRole.OFFICER, "江苏省").post("/answers", decision)
    assert (refused.status, "请先登记另一位联系人" in refused.text) == (422, True)
    assert working(house)["handler@a.example"]
    assert people.as_ops().post("/answers", decision).status == 303
    assert not working(house)["handler@a.example"]


def test_a_contact_names_a_colleague_and_changes_itself_alone(people: Site, house: House) -> None:
    visit = people.as_contact("handler@a.example")
    form = visit.get("/contacts/new").text
    assert ("添加同事" in form, "统一社会信用代码" in form) == (True, False)
    foreign = PERSON | {"owner_kind": "unit", "owner": "乙方演示有限公司", "address": "new@a.example"}
    assert visit.post("/contacts", foreign).to.startswith("/contacts/3")
    assert [(row.owner_kind, row.owner_id) for row in house.rows(contact)][2:] == [("enterprise", 1)]
    mine = {"name": "改名（演示）", "role": "director", "language": "en"}
    assert visit.post("/contacts/1", mine).status == 303
    assert visit.post("/contacts/3", mine).status == 422
    assert [row.name for row in house.rows(contact)][::2] == ["改名（演示）", "新人（演示）"]
    for path in ("/contacts/1/hold", "/contacts/3/hold", "/contacts/1/links"):
        assert visit.post(path).status == 403
    assert '<form method="post" action="/contacts' not in visit.get("/contacts/3").html


def test_who_has_a_persons_links_is_out_once_they_are_ended(people: Site, house: House) -> None:
    link = urlsplit(next(word for word in house.sent()[0].text.split() if "/answer/" in word)).path
    theirs = people.as_contact("handler@a.example")
    assert (people.stranger().get(link).status, theirs.get("/").status) == (200, 200)
    house.clock.step(minutes=1)
    visit = people.as_role(VisitorRole.OFFICER, "江苏省")
    assert visit.post("/contacts/2/links").status == 404
    assert visit.post("/contacts/1/links").to.endswith("done=ended")
    assert (people.stranger().get(link).status, theirs.get("/").status) == (404, 303)
    assert "contact_links_ended" in [row.action for row in house.rows(audit)]


def test_a_download_holds_the_filtered_list_and_is_audited(people: Site, house: House) -> None:
    body = people.as_ops().get("/contacts?q=handler@b&as=csv").body.decode("utf-8-sig")
    assert "handler@b.example" in body
    assert "handler@a.example" not in body
    assert [row.details["rows"] for row in house.rows(audit) if row.action == "exported"] == [1]


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_an_officer_and_a_contact_keep_contacts_in_a_browser(
    people: Site, browser: Browser, size: tuple[int, int]
) -> None:
    browser.size(size)
    for visit, say in (
        (people.as_role(VisitorRole.OFFICER, "江苏省"), "终止其全部链接"),
        (people.as_contact("handler@a.example"), "修改"),
    ):
        browser.enter(people, visit)
        for path in ("/contacts/new", "/contacts/1"):
            shown = browser.open(people, path)
            assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
        assert say in shown
        browser.fill("input[name=name]", "改名（演示）")
        assert "已保存" in browser.press("form[action='/contacts/1'] button")


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_contacts_in_a_browser(people: Site, house: House, browser: Browser, size: tuple[int, int]) -> None:
    hold_back(house, 1)
    browser.size(size)
    browser.enter(people, people.as_ops())
    for path in ("/contacts", "/contacts?state=none", "/contacts/1", "/contacts/new"):
        browser.open(people, path)
        assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
