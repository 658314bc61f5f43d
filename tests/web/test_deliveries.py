"""Letters in the console: found, read as they were sent, retried, ended, sent to somebody else."""

import zlib
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import insert, update

from service.domain.delivery import Refused, Sent, Verdict
from service.domain.visitors import VisitorRole
from service.store.doors import audit
from service.store.kept import letter
from service.store.postal import returned
from service.store.tables import contact, delivery
from tests.browser import NARROW, WIDE, Browser
from tests.house import DIRECTOR, EXCELLENCE, House
from tests.site import Site

OTHER = EXCELLENCE | {
    "enterprise": "乙方演示有限公司",
    "factory": "乙方工厂",
    "recommending_unit": "浙江省",
    "contact_email": "handler@b.example",
}
NOBODY = Refused("550 5.1.1 no such user", 550, Verdict.ADDRESS)


@pytest.fixture
def sent(site: Site, house: House) -> Site:
    """Two factories; the letter to the first (1) was refused, that to the second (2) accepted."""
    house.take_in(EXCELLENCE, OTHER)
    house.wire.answer = lambda parcel: NOBODY if parcel.recipient == "handler@a.example" else Sent("250 queued")
    house.scan()
    house.deliver()
    return site


def of(house: House, address: str) -> int:
    """The number of the newest letter to an address that was not superseded."""
    [person] = [row.id for row in house.rows(contact) if row.address == address]
    return [row.id for row in house.rows(delivery) if row.contact_id == person and row.state != "superseded"][-1]


def state(house: House, id: int) -> str:
    return next(row.state for row in house.rows(delivery) if row.id == id)


def actions(house: House) -> list[tuple[str, int]]:
    return [(row.action, row.subject_id) for row in house.rows(audit) if row.subject_kind in ("delivery", "returned")]


def test_letters_are_found_by_state_day_enterprise_unit_and_answer(sent: Site, house: House) -> None:
    visit, refused, accepted = sent.as_ops(), of(house, "handler@a.example"), of(house, "handler@b.example")
    for query, found in (
        ("state=failed", {refused}),
        ("state=failed&day=today", {refused}),
        ("state=failed&day=2028-06-09", {refused}),
        ("state=failed&day=yesterday", set()),
        ("state=unreached", {refused}),
        ("state=sent", {accepted}),
        ("enterprise=甲方&state=failed", {refused}),
        ("enterprise=yfys&state=sent", {accepted}),
        ("enterprise=丙方", set()),
        ("unit=2&state=sent", {accepted}),
        ("answer=5xx", {refused}),
        ("answer=address", {refused}),
        ("answer=4xx", set()),
        ("purpose=list", set()),
        ("certification=2&state=sent", {accepted}),
    ):
        page = visit.get(f"/deliveries?{quote(query, safe='=&')}").html
        assert {id for id in (refused, accepted) if f'href="/deliveries/{id}"' in page} == found, query


def test_a_filter_that_is_no_day_says_so_and_one_that_finds_nothing_leads_on(sent: Site) -> None:
    for day, words in (("soon", "不是日期"), ("0001-01-01", "没有 1 年的信件"), ("9999-12-31", "没有 9999 年的信件")):
        answer = sent.as_ops().get(f"/deliveries?day={day}")
        assert (answer.status, words in answer.text) == (422, True)
    assert sent.as_ops().get("/deliveries?enterprise=%00&stage=%00&state=x&purpose=x&answer=x").status == 200
    assert sent.as_ops().get("/deliveries?before=99999999999").status == 404
    assert "没有符合条件的信件" in sent.as_ops().get("/deliveries?state=held").text


def test_a_long_list_comes_in_parts(site: Site, house: House) -> None:
    rows = [EXCELLENCE | {"factory": f"工厂{n}", "contact_email": f"h{n}@a.example"} for n in range(60)]
    house.take_in(*rows[:1], *[row | {"enterprise": f"企业{n}"} for n, row in enumerate(rows[1:])])
    house.scan()
    visit = site.as_ops()
    first = visit.get("/deliveries?state=planned").html
    assert first.count('<td class="day beside"><a') == 50
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert visit.get(following).html.count('<td class="day beside"><a') == 10


def test_a_list_is_kept_as_a_file_without_names_and_the_audit_has_it(sent: Site, house: House) -> None:
    answer = sent.as_ops().get("/deliveries?state=failed&as=csv")
    words = answer.body.decode("utf-8-sig")
    assert "甲方演示有限公司" in words
    assert "handler@a.example" not in words
    assert sent.as_ops().get("/deliveries?as=xlsx").body.startswith(b"PK")
    assert ("exported", 0) in actions(house)


def test_a_letter_is_shown_as_it_was_sent(sent: Site, house: House) -> None:
    id, visit = of(house, "handler@b.example"), sent.as_ops()
    page = visit.get(f"/deliveries/{id}")
    for words in ("已交中继", "经办人（演示） <handler@b.example>", "REQUEST", "SEQUENCE", "invite.ics", "Message-ID"):
        assert words in page.text
    framed = visit.get(f"/deliveries/{id}/letter.html")
    assert "sandbox" in framed.headers["content-security-policy"]
    assert framed.headers["x-frame-options"] == "SAMEORIGIN"
    assert "乙方工厂" in framed.html
    file = visit.get(f"/deliveries/{id}/attachment/1")
    assert file.headers["content-disposition"].startswith("attachment")
    assert file.headers["x-content-type-options"] == "nosniff"
    assert b"BEGIN:VCALENDAR" in file.body
    assert visit.get(f"/deliveries/{id}/attachment/9").status == 404
    assert ("saw", id) in actions(house)


def test_a_hostile_message_that_was_kept_is_only_ever_words_and_downloads(sent: Site, house: House) -> None:
    id = of(house, "handler@b.example")
    message = (
        b"Subject: <script>alert(1)</script>\r\nTo: =?x-none?q?=ff?=\r\n"
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/html; charset=x-none\r\n\r\n\xff<script>\r\n"
        b"--x\r\nContent-Type: text/html\r\n"
        b"Content-Disposition: attachment; filename=../evil.html\r\n\r\n<script>\r\n"
        b"--x\r\nContent-Type: text/calendar\r\n\r\nBEGIN:nothing\r\n--x--\r\n"
    )
    with house.engine.begin() as connection:
        connection.execute(update(letter).where(letter.c.delivery_id == id).values(message=zlib.compress(message)))
    visit = sent.as_ops()
    page = visit.get(f"/deliveries/{id}")
    assert page.status == 200
    assert "<script>alert" not in page.html
    file = visit.get(f"/deliveries/{id}/attachment/1")
    assert file.headers["content-type"] == "application/octet-stream"
    assert "/" not in file.headers["content-disposition"].split("''")[1]


def test_a_letter_to_sign_in_is_never_kept_and_the_page_says_so(sent: Site, house: House) -> None:
    sent.stranger().post("/sign-in/link", {"address": "handler@b.example"}, csrf=False)
    house.deliver()
    id = of(house, "handler@b.example")
    page = sent.as_ops().get(f"/deliveries/{id}").text
    assert "信件内容不保存" in page
    assert sent.as_ops().get(f"/deliveries/{id}/letter.html").status == 404


def test_failed_letters_are_retried_together_or_not_at_all(sent: Site, house: House) -> None:
    visit, refused, accepted = sent.as_ops(), of(house, "handler@a.example"), of(house, "handler@b.example")
    answer = visit.post("/deliveries?state=failed", {"do": "retry", "id": [str(refused), str(accepted)]})
    assert (answer.status, "未作任何更改" in answer.text, state(house, refused)) == (422, True, "refused")
    assert visit.post("/deliveries", {"do": "retry"}).status == 422
    assert visit.post("/deliveries?state=failed", {"do": "retry", "id": str(refused)}).to.startswith("/deliveries?")
    assert state(house, refused) == "planned"
    assert actions(house)[-1] == ("retried", refused)
    before = {letter.message_id for letter in house.letters()}
    house.clock.step(minutes=1)
    house.deliver()
    assert {letter.message_id for letter in house.letters()} <= before, "under the same Message-ID"


def test_a_waiting_letter_is_ended_by_hand(sent: Site, house: House) -> None:
    visit, id = sent.as_ops(), of(house, "handler@a.example")
    visit.post(f"/deliveries/{id}", {"do": "retry"})
    assert visit.post(f"/deliveries/{id}", {"do": "abort"}).to == f"/deliveries/{id}?done=aborted"
    assert state(house, id) == "aborted"
    assert "经人工中止" in visit.get(f"/deliveries/{id}").text


def test_a_letter_goes_to_a_colleague_as_a_delivery_of_its_own(sent: Site, house: House) -> None:
    house.meet({"owner_kind": "enterprise", "owner": "甲方演示有限公司", "name": "负责人（演示）",
                "email": DIRECTOR["contact_email"], "role": "director"})  # fmt: skip
    visit, id = sent.as_ops(), of(house, "handler@a.example")
    people = {row.address: row.id for row in house.rows(contact)}
    stranger = {"do": "resend", "contact": str(people["handler@b.example"])}
    assert visit.post(f"/deliveries/{id}", stranger).status == 422
    answer = visit.post(f"/deliveries/{id}", {"do": "resend", "contact": str(people["director@a.example"])})
    new = of(house, "director@a.example")
    assert answer.to == f"/deliveries/{new}?done=resent"
    again = visit.post(f"/deliveries/{id}", {"do": "resend", "contact": str(people["director@a.example"])})
    assert (again.status, "此前已为该联系人计划过" in again.text) == (422, True)
    assert f'href="/deliveries/{id}"' not in visit.get("/deliveries?state=unreached").html, "somebody gets it now"
    house.letters()
    house.deliver()
    assert [letter.to for letter in house.letters()] == ["director@a.example"]


@pytest.mark.parametrize("role", [VisitorRole.VIEWER, VisitorRole.OFFICER])
def test_who_may_not_change_letters_sees_no_buttons_and_is_refused(sent: Site, house: House, role: VisitorRole) -> None:
    id = of(house, "handler@a.example")
    visit = sent.as_role(role, "江苏省" if role is VisitorRole.OFFICER else "")
    for path in ("/deliveries", f"/deliveries/{id}"):
        page = visit.get(path)
        assert (page.status, 'name="do"' in page.html) == (200, False)
        assert visit.post(path, {"do": "retry", "id": str(id)}).status == 403
    assert state(house, id) == "refused"


def test_an_officer_and_a_contact_see_their_own_letters_alone(sent: Site, house: House) -> None:
    own, others = of(house, "handler@a.example"), of(house, "handler@b.example")
    for visit in (sent.as_role(VisitorRole.OFFICER, "江苏省"), sent.as_contact("handler@a.example")):
        page = visit.get("/deliveries")
        assert f'href="/deliveries/{own}"' in page.html
        assert "乙方" not in page.text
        assert "handler@a.example" in visit.get(f"/deliveries/{own}").text
        for path in ("", "/letter.html", "/attachment/1"):
            assert visit.get(f"/deliveries/{others}{path}").status == 404


def waits(house: House) -> None:
    """A returned message of which nobody knows whose it is."""
    row = {"source": "x", "received_at": house.clock(), "delivery_id": None, "verdict": "unread", "status": "5.1.1"}
    with house.engine.begin() as connection:
        connection.execute(insert(returned).values(row | {"words": "用户不存在", "settled_by": ""}))


def test_returned_mail_is_settled_by_hand_and_bounces_the_letter_that_is_named(sent: Site, house: House) -> None:
    waits(house)
    visit, id = sent.as_ops(), of(house, "handler@b.example")
    assert "用户不存在" in visit.get("/deliveries/returned").text
    unnamed = visit.post("/deliveries/returned", {"id": "1", "do": "permanent"})
    assert (unnamed.status, "不知属于哪封信" in unnamed.text) == (422, True)
    assert visit.post("/deliveries/returned", {"id": "1", "do": "permanent", "delivery": "x"}).status == 422
    assert visit.post("/deliveries/returned", {"id": "1", "do": "permanent", "delivery": str(id)}).status == 303
    assert state(house, id) == "bounced"
    assert "没有待处理的退信" in visit.get("/deliveries/returned").text
    assert ("settled_returned", 1) in actions(house)
    assert house.rows(returned)[0].settled_by.startswith("account:")


def test_a_letter_that_was_settled_lately_is_of_the_day_in_shanghai(sent: Site, house: House) -> None:
    id = of(house, "handler@a.example")
    with house.engine.begin() as connection:
        late = house.clock().replace(hour=15, minute=59)  # 23:59 in Shanghai
        connection.execute(update(delivery).where(delivery.c.id == id).values(settled_at=late))
    visit = sent.as_ops()
    assert f'"/deliveries/{id}"' in visit.get("/deliveries?day=2028-06-09").html
    with house.engine.begin() as connection:
        connection.execute(update(delivery).where(delivery.c.id == id).values(settled_at=late + timedelta(minutes=1)))
    assert f'"/deliveries/{id}"' not in visit.get("/deliveries?day=2028-06-09").html


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_failed_letter_is_worked_off_in_a_browser(
    sent: Site, house: House, browser: Browser, size: tuple[int, int]
) -> None:
    id = of(house, "handler@a.example")
    browser.size(size)
    browser.enter(sent, sent.as_ops())
    browser.open(sent, "/deliveries?state=failed")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.find(f"input[name=id][value='{id}']").click()
    browser.press("button[value=retry]")
    assert "已重新排入待发" in browser.text
    browser.open(sent, f"/deliveries/{id}")
    assert "未送达" in browser.text or "待发" in browser.text
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
