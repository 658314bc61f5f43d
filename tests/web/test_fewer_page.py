"""Stopping digests by the link in one: in a browser, and as a mail program does it for its user (RFC 8058)."""

from urllib.parse import urlsplit

import pytest

from service.domain.visitors import VisitorRole
from service.store.doors import audit
from service.store.tables import contact, delivery
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, House
from tests.site import Site

BACKUP = {"contact_name": "备用（演示）", "contact_email": "backup@a.example", "contact_role": "backup"}


@pytest.fixture
def link(site: Site, house: House) -> str:
    """The path of the link in a digest."""
    house.take_in(EXCELLENCE, EXCELLENCE | {"factory": "二厂"})
    [letter] = house.sent()
    header = str(letter.mail["List-Unsubscribe"])
    assert header.strip("<>") in letter.text
    return urlsplit(header.strip("<>")).path


def fewer(house: House) -> list[bool]:
    return [row.urgent_only for row in house.rows(contact)]


def test_opening_the_link_changes_nothing(site: Site, house: House, link: str) -> None:
    assert site.stranger().get(link).status == 200
    assert fewer(house) == [False]


def test_a_mail_program_stops_them_with_one_click_and_is_not_sent_elsewhere(
    site: Site, house: House, link: str
) -> None:
    answered = site.stranger().post(link, {"List-Unsubscribe": "One-Click"}, csrf=False)
    assert answered.status == 200
    assert fewer(house) == [True]
    assert [row.action for row in house.rows(audit) if row.subject_kind == "contact"] == ["fewer_letters"]


def test_a_form_that_says_neither_changes_nothing(site: Site, house: House, link: str) -> None:
    site.stranger().post(link, {"fewer": "yes"}, csrf=False)
    assert site.stranger().post(link, {"fewer": "perhaps"}, csrf=False).status == 422
    assert fewer(house) == [True]


def test_a_link_of_another_purpose_or_another_number_is_no_page(site: Site, house: House, link: str) -> None:
    desk = house.desk
    for wrong in (
        link[:-1],
        link.replace("/fewer/", "/fewer/1"),
        f"/fewer/{desk.links.token('answer', 1)}",
        f"/fewer/{desk.links.token('fewer', 999)}",
        link.replace("/fewer/", "/answer/"),
    ):
        assert site.stranger().get(wrong).status == 404
        assert site.stranger().post(wrong, {"fewer": "yes"}, csrf=False).status == 404
    assert fewer(house) == [False]


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_reader_stops_them_and_takes_them_again(
    site: Site, house: House, link: str, browser: Browser, size: tuple[int, int]
) -> None:
    browser.size(size)
    assert "停止汇总信" in browser.open(site, link)
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    assert "目前没有其他人可通知" in browser.press(".answer button")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    assert fewer(house) == [True]
    assert "已恢复汇总信" in browser.press(".answer button")
    assert fewer(house) == [False]


def test_with_a_colleague_the_page_says_who_is_told(site: Site, house: House, link: str) -> None:
    house.take_in(EXCELLENCE | BACKUP)
    site.stranger().post(link, {"fewer": "yes"}, csrf=False)
    assert "贵单位其他联系人" in site.stranger().get(link).text


def test_a_letter_of_two_units_matters_is_shown_to_neither_but_to_the_house(site: Site, house: House) -> None:
    """An enterprise under two units reads both matters in one letter; each unit may read its own alone."""
    house.take_in(EXCELLENCE, EXCELLENCE | {"factory": "乙方秘密工厂", "recommending_unit": "浙江省"})
    house.sent()
    officer = site.as_role(VisitorRole.OFFICER, "江苏省")
    mine = next(row.id for row in house.rows(delivery) if row.state == "sent" and row.subject_id == 1)
    page = officer.get(f"/deliveries/{mine}")
    assert page.status == 200
    assert "乙方秘密" not in page.html
    assert "不在您查看范围内的事项" in page.text
    assert officer.get(f"/deliveries/{mine}/letter.html").status == 404
    assert officer.get(f"/deliveries/{mine}/attachment/1").status == 404
    assert "乙方秘密工厂" in site.as_ops().get(f"/deliveries/{mine}/letter.html").html
