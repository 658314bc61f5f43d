"""Signing in and out, and what keeps others from doing it for somebody."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from service.domain.visitors import VisitorRole
from service.flows import accounts
from service.store.doors import audit
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import OPERATOR, Site, Visit

PASSWORD = "correct horse battery"


def account(site: Site, name: str = "ops") -> Visit:
    """An account with a password, and the session in which it was set."""
    visit = site.stranger()
    link = urlsplit(accounts.add(site.house.desk, name, VisitorRole.OPS, None, OPERATOR)).path
    assert visit.get(link).status == 200
    assert visit.post(link, csrf=False).to == "/password"
    assert visit.post("/password", {"password": PASSWORD, "again": PASSWORD}).to == "/?done=password"
    return visit


def signs_in(visit: Visit, name: str = "ops", password: str = PASSWORD) -> bool:
    return visit.post("/sign-in", {"name": name, "password": password}, csrf=False).status == 303


def test_a_first_link_leads_to_a_password_by_which_one_signs_in_later(site: Site) -> None:
    account(site)
    later = site.stranger()
    assert signs_in(later)
    assert later.get("/runs").status == 200


def test_a_link_is_good_once_and_for_its_time_only(site: Site) -> None:
    link = urlsplit(accounts.add(site.house.desk, "once", VisitorRole.OPS, None, OPERATOR)).path
    assert site.stranger().post(link, csrf=False).status == 303
    assert site.stranger().post(link, csrf=False).status == 422
    late = urlsplit(accounts.link(site.house.desk, "once", OPERATOR)).path
    site.house.clock.step(days=4)
    assert site.stranger().post(late, csrf=False).status == 422


def test_opening_a_link_as_a_mail_scanner_does_uses_nothing_up(site: Site) -> None:
    link = urlsplit(accounts.add(site.house.desk, "once", VisitorRole.OPS, None, OPERATOR)).path
    for _ in range(3):
        assert site.stranger().get(link).status == 200
    assert site.stranger().post(link, csrf=False).status == 303


def test_a_link_that_was_altered_signs_nobody_in(site: Site) -> None:
    link = urlsplit(accounts.add(site.house.desk, "once", VisitorRole.OPS, None, OPERATOR)).path
    accounts.add(site.house.desk, "another", VisitorRole.OPS, None, OPERATOR)
    assert site.stranger().post(link.replace("/1.", "/2."), csrf=False).status == 422


def test_wrong_passwords_and_unknown_names_are_told_alike_and_lock_the_account(site: Site) -> None:
    account(site)
    visit = site.stranger()
    unknown = visit.post("/sign-in", {"name": "nobody", "password": PASSWORD}, csrf=False)
    wrong = visit.post("/sign-in", {"name": "ops", "password": "wrong"}, csrf=False)
    assert (unknown.status, unknown.text) == (wrong.status, wrong.text) == (422, wrong.text)
    for _ in range(4):
        assert not signs_in(visit, password="wrong")
    assert not signs_in(visit), "five failures in a row lock it"
    site.house.clock.step(minutes=16)
    assert signs_in(visit)


def test_too_many_tries_from_one_address_are_refused_for_a_minute(site: Site) -> None:
    account(site)
    visit = site.stranger()
    answers = {visit.post("/sign-in", {"name": f"n{n}", "password": "x"}, csrf=False).text for n in range(21)}
    assert any("过于频繁" in answer for answer in answers)
    assert not signs_in(visit)
    site.house.clock.step(minutes=2)
    assert signs_in(visit)


def test_a_closed_account_is_out_at_once(site: Site) -> None:
    visit = account(site)
    accounts.set_active(site.house.desk, "ops", OPERATOR, active=False)
    assert visit.get("/runs").to == "/sign-in?next=/runs"
    assert not signs_in(site.stranger())


def test_a_session_ends_by_lying_idle_and_by_signing_out(site: Site) -> None:
    visit = account(site)
    site.house.clock.step(hours=11)
    assert visit.get("/runs").status == 200
    site.house.clock.step(hours=13)
    assert visit.get("/runs").status == 303
    again = site.stranger()
    assert signs_in(again)
    kept = dict(again.cookies)
    assert again.post("/sign-out").to == "/sign-in"
    assert Visit(site.address, kept).get("/runs").status == 303


def test_a_change_without_its_sessions_token_or_from_another_site_is_refused(site: Site) -> None:
    visit = account(site)
    assert visit.post("/sign-out", csrf=False).status == 403
    assert visit.post("/sign-out", {"csrf": "x" * 43}).status == 403
    assert visit.post("/sign-out", **{"origin": "https://evil.example"}).status == 403
    assert visit.post("/sign-out", **{"sec-fetch-site": "cross-site"}).status == 403
    assert visit.get("/runs").status == 200


def test_one_is_not_sent_on_to_another_site(site: Site) -> None:
    account(site)
    for wanted in ("https://evil.example", "//evil.example", "/\\evil.example"):
        answer = site.stranger().post("/sign-in", {"name": "ops", "password": PASSWORD, "next": wanted}, csrf=False)
        assert answer.to == "/"


def test_a_contact_gets_a_link_by_mail_and_a_stranger_learns_nothing(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    known = site.stranger().post("/sign-in/link", {"address": "Handler@a.example"}, csrf=False)
    unknown = site.stranger().post("/sign-in/link", {"address": "nobody@a.example"}, csrf=False)
    assert (known.status, known.text) == (unknown.status, unknown.text)
    house.deliver()
    [letter] = house.letters()
    assert letter.to == "handler@a.example"
    link = next(word for word in letter.text.split() if "/sign-in/" in word)
    visit = site.stranger()
    assert visit.post(urlsplit(link).path, csrf=False).to == "/"
    assert visit.get("/").status == 200
    assert visit.get("/runs").status == 403, "a contact sees no job log"


def test_an_ended_link_is_not_mailed(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    site.stranger().post("/sign-in/link", {"address": "handler@a.example"}, csrf=False)
    house.clock.step(minutes=31)
    house.deliver()
    assert house.letters() == []


def test_who_signed_in_is_in_the_audit_by_number_only(site: Site) -> None:
    account(site)
    rows = [(row.action, row.actor_kind, row.actor_id) for row in site.house.rows(audit)]
    assert rows == [
        ("account_added", "command", 0),
        ("signed_in", "account", 1),
        ("password_set", "account", 1),
        ("signed_in", "account", 1),
    ]


@pytest.mark.parametrize("path", ["/", "/runs", "/sign-in", "/nothing", "/static/duban.css"])
def test_every_answer_is_guarded_by_strict_headers(site: Site, path: str) -> None:
    answer = account(site).get(path)
    if not path.startswith("/static"):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_signing_in_by_hand_in_a_browser(site: Site, browser: Browser, size: tuple[int, int]) -> None:
    account(site)
    browser.size(size)
    browser.open(site, "/runs")
    assert browser.inaccessible() == []
    browser.fill("input[name=name]", "ops")
    browser.fill("input[name=password]", "wrong")
    browser.press("form[action='/sign-in'] button")
    assert "用户名或口令不对" in browser.text
    browser.complaints()  # Chromium notes an answer of 422 as an error of loading
    browser.fill("input[name=name]", "ops")
    browser.fill("input[name=password]", PASSWORD)
    browser.press("form[action='/sign-in'] button")
    assert "任务记录" in browser.text
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])


def test_the_locked_time_is_counted_from_the_last_failure(site: Site) -> None:
    account(site)
    visit = site.stranger()
    for _ in range(5):
        signs_in(visit, password="wrong")
    site.house.clock.now += timedelta(minutes=14)
    assert not signs_in(visit)
