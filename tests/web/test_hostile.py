"""What somebody tries who means harm: odd requests, endless bodies, names that are programs, forms sent twice."""

import re
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine

from service.domain.people import Role
from service.domain.visitors import VisitorRole
from service.flows import accounts
from service.letters.letter import Language
from service.store import audit as chain
from service.store.answering import answer
from service.store.database import open_engine
from service.store.doors import sign_in
from service.store.people import change_contact
from service.store.tables import contact, delivery, event, obligation
from service.web.pages import PAGES
from tests.browser import NARROW, Browser
from tests.house import EXCELLENCE, House
from tests.site import OPERATOR, Site, Visit, opened_site

SCRIPT = "<script>alert(1)</script>\"'{{7*7}}&lt;"
HOSTILE = EXCELLENCE | {
    "enterprise": f"=甲{SCRIPT}",
    "factory": f"<img src=x onerror=alert(2)>{'很' * 150}🏭",
    "contact_name": f"@联{SCRIPT}",
}
TOKEN = re.compile(r"/[0-9]+\.[a-z2-7]{32}")


def link(house: House) -> str:
    """The path of the link in the last letter."""
    return urlsplit(next(word for word in house.sent()[-1].text.split() if "/answer/" in word)).path


def answered(site: Site, path: str, fields: dict[str, str]) -> int:
    """The status that a stranger's form is answered with."""
    return site.stranger().post(path, fields, csrf=False).status


def at_once(ask: Callable[[], int], times: int = 4) -> list[int]:
    """What so many of the same request at the same moment are answered."""
    with ThreadPoolExecutor(times) as threads:
        return [each.result() for each in [threads.submit(ask) for _ in range(times)]]


@pytest.mark.parametrize(
    "path",
    [
        f"/deliveries/{'9' * 5000}",
        f"/deliveries?before=0000000000{'1' * 30}",
        f"/certifications?unit=00000000001{'9' * 30}",
        "/deliveries?before=-1",
        "/%ff%fe",
    ],
)
def test_a_number_that_no_row_can_have_is_no_page(site: Site, path: str) -> None:
    assert site.as_ops().get(path).status == 404


@pytest.mark.parametrize("path", ["/contacts?q=a%00b", "/audit?action=%00", "/audit?subject=%00&subject_id=1"])
def test_what_no_database_can_hold_is_looked_for_without_it(site: Site, path: str) -> None:
    assert site.as_ops().get(path).status == 200


def test_a_form_that_is_no_text_is_refused(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    stranger, ops = site.stranger(), site.as_ops()
    assert stranger.post("/sign-in", {"name": "a\0", "password": "b"}, csrf=False).status == 400
    assert stranger.post("/sign-in/link", {"address": "a\0@a.example"}, csrf=False).status == 400
    assert stranger.post(link(house), {"kind": "changed", "on": "2028-06-01", "note": "a\0"}, csrf=False).status == 400
    assert ops.post("/contacts", {"owner_kind": "enterprise", "owner": "a\0"}).status == 400
    half = b'--e\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n+2AA-\r\n--e--\r\n'
    odd = {"content-type": "multipart/form-data; boundary=e; charset=utf-7"}
    assert ops.ask("POST", "/sign-out", half, odd).status == 400


def test_an_origin_that_is_no_address_is_not_ours(site: Site) -> None:
    fields = {"name": "a", "password": "b"}
    assert site.stranger().post("/sign-in", fields, csrf=False, origin="http://[").status == 403


def test_a_body_without_an_end_is_not_read_to_the_end(site: Site) -> None:
    where = urlsplit(site.address)
    head = (
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: multipart/form-data; boundary=e\r\n\r\n"
    )
    file = b'--e\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    million = b"x" * 1_000_000
    with socket.create_connection((where.hostname, where.port), timeout=30) as wire:
        wire.sendall(head + b"%x\r\n%b\r\n" % (len(file), file))
        try:
            for _ in range(40):
                wire.sendall(b"%x\r\n%b\r\n" % (len(million), million))
        except OSError:
            pass  # it has hung up
        assert b" 413 " in wire.recv(100)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_a_method_that_no_page_has_is_refused_under_the_same_headers(site: Site, method: str) -> None:
    refused = site.as_ops().ask(method, "/deliveries", None, {})
    assert refused.status == 405
    assert "default-src 'none'" in refused.headers["content-security-policy"]


def test_a_visitor_is_told_when_the_database_is_down(house: House, engine: Engine) -> None:
    with opened_site(house) as site:
        ops = site.as_ops()
        away = open_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
        object.__setattr__(house.desk, "engine", away)
        try:
            answer_page = ops.get("/runs")
        finally:
            object.__setattr__(house.desk, "engine", engine)
        assert answer_page.status == 503
        assert "数据库此刻没有应答" in answer_page.text


def test_names_that_are_programs_stay_text_on_every_page(site: Site, house: House) -> None:
    house.take_in(HOSTILE)
    path = link(house)
    note = {"kind": "filed", "on": "2028-06-08", "receipt": SCRIPT}
    assert site.stranger().post(path, note, csrf=False).status == 303
    ops = site.as_ops()
    assert ops.post("/units", {"name": f"集团{SCRIPT}"}).status == 303
    assert ops.post("/accounts/add", {"name": SCRIPT, "role": "viewer"}).status == 200
    assert ops.upload("/imports", f"../{SCRIPT}.csv", b"a\n1\n", kind="certifications").status == 422
    paths = {re.sub(r"\{\w+(:\w+)?\}", "1", page.path) for page in PAGES if page.method == "GET"} | {path}
    for each in sorted(paths):
        shown = ops.get(each)
        assert shown.status < 500
        if shown.headers.get("content-disposition", "").startswith("attachment"):
            continue
        assert "<script>alert" not in shown.body.decode("utf-8", "replace"), each
        assert "<img src=x" not in shown.body.decode("utf-8", "replace"), each
    assert "'=甲" in ops.get("/certifications?as=csv").html


def test_a_browser_runs_nothing_of_them(site: Site, house: House, browser: Browser) -> None:
    house.take_in(HOSTILE)
    house.sent()
    browser.size(NARROW)
    browser.enter(site, site.as_ops())
    for path in ("/", "/certifications", "/certifications/1", "/deliveries/2", "/contacts", "/letters/1"):
        assert "alert(1)" in browser.open(site, path) or path in ("/", "/letters/1")
        assert browser.complaints() == []
        assert browser.overflows() is False, path


def test_nobody_answers_by_the_link_of_a_letter_that_they_may_see(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    assert TOKEN.search(link(house))
    for visit in (site.as_role(VisitorRole.VIEWER), site.as_ops(), site.as_role(VisitorRole.OFFICER, "江苏省")):
        shown = visit.get("/deliveries/2").html + visit.get("/deliveries/2/letter.html").html
        assert "甲方演示有限公司" in shown
        assert TOKEN.search(shown) is None
    assert TOKEN.search(site.as_ops().get("/people/1/export?as=json").html) is None


def test_a_form_that_is_sent_twice_answers_once(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    path = link(house)
    for fields in (
        {"kind": "acknowledged"},
        {"kind": "changed", "on": "2028-06-01", "note": "x"},
        {"kind": "filed", "on": "2028-06-02"},
    ):
        assert at_once(partial(answered, site, path, fields)) == [303] * 4
    assert [row.kind for row in house.rows(answer)] == ["acknowledged", "changed", "filed"]
    assert [row.type for row in house.rows(event)] == ["listed", "changed"]
    with house.engine.begin() as connection:
        assert isinstance(chain.verify(connection), chain.Intact)


def test_a_word_in_an_answer_that_turns_the_line_round_is_refused(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    fields = {"kind": "filed", "on": "2028-06-01", "receipt": "7\u202e8"}
    assert site.stranger().post(link(house), fields, csrf=False).status == 422
    assert house.rows(answer) == []


@pytest.mark.parametrize("address", ["handler@a.example", "HANDLER@A.example"])
def test_the_wrong_person_cannot_be_put_in_the_place_of_themselves(site: Site, house: House, address: str) -> None:
    house.take_in(EXCELLENCE)
    fields = {"kind": "wrong_person", "name": "某人", "address": address}
    assert site.stranger().post(link(house), fields, csrf=False).status == 303
    confirmed = site.as_ops().post("/answers", {"id": "1", "decision": "confirm"})
    if address == "handler@a.example":
        assert confirmed.status == 422
        assert [row.working for row in house.rows(contact)] == [True]


def test_a_link_of_a_letter_ends_once_its_matter_is_anothers(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    path = link(house)
    assert site.stranger().get(path).status == 200
    with house.engine.begin() as connection:
        connection.execute(contact.update().values(owner_id=99))
    assert site.stranger().get(path).status == 404
    assert site.stranger().post(path, {"kind": "acknowledged"}, csrf=False).status == 404


def test_who_reads_an_address_that_was_corrected_is_out(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    path, visit = link(house), site.as_contact("handler@a.example")
    site.stranger().post("/sign-in/link", {"address": "handler@a.example"}, csrf=False)
    house.clock.step(seconds=5)
    fields = {"name": "某人", "address": "right@a.example", "role": "handler", "language": "zh"}
    assert site.as_ops().post("/people/1/correct", fields).status == 303
    assert visit.get("/").to == "/sign-in"
    assert site.stranger().get(path).status == 404
    unused = [row.ends_at for row in house.rows(sign_in) if row.contact_id and row.used_at is None]
    assert unused == [house.clock.now]


def test_an_old_link_of_an_account_ends_with_a_new_password_and_with_the_account(site: Site) -> None:
    made = accounts.add(site.house.desk, "ops", VisitorRole.OPS, None, OPERATOR)
    other, third = (accounts.link(site.house.desk, "ops", OPERATOR) for _ in range(2))
    visit = site.stranger()
    assert visit.post(urlsplit(made).path, csrf=False).to == "/password"
    visit.post("/password", {"password": "correct horse battery", "again": "correct horse battery"})
    assert site.stranger().post(urlsplit(other).path, csrf=False).status == 422
    fresh = accounts.link(site.house.desk, "ops", OPERATOR)
    accounts.set_active(site.house.desk, "ops", OPERATOR, active=False)
    accounts.set_active(site.house.desk, "ops", OPERATOR, active=True)
    assert [site.stranger().post(urlsplit(each).path, csrf=False).status for each in (third, fresh)] == [422, 422]


def test_a_stranger_cannot_fill_a_mailbox_with_links(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    ask = partial(answered, site, "/sign-in/link", {"address": "handler@a.example"})
    for _ in range(10):
        assert ask() == 200
        house.clock.step(minutes=1)
    assert len(house.rows(sign_in)) == 3
    house.clock.step(minutes=30)
    ask()
    assert len(house.rows(sign_in)) == 4


def test_two_posts_of_a_link_at_once_sign_in_once(site: Site) -> None:
    path = urlsplit(accounts.add(site.house.desk, "race", VisitorRole.OPS, None, OPERATOR)).path
    assert sorted(at_once(lambda: site.stranger().post(path, csrf=False).status)) == [303, 422, 422, 422]


def test_who_was_erased_is_not_written_anew_by_a_correction_at_the_same_moment(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    ops: Visit = site.as_ops()
    token = ops.csrf()
    given = {"name": "某人", "address": "new@a.example", "role": "handler", "language": "zh", "csrf": token}
    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(ops.post, "/people/1/correct", given) for _ in range(4)]
        asked += [threads.submit(ops.post, "/people/1/erase", {"number": "1", "csrf": token}) for _ in range(2)]
        assert sorted(each.result().status for each in asked[4:]) == [303, 422]
    with house.engine.begin() as connection:
        change_contact(connection, 1, role=Role.HANDLER, name="某人", language=Language.ZH)
    [row] = house.rows(contact)
    assert (row.name, row.address, row.working) == ("", "", False)


def test_a_unit_sees_of_a_shared_enterprise_what_is_about_its_own_factory(site: Site, house: House) -> None:
    """One enterprise, a factory under each of two units: of its contact's letters each unit sees those of its own."""
    house.take_in(EXCELLENCE, EXCELLENCE | {"factory": "另一工厂", "recommending_unit": "浙江省"})
    house.scan()
    house.deliver()
    about = {row.subject_id: row.id for row in house.rows(delivery) if row.state == "sent"}
    whose = {row.id: row.certification_id for row in house.rows(obligation)}
    for unit, certification, other in (("江苏省", 1, 2), ("浙江省", 2, 1)):
        page = site.as_role(VisitorRole.OFFICER, unit).get("/contacts/1").html
        theirs = {id for matter, id in about.items() if whose[matter] == certification}
        anothers = {id for matter, id in about.items() if whose[matter] == other}
        assert all(f'/deliveries/{id}"' in page for id in theirs)
        assert not any(f'/deliveries/{id}"' in page for id in anothers)
