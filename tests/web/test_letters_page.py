"""Letters previewed of real matters, and a copy to try that touches neither the outbox nor anybody's calendar."""

import pytest

from service.domain.delivery import Refused
from service.domain.lifecycle import EventType
from service.domain.visitors import VisitorRole
from service.store.doors import audit
from service.store.tables import contact, delivery, invite, obligation
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, TODAY, House
from tests.site import Site

ALL = ("reminder", "correction", "cancellation", "list", "canary")


@pytest.fixture
def stocked(site: Site, house: House) -> Site:
    house.take_in(EXCELLENCE)
    return site


def number(house: House, kind: str = "review_application") -> int:
    return next(row.id for row in house.rows(obligation) if row.kind == kind)


def test_without_a_choice_the_matter_that_is_due_next_is_shown(stocked: Site, house: House) -> None:
    visit = stocked.as_role(VisitorRole.VIEWER)
    assert visit.get("/letters").to == f"/letters/{number(house)}"
    assert visit.get("/letters?certification=1").to == f"/letters/{number(house)}"
    assert visit.get("/letters?certification=2").status == 404


def test_a_house_without_matters_says_what_to_do(site: Site) -> None:
    assert "导入认定名单后" in site.as_ops().get("/letters").text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ALL)
def test_every_letter_is_shown_in_both_languages_with_real_data(
    stocked: Site, house: House, kind: str, language: str
) -> None:
    visit = stocked.as_ops()
    where = f"/letters/{number(house)}"
    page = visit.get(f"{where}?letter={kind}&language={language}")
    assert page.status == 200
    assert (EXCELLENCE["contact_email"] in page.text) == (kind != "list"), "a list is the unit's, which has nobody yet"
    framed = visit.get(f"{where}/frame?letter={kind}&language={language}")
    assert framed.status == 200
    assert framed.headers["content-security-policy"].startswith("sandbox;")
    if kind not in ("canary", "list"):
        assert EXCELLENCE["enterprise"] in framed.text


@pytest.mark.parametrize("kind", ["lapse", "milestone", "x"])
def test_a_letter_that_the_matter_has_not_is_refused(stocked: Site, house: House, kind: str) -> None:
    visit = stocked.as_ops()
    assert visit.get(f"/letters/{number(house)}?letter={kind}").status == (200 if kind == "lapse" else 422)
    assert visit.get(f"/letters/{number(house)}?language=fr").status == 404


def test_a_milestone_and_a_closed_matter_have_their_letters(stocked: Site, house: House) -> None:
    visit = stocked.as_ops()
    assert visit.get(f"/letters/{number(house, 'validity_end')}").status == 200
    house.record(EventType.REVIEW_APPLIED, TODAY)
    for kind in ("cancellation", "reminder"):
        assert visit.get(f"/letters/{number(house)}?letter={kind}").status == 200


def test_a_look_is_on_record_and_changes_nothing(stocked: Site, house: House) -> None:
    visit = stocked.as_ops()
    visit.get(f"/letters/{number(house)}")
    assert [(row.subject_kind, row.subject_id) for row in house.rows(audit) if row.action == "saw"] == [
        ("obligation", number(house))
    ]
    assert (house.rows(delivery), house.rows(invite), house.wire.carried) == ([], [], [])


def test_a_copy_to_try_is_marked_has_no_invitation_and_is_in_no_outbox(stocked: Site, house: House) -> None:
    visit = stocked.as_ops()
    where = f"/letters/{number(house)}"
    people = house.rows(contact)
    answer = visit.post(f"{where}/test", {"letter": "reminder", "language": "zh", "address": "me@ops.example"})
    assert answer.status == 303
    assert "测试信已交中继" in visit.get(answer.to).text
    [letter] = house.letters()
    assert letter.to == "me@ops.example"
    assert letter.subject.startswith("[测试 TEST] ")
    assert [part.get_content_type() for part in letter.mail.walk() if "calendar" in part.get_content_type()] == []
    assert letter.message_id.startswith("<test-")
    assert (house.rows(delivery), house.rows(invite), house.rows(contact)) == ([], [], people)
    [noted] = [row for row in house.rows(audit) if row.action == "test_letter_sent"]
    assert noted.details == {"letter": "reminder", "language": "zh"}, "no address"


@pytest.mark.parametrize("address", ["", "x", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example"])
def test_what_is_no_address_gets_no_copy(stocked: Site, house: House, address: str) -> None:
    answer = stocked.as_ops().post(f"/letters/{number(house)}/test", {"letter": "reminder", "address": address})
    assert answer.status == 422
    assert house.letters() == []


def test_what_the_relay_says_of_a_copy_is_shown(stocked: Site, house: House) -> None:
    house.wire.answer = lambda _: Refused("550 no such user")
    answer = stocked.as_ops().post(f"/letters/{number(house)}/test", {"letter": "list", "address": "me@ops.example"})
    assert (answer.status, "550 no such user" in answer.text) == (422, True)


def test_a_viewer_sends_none(stocked: Site, house: House) -> None:
    visit = stocked.as_role(VisitorRole.VIEWER)
    where = f"/letters/{number(house)}"
    assert "发送测试信" not in visit.get(where).text
    assert visit.post(f"{where}/test", {"letter": "reminder", "address": "me@ops.example"}).status == 403


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_letter_is_previewed_in_a_browser(stocked: Site, browser: Browser, size: tuple[int, int]) -> None:
    browser.size(size)
    browser.enter(stocked, stocked.as_ops())
    browser.open(stocked, "/letters")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.fill("input[name=address]", "me@ops.example")
    assert "测试信已交中继" in browser.press("form[action$='/test'] button")
    assert browser.complaints() == []
