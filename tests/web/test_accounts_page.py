"""Accounts made, closed and opened by ops in the console."""

from html import unescape
from urllib.parse import urlsplit

import pytest

from service.domain.errors import RequestRefused
from service.domain.visitors import Actor, ActorKind, VisitorRole
from service.flows import accounts as flow
from service.store.doors import account, audit
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import OPERATOR, Answer, Site


def shown_link(answer: Answer) -> str:
    return urlsplit(unescape(answer.html.partition('readonly value="')[2].partition('"')[0])).path


def test_a_new_account_is_handed_over_as_a_link_that_is_shown_once(site: Site, house: House) -> None:
    visit = site.as_ops()
    answer = visit.post("/accounts/add", {"name": "张三（演示）", "role": "viewer"})
    assert answer.status == 200
    link = shown_link(answer)
    assert link.startswith("/sign-in/")
    assert "/sign-in/" not in visit.get("/accounts").html
    newcomer = site.stranger()
    assert newcomer.post(link, csrf=False).to == "/password"
    assert [(row.name, row.role) for row in house.rows(account)][1:] == [("张三（演示）", "viewer")]
    assert [row.action for row in house.rows(audit) if row.subject_id == 2] == ["account_added"]


def test_an_officer_is_of_a_unit_and_others_of_none(site: Site, house: House) -> None:
    house.take_in(EXCELLENCE)
    visit = site.as_ops()
    assert visit.post("/accounts/add", {"name": "o", "role": "officer"}).status == 422
    assert visit.post("/accounts/add", {"name": "o", "role": "viewer", "unit": "1"}).status == 422
    assert visit.post("/accounts/add", {"name": "o", "role": "officer", "unit": "1"}).status == 200
    assert visit.post("/accounts/add", {"name": "o", "role": "officer", "unit": "99"}).status == 422


@pytest.mark.parametrize("fields", [{"name": ""}, {"name": "x", "role": "contact"}, {"name": "x", "role": "root"}])
def test_what_cannot_be_an_account_is_refused_and_what_was_typed_is_kept(site: Site, fields: dict[str, str]) -> None:
    answer = site.as_ops().post("/accounts/add", {"role": "ops"} | fields)
    assert answer.status == 422
    assert f'value="{fields["name"]}"' in answer.html


def test_an_account_is_closed_and_opened_again(site: Site, house: House) -> None:
    visit = site.as_ops()
    other = site.as_role(VisitorRole.VIEWER)
    assert visit.post("/accounts/2/close").to == "/accounts?done=closed"
    assert other.get("/runs").status == 303
    assert visit.post("/accounts/2/link").status == 422
    assert visit.post("/accounts/2/open").status == 303
    back = site.stranger()
    assert back.post(shown_link(visit.post("/accounts/2/link")), csrf=False).status == 303
    assert visit.post("/accounts/99/close").status == 404


def test_nobody_closes_their_own_account(site: Site, house: House) -> None:
    visit = site.as_ops()
    site.as_ops()
    answer = visit.post("/accounts/1/close")
    assert (answer.status, "自己的账户" in answer.text) == (422, True)
    assert visit.get("/accounts").status == 200


def test_the_last_open_account_of_ops_is_not_closed_from_the_console(site: Site, house: House) -> None:
    site.as_ops()
    gone = Actor(ActorKind.ACCOUNT, 77)  # one who was closed at the same moment
    with pytest.raises(RequestRefused):
        flow.set_active(house.desk, "ops-1", gone, active=False)
    flow.set_active(house.desk, "ops-1", OPERATOR, active=False)


def test_only_ops_see_accounts(site: Site) -> None:
    visit = site.as_role(VisitorRole.VIEWER)
    assert visit.get("/accounts").status == 403
    assert visit.post("/accounts/add", {"name": "x", "role": "ops"}).status == 403


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_accounts_in_a_browser(site: Site, browser: Browser, size: tuple[int, int]) -> None:
    browser.size(size)
    browser.enter(site, site.as_ops())
    browser.open(site, "/accounts")
    browser.fill("input[name=name]", "new")
    assert "不再显示" in browser.press("form[action='/accounts/add'] button")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.driver.execute_script("window.confirm = () => true")
    assert "已停用" in browser.press("button.risky")
