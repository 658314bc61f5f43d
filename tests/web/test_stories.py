"""Whole stories: a relay between, letters read as they arrive, their links opened in a real browser."""

import email
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from service.channels.email import Email
from service.channels.maildir_mailbox import MaildirMailbox
from service.channels.relay import Relay
from service.domain.visitors import VisitorRole
from service.flows import deliver, returned
from service.flows.post import Post
from service.letters.return_address import ReturnAddress
from service.store.tables import obligation
from tests.browser import Browser
from tests.house import DIRECTOR, EXCELLENCE, House
from tests.postfix import program, running
from tests.requirements import require
from tests.site import Site, opened_site
from tests.smtp import Script, SmtpServer

SAFE = date(2028, 9, 7)
BACKUP = {"contact_name": "备用（演示）", "contact_email": "backup@a.example", "contact_role": "backup"}
UNIT = {"owner_kind": "unit", "owner": "江苏省", "name": "联络员（演示）", "email": "unit@u.example"}
RETURNS = ReturnAddress("bounce@unit.example", "a key of the tests")
DAY = timedelta(days=1)


@dataclass
class World:
    """A house whose letters go over a wire to a mail server, where people read them; days pass one by one."""

    house: House
    post: Post
    beyond: SmtpServer
    returns: Path | None = None
    read: int = field(default=0)

    def pass_day(self, day: date) -> dict[str, list[EmailMessage]]:
        """The morning of a day as the timetable rings it; the letters that arrived, by their readers."""
        self.house.clock.now = datetime.combine(day, datetime.min.time(), UTC) + timedelta(minutes=30)
        self.house.escalate(day)
        self.house.scan(day)
        return self.deliver(day)

    def deliver(self, day: date) -> dict[str, list[EmailMessage]]:
        """What waits goes out, over the relay where there is one; what arrived since it was last asked."""
        sent = deliver.deliver_waiting(self.house.desk, self.post, day)["sent"]
        if self.returns is None:
            assert len(self.beyond.received) == self.read + sent
        arrived: dict[str, list[EmailMessage]] = {}
        for each in self.beyond.received[self.read :]:
            letter = email.message_from_bytes(each.content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            arrived.setdefault(each.recipient, []).append(letter)
        self.read = len(self.beyond.received)
        return arrived


@contextmanager
def wired(house: House, port: int, beyond: SmtpServer, returns: Path | None = None) -> Iterator[World]:
    channel = Email(Relay.parse(f"smtp://127.0.0.1:{port}?starttls=never"))
    house.meet(UNIT)
    house.escalate(date(2028, 6, 1))  # the bell has been heard before
    try:
        yield World(house, Post((channel,)), beyond, returns)
    finally:
        channel.close()


@pytest.fixture
def world(house: House) -> Iterator[World]:
    with SmtpServer() as beyond, wired(house, beyond.port, beyond) as made:
        yield made


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def links_in(letter: EmailMessage, page: str) -> list[str]:
    """The paths of the links to a page of ours."""
    return [urlsplit(found).path for found in re.findall(rf"https://\S+/{page}/\S+", text_of(letter))]


def events_in(letter: EmailMessage) -> list[tuple[str, str, int]]:
    """METHOD, UID and SEQUENCE of each invitation in its files."""
    found = []
    for part in letter.walk():
        if part.get_content_type() == "application/ics":
            whole = Calendar.from_ical(part.get_payload(decode=True))
            [event] = whole.walk("VEVENT")
            found.append((str(whole["METHOD"]), str(event["UID"]), int(str(event["SEQUENCE"]))))
    return found


def lists_in(arrived: dict[str, list[EmailMessage]]) -> list[str]:
    return [text_of(letter) for letter in arrived.get("unit@u.example", []) if "督办清单" in str(letter["Subject"])]


def answer_filed(site: Site, browser: Browser, link: str, on: date) -> None:
    """As a reader does who opens the link in a letter: the day, the receipt, the button."""
    browser.open(site, link)
    browser.driver.execute_script(f"document.querySelector('input[name=on]').value = '{on}'")
    browser.fill("input[name=receipt]", "回执-7")
    assert "由推荐单位确认后" in browser.press("input[value=filed] ~ button")


def test_who_is_silent_climbs_is_on_the_list_answers_and_is_gone_from_it(world: World, browser: Browser) -> None:
    world.house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)
    first = world.pass_day(SAFE - 90 * DAY)
    assert list(first) == ["handler@a.example"]
    [(_, uid, _)] = events_in(first["handler@a.example"][0])

    lists: list[str] = []
    arrived: dict[str, list[EmailMessage]] = {}
    for ahead in range(60, 13, -1):
        day = SAFE - ahead * DAY
        today = world.pass_day(day)
        lists += lists_in(today)
        arrived |= {reader: letters for reader, letters in today.items() if reader != "unit@u.example"}
    assert set(arrived) == {"handler@a.example", "director@a.example"}, "the ladder has come to the director"
    assert "甲方演示有限公司" in lists[-1]
    assert "多次提醒未答复" in lists[-1]

    answered_on = SAFE - 13 * DAY
    [link] = links_in(arrived["handler@a.example"][-1], "answer")
    with opened_site(world.house, answered_on) as site:
        answer_filed(site, browser, link, answered_on - DAY)
        browser.enter(site, site.as_role(VisitorRole.OFFICER, "江苏省"))
        assert "回执-7" in browser.open(site, "/answers")
        browser.click("tbody input[type=checkbox]")
        assert "已确认" in browser.press("button[value=confirm]")
    assert [row.closed for row in world.house.rows(obligation) if row.kind == "review_application"] == ["filed"]

    gone = world.deliver(answered_on)
    assert [(method, who) for method, who, _ in events_in(gone["handler@a.example"][0])] == [("CANCEL", uid)]
    assert [method for method, _, _ in events_in(gone["director@a.example"][0])] == ["CANCEL"]
    later = [lists_in(world.pass_day(answered_on + number * DAY)) for number in range(1, 12)]
    assert [told for told in later if any("发起复核申请" in each for each in told)] == []


def test_a_claim_stands_on_the_list_until_the_unit_has_confirmed_it(world: World, browser: Browser) -> None:
    world.house.take_in(EXCELLENCE)
    [letter] = world.pass_day(SAFE - 30 * DAY)["handler@a.example"]
    monday = date(2028, 8, 14)
    with opened_site(world.house, monday) as site:
        answer_filed(site, browser, links_in(letter, "answer")[0], monday - DAY)
    [told] = lists_in(world.pass_day(monday))
    assert "称已办理待确认" in told


def test_a_group_with_forty_factories_gets_one_letter_and_answers_for_one_of_them(
    world: World, browser: Browser
) -> None:
    world.house.take_in(*(EXCELLENCE | {"factory": f"第{number}智能工厂"} for number in range(1, 41)))
    arrived = world.pass_day(SAFE - 90 * DAY)
    [letter] = arrived["handler@a.example"]
    assert len(events_in(letter)) == len({uid for _, uid, _ in events_in(letter)}) == 40
    links = links_in(letter, "answer")
    assert len(set(links)) == 40
    with opened_site(world.house, SAFE - 90 * DAY) as site:
        shown = browser.open(site, links[6])
        assert "第7智能工厂" in shown
        assert "第8智能工厂" not in shown
        answer_filed(site, browser, links[6], SAFE - 91 * DAY)
        [stop] = links_in(letter, "fewer")
        assert "停止汇总信" in browser.open(site, stop)


def test_a_letter_that_comes_back_goes_to_the_backup_and_when_that_fails_too_to_the_list(
    house: House, browser: Browser, tmp_path: Path
) -> None:
    postfix = program()
    require("postfix", postfix is not None, "Postfix, and to be root, are needed (on Debian: apt install postfix)")
    assert postfix is not None
    unknown = {f"{who}@a.example": "550 5.1.1 User unknown" for who in ("handler", "backup")}
    with SmtpServer(Script(at_recipient=unknown)) as beyond, running(postfix, beyond.port) as relay:
        house.desk = replace(house.desk, returns=RETURNS)
        with wired(house, relay.port, beyond, relay.returned) as world:
            house.take_in(EXCELLENCE, EXCELLENCE | BACKUP)
            day = SAFE - 30 * DAY
            world.pass_day(day)
            _come_back(world, 1, day)
            world.deliver(day)  # to the backup, and to the unit that an address fails
            _come_back(world, 2, day)
            monday = date(2028, 8, 14)
            world.pass_day(monday)
            until(lambda: any("退信或无联系人" in told for told in lists_in({"unit@u.example": read(beyond)})))
            with opened_site(house, monday) as site:
                browser.enter(site, site.as_role(VisitorRole.OFFICER, "江苏省"))
                assert "甲方演示有限公司" in browser.open(site, "/deliveries?state=unreached")


def read(server: SmtpServer) -> list[EmailMessage]:
    letters = [email.message_from_bytes(each.content, policy=policy.default) for each in server.received]
    return [letter for letter in letters if isinstance(letter, EmailMessage)]


def _come_back(world: World, messages: int, day: date) -> None:
    """Wait until the relay has returned so many letters in all, and take them in."""
    folder = world.returns
    assert folder is not None
    until(lambda: sum(1 for part in ("new", "cur") for _ in (folder / part).iterdir()) >= messages)
    world.house.clock.step(minutes=5)
    returned.take_in(world.house.desk, RETURNS, MaildirMailbox(folder), day)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)
