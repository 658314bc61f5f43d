"""The first page: to each what is theirs, and every figure leads to where it comes from."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from service.domain.delivery import Refused, Sent, Verdict
from service.domain.visitors import VisitorRole
from service.store.tables import contact
from service.web.charts import HEIGHT, WIDTH, Column, chart
from tests.browser import NARROW, WIDE, Browser
from tests.house import EXCELLENCE, TODAY, House
from tests.site import Site, opened_site

OTHER = EXCELLENCE | {
    "enterprise": "乙方演示有限公司",
    "factory": "乙方工厂",
    "recommending_unit": "浙江省",
    "contact_email": "handler@b.example",
}


@pytest.fixture
def busy(site: Site, house: House) -> Site:
    """Two factories whose safe day comes in 90 days; of their letters one was accepted and one refused."""
    house.take_in(EXCELLENCE, OTHER)
    refused = Refused("550 5.1.1 no such user", 550, Verdict.ADDRESS)
    house.wire.answer = lambda parcel: refused if parcel.recipient == "handler@a.example" else Sent("250")
    house.scan()
    house.deliver()
    return site


def test_operations_see_health_what_went_out_what_comes_and_what_waits(busy: Site, house: House) -> None:
    with house.engine.begin() as connection:
        connection.execute(update(contact).where(contact.c.address == "handler@b.example").values(working=False))
    page = busy.as_ops().get("/")
    assert "2028-06-09：已接受 1，未送达 1" in page.html
    assert f'href="/deliveries?day={TODAY}"' in page.html
    assert "起一周：2 项" in page.html
    for words in ("没有调度进程", "没有待发信件", "无人收到的信 ! 1", "停用的地址 ! 1", "隔离待批 ✓ 0"):
        assert words in page.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/certifications?due=next-month", "下月须申报"),
        ("/deliveries?state=failed&amp;day=yesterday", "昨日未送达"),
        ("/findings?code=no_address", "无人可通知"),
        ("/deliveries?state=unreached", "无人收到"),
        ("/deliveries/returned", "待处理退信"),
    ],
)
def test_what_a_first_time_user_looks_for_is_one_click_away(busy: Site, path: str, words: str) -> None:
    page = busy.as_role(VisitorRole.VIEWER).get("/")
    assert f'href="{path}"' in page.html
    assert words in page.text


def test_each_week_that_comes_leads_to_its_certifications(busy: Site) -> None:
    first = TODAY + timedelta(weeks=12)
    assert f'href="/certifications?from={first}&amp;to={first + timedelta(days=6)}"' in busy.as_ops().get("/").html


def test_how_many_must_file_next_month_counts_factories_of_that_month(house: House) -> None:
    house.take_in(EXCELLENCE, OTHER)
    for today, count in ((date(2028, 8, 31), "2"), (date(2028, 6, 9), "0"), (date(2028, 9, 1), "0")):
        with opened_site(house, today) as site:
            assert f"下月须申报的工厂 {count}" in site.as_ops().get("/").text


def test_an_officer_and_a_contact_see_their_own_matters_and_letters_alone(busy: Site) -> None:
    for visit, heading in (
        (busy.as_role(VisitorRole.OFFICER, "江苏省"), "接下来要办的事"),
        (busy.as_contact("handler@a.example"), "未办结事项"),
    ):
        page = visit.get("/").text
        assert heading in page
        assert "演示智能工厂" in page
        assert "2028-09-07" in page
        assert "被拒" in page
        assert "乙方" not in page
        assert "调度" not in page
        assert visit.get("/today/health").status == 403


def test_health_can_be_renewed_by_itself(busy: Site) -> None:
    part = busy.as_ops().get("/today/health")
    assert part.html.lstrip().startswith("<section")
    assert 'hx-trigger="every 60s"' in part.html


def test_an_empty_house_says_what_to_do_next(site: Site) -> None:
    page = site.as_ops().get("/").text
    assert "导入认定名单" in page
    assert "还没有运行过" in page


def test_bars_fill_the_height_and_what_is_not_zero_can_be_seen() -> None:
    drawn = chart([Column("a", "", 1), Column("b", "", 99_000, 1_000), Column("c", "", 0)]).drawn
    assert [len(each.bars) for each in drawn] == [1, 2, 0]
    assert all(bar.height >= 2 and 0 < bar.y < HEIGHT for each in drawn for bar in each.bars)
    assert all(each.x >= 0 and each.x + each.width <= WIDTH for each in drawn)
    assert [each.number for each in drawn] == ["1", "100k", ""]
    assert chart([Column("a", "", 0)]).is_empty
    assert chart([]).is_empty


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_today_in_a_browser(busy: Site, browser: Browser, size: tuple[int, int]) -> None:
    browser.size(size)
    browser.enter(busy, busy.as_ops())
    browser.open(busy, "/")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.press("a[href='/deliveries?state=unreached']")
    assert "无人收到" in browser.text


@pytest.mark.parametrize("role", ["officer", "contact"])
def test_todays_own_page_in_a_browser(busy: Site, browser: Browser, role: str) -> None:
    browser.size(NARROW)
    officer = role == "officer"
    browser.enter(
        busy, busy.as_role(VisitorRole.OFFICER, "江苏省") if officer else busy.as_contact("handler@a.example")
    )
    browser.open(busy, "/")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
