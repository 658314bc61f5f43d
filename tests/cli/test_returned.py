"""``duban returned`` and ``contacts restore``: what waits for a person, and how a person settles it."""

from pathlib import Path

import pytest

from service import settings, wiring
from service.letters.return_address import ReturnAddress
from service.settings import DEMO_KEY
from service.store import migrations
from service.store.database import open_engine
from tests.channels import returned_mail as mail
from tests.command import Duban
from tests.house import EXCELLENCE, House

DAY = ("--as-of", "2028-06-09")
RETURNS = ReturnAddress("bounce@unit.example", DEMO_KEY)


@pytest.fixture
def lived(duban: Duban, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Duban:
    """The command on a database where delivery 2 is sent, with an empty mailbox for returned mail."""
    for part in ("tmp", "new", "cur"):
        (tmp_path / "var/returned" / part).mkdir(parents=True)
    engine = open_engine(f"sqlite:///{tmp_path}/var/duban.db")
    house = House(engine, tmp_path)
    migrations.upgrade(engine, house.clock())
    house.take_in(EXCELLENCE)
    engine.dispose()
    monkeypatch.setenv("DUBAN_BOUNCE_URL", "maildir:var/returned?address=bounce@unit.example")
    duban("scan", *DAY)
    assert duban("deliver", *DAY, "--json").json["sent"] == 1
    return duban


def put(folder: Path, name: str, content: bytes) -> None:
    (folder / "var/returned/new" / name).write_bytes(content)


def test_letters_return_to_the_address_in_the_setting_and_what_returns_is_read(lived: Duban, tmp_path: Path) -> None:
    put(tmp_path, "1001", mail.postfix(RETURNS.of(2)))

    assert lived("returned", "read", "--json").json == {"permanent": 1}
    assert [row["state"] for row in lived("deliveries", "--state", "bounced", "--json").json] == ["bounced"]
    assert lived("returned", "--json").json == []
    assert lived("runs", "--job", "returned", "--json").json[0]["counts"] == {"permanent": 1}


def test_the_bell_reads_the_mailbox_where_one_is_set(
    lived: Duban, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "1001", mail.postfix(RETURNS.of(2)))
    with wiring.opened(settings.load()) as house:
        wiring.Work(house).returned()
    monkeypatch.delenv("DUBAN_BOUNCE_URL")
    with wiring.opened(settings.load()) as house:
        wiring.Work(house).returned()

    assert [row["id"] for row in lived("deliveries", "--state", "bounced", "--json").json] == [2]
    assert len(lived("runs", "--job", "returned", "--json").json) == 1


def test_what_waits_is_listed_with_its_words_and_settled_by_its_number(lived: Duban, tmp_path: Path) -> None:
    put(tmp_path, "1001", mail.chinese(RETURNS.of(2)))
    put(tmp_path, "1002", b"Subject: \x1b[2Jspam\r\n\r\nx\r\n")
    lived("returned", "read")
    first, second = lived("returned", "--json").json

    assert first | {"received_at": "", "source": ""} == {
        **{"id": 1, "received_at": "", "verdict": "unread", "status": "5.1.1", "delivery": 2, "certification": 1},
        **{"enterprise": "甲方演示有限公司", "source": ""},
        "words": "系统退信 很抱歉您发送的邮件被退回 原因：收件人不存在，喆煊邮箱账号有误",
    }
    assert (second["words"], second["delivery"], second["certification"]) == ("[2Jspam x", None, None)
    assert "收件人不存在" in lived("returned").out
    assert lived("returned", "settle", 1, "--permanent", "--json").json == {"ids": [1]}
    assert lived("returned", "settle", 2, "--json").json == {"ids": [2]}
    assert lived("returned", "--json").json == []
    assert [row["id"] for row in lived("deliveries", "--state", "bounced", "--json").json] == [2]


@pytest.mark.parametrize(
    "words",
    [
        ("settle", 1, "--permanent"),
        ("settle", 1, "--permanent", "--delivery", 1),
        ("settle", 1, "--delivery", 99),
        ("settle", 1, 99),
        ("settle", 0),
        ("settle", 2**31),
        ("settle",),
    ],
)
def test_what_cannot_be_settled_is_refused_in_one_sentence(
    lived: Duban, tmp_path: Path, words: tuple[object, ...]
) -> None:
    put(tmp_path, "1001", b"Subject: x\r\n\r\nx\r\n")
    lived("returned", "read")

    assert lived("returned", *words, "--json").refused
    assert len(lived("returned", "--json").json) == 1


def test_an_address_that_works_cannot_be_restored(lived: Duban) -> None:
    assert lived("contacts", "restore", 1).refused
    assert lived("contacts", "restore", 99).refused


def test_without_a_mailbox_nothing_can_be_read(lived: Duban, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUBAN_BOUNCE_URL")

    assert lived("returned", "read").refused
    assert lived("returned", "--json").json == []


def test_a_mailbox_that_is_not_there_is_a_fault_in_one_sentence(lived: Duban, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_BOUNCE_URL", "maildir:var/nowhere?address=bounce@unit.example")
    ended = lived("returned", "read")

    assert ended.code == 1
    assert len(ended.err.strip().splitlines()) == 1
    assert "DUBAN_BOUNCE_URL" in ended.err


def test_a_setting_that_cannot_be_meant_is_refused_and_a_password_never_shown(
    duban: Duban, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_SECRET_KEY", "a long random key of the tests")
    monkeypatch.setenv("DUBAN_BOUNCE_URL", "imaps://u:hidden@mail.example")
    ended = duban("doctor")
    assert ended.refused
    assert "hidden" not in ended.err
    monkeypatch.setenv("DUBAN_BOUNCE_URL", "imap://u:hid@den@127.0.0.1:9/INBOX?address=bounce@unit.example")
    shown = duban("doctor", "--json")

    assert "hid" not in shown.out
    [setting] = [each for each in shown.json["settings"] if each["name"] == "DUBAN_BOUNCE_URL"]
    assert setting["value"] == "imap://***@127.0.0.1:9/INBOX?address=bounce@unit.example"


def test_the_demo_key_signs_nothing_that_comes_back_over_the_network(
    duban: Duban, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_BOUNCE_URL", "imap://u:hidden@127.0.0.1:9/INBOX?address=bounce@unit.example")

    assert "DUBAN_SECRET_KEY" in duban("deliver").err
