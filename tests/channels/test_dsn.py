"""What a returned message comes to, whoever wrote it."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels import dsn
from service.channels.dsn import Said, fault
from service.channels.mailbox import LONGEST
from service.domain.delivery import Verdict
from service.domain.undeliverable import Meaning
from tests.channels import returned_mail as mail
from tests.channels.returned_mail import DELIVERY, HOST, LETTER, OWN, RETURNS, recipient, report

FORGED = f"bounce+{DELIVERY}.{'a' * 16}@unit.example"
NOBODYS = "bounce@unit.example"


def read(content: bytes) -> Said:
    return dsn.read(content, RETURNS, HOST)


@pytest.mark.parametrize(
    ("content", "status", "found"),
    [
        pytest.param(mail.postfix(), "5.1.1", Verdict.ADDRESS, id="Postfix"),
        pytest.param(mail.exchange(), "5.1.10", Verdict.ADDRESS, id="Exchange"),
        pytest.param(mail.gmail(), "5.2.2", Verdict.MAILBOX_FULL, id="Gmail, quota"),
        pytest.param(mail.qmail(), "5.1.1", Verdict.ADDRESS, id="qmail, by its words"),
    ],
)
def test_a_failure_that_is_signed_is_permanent_for_its_delivery(content: bytes, status: str, found: Verdict) -> None:
    said = read(content)

    assert (said.meaning, said.delivery_id, said.signed, said.status) == (Meaning.PERMANENT, DELIVERY, True, status)
    assert fault(said.status, said.words) is found


@pytest.mark.parametrize("address", [OWN.upper(), f"prvs=0123abcdef={OWN}", OWN.replace("@", "=unit.example@")])
def test_an_address_that_relays_rewrote_is_still_signed(address: str) -> None:
    assert read(mail.postfix(address)).meaning is Meaning.PERMANENT


def test_a_signature_in_the_letter_that_came_back_is_as_good() -> None:
    letter = f"Return-Path: <{OWN}>\n{LETTER}"
    said = read(report(to=NOBODYS, status=recipient(), words="x", letter=letter))

    assert (said.meaning, said.delivery_id) == (Meaning.PERMANENT, DELIVERY)


def test_the_address_it_came_to_counts_before_those_it_speaks_of() -> None:
    letter = f"Return-Path: <{RETURNS.of(1)}>\n{LETTER}"

    assert read(report(status=recipient(), words="x", letter=letter)).delivery_id == DELIVERY


@pytest.mark.parametrize(
    "address", [FORGED, NOBODYS, OWN.replace(str(DELIVERY), "12")], ids=["forged", "none", "moved"]
)
def test_a_failure_without_a_signature_is_for_a_person_and_its_claim_is_only_shown(address: str) -> None:
    said = read(mail.postfix(address))

    assert (said.meaning, said.delivery_id, said.signed) == (Meaning.UNSIGNED, DELIVERY, False)


def test_a_claim_for_another_house_is_none() -> None:
    letter = LETTER.replace(HOST, "elsewhere.example")

    assert read(report(to=NOBODYS, status=recipient(), words="x", letter=letter)).delivery_id is None


def test_a_number_beyond_any_delivery_is_no_claim() -> None:
    letter = LETTER.replace(f"delivery-{DELIVERY}", "delivery-9999999999")

    assert read(report(to=NOBODYS, status=recipient(), words="x", letter=letter)).delivery_id is None


@pytest.mark.parametrize(
    ("fields", "meaning"),
    [
        (recipient("delayed", "4.4.1", "smtp; 450 4.4.1 connection timed out"), Meaning.DELAYED),
        (recipient("failed (bounced)"), Meaning.PERMANENT),
        (recipient("Failed", "4.4.1", "smtp; connection timed out"), Meaning.PERMANENT),
        (recipient("relayed", "2.1.5", "smtp; 250 OK"), Meaning.DELIVERED),
        (recipient("delivered", "2.1.5", "smtp; 250 OK"), Meaning.DELIVERED),
        (f"{recipient()}\n{recipient(to='other@a.example')}", Meaning.PERMANENT),
        (f"{recipient()}\n{recipient('delivered', '2.1.5')}", Meaning.UNREAD),
        (recipient("dancing"), Meaning.UNREAD),
    ],
)
def test_the_action_of_the_delivery_status_decides(fields: str, meaning: Meaning) -> None:
    assert read(report(status=fields, words="x")).meaning is meaning


def test_a_relay_that_gave_up_trying_says_nothing_against_the_address() -> None:
    said = read(report(status=recipient("failed", "4.4.1", "smtp; connection timed out"), words="x"))

    assert (said.status, fault(said.status, said.words)) == ("4.4.1", Verdict.LATER)


def test_a_report_inside_the_letter_that_came_back_is_not_this_ones() -> None:
    inner = mail.postfix().decode().replace("\r\n", "\n").replace("=_report", "=_inner")
    said = read(report(status=recipient("delayed", "4.4.1"), words="x", letter=inner))

    assert said.meaning is Meaning.DELAYED


@pytest.mark.parametrize("label", ["gb2312", "GBK", "gb18030", "no-such-charset", "us-ascii"])
def test_chinese_words_are_read_by_what_they_are_and_are_for_a_person(label: str) -> None:
    said = read(mail.chinese(label=label))

    assert (said.meaning, said.delivery_id, said.status) == (Meaning.UNREAD, DELIVERY, "5.1.1")
    assert said.words == "系统退信 很抱歉您发送的邮件被退回 原因：收件人不存在，喆煊邮箱账号有误"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("对方邮箱已满，无法接收", "5.2.2"),
        ("该域名不存在", "5.1.2"),
        ("邮箱已被停用", "5.2.1"),
        ("发信频率超过限制", "4.7.1"),
        ("疑似垃圾邮件", "5.7.1"),
        ("未知原因", ""),
    ],
)
def test_known_chinese_phrases_give_a_person_a_hint(words: str, status: str) -> None:
    said = read(mail.chinese(words=words))

    assert (said.meaning, said.status) == (Meaning.UNREAD, status)


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: yes",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "Auto-Submitted: auto-generated\nSubject: Automatic reply: a reminder",
    ],
)
def test_the_answer_of_a_persons_machine_is_no_failure(head: str) -> None:
    content = mail.auto_reply(head=head)
    if "Subject" in head:
        content = content.replace(b"Subject: Re: a reminder\r\n", b"")

    assert read(content).meaning is Meaning.AUTO_REPLY


def test_a_chinese_away_notice_is_known_by_its_subject() -> None:
    content = mail.auto_reply(head="X-Mailer: x").replace(b"Re: a reminder", b"=?gb2312?B?19S2r7vYuLQ6IHg=?=")

    assert read(content).meaning is Meaning.AUTO_REPLY


def test_a_mail_systems_failure_is_none_though_it_is_marked_as_an_automatic_reply() -> None:
    from_mailer = mail.auto_reply(NOBODYS).replace(b"From: handler@", b"From: MAILER-DAEMON@")
    broken_report = mail.postfix(NOBODYS).replace(b"Action: failed\r\n", b"")

    assert read(from_mailer).meaning is Meaning.UNREAD
    assert read(broken_report).meaning is Meaning.UNREAD


def test_words_of_no_known_form_are_not_judged_without_a_signature() -> None:
    assert read(mail.qmail(NOBODYS)).meaning is Meaning.UNREAD


def test_a_person_who_writes_is_for_a_person() -> None:
    said = read(f"From: a@a.example\r\nTo: {OWN}\r\nSubject: hello\r\n\r\nWho are you?\r\n".encode())

    assert (said.meaning, said.delivery_id, said.words) == (Meaning.UNREAD, DELIVERY, "hello Who are you?")


def test_words_cannot_command_a_terminal() -> None:
    said = read(f"To: {OWN}\r\nSubject: a\r\n\r\n\x1b[2J\x07\x9b31m\u202eexe\r\nend {'x' * 400}".encode())

    assert said.words.isprintable()
    assert len(said.words) == 300


def _bomb(line: bytes, head: bytes = b"X: y\r\n") -> bytes:
    return (f"From: a@a.example\r\nTo: {OWN}\r\n".encode() + head + line * (LONGEST // len(line)))[:LONGEST]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"".join(sha256(b"%d" % n).digest() for n in range(LONGEST // 32)), id="junk"),
        pytest.param(_bomb(b"X-Header: y\r\n"), id="headers"),
        pytest.param(_bomb(b" folded\r\n"), id="one header"),
        pytest.param(_bomb(b";", b"Content-Type: text/plain"), id="parameters"),
        pytest.param(_bomb(b"=?a?q?", b"Subject: "), id="encoded words"),
        pytest.param(_bomb(b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"), id="depth"),
        pytest.param(_bomb(b"\r\n--a", b"Content-Type: multipart/mixed; boundary=a\r\n"), id="breadth"),
        pytest.param(_bomb(b"\n", b"Content-Type: message/delivery-status\r\n\r\n"), id="blocks"),
        pytest.param(_bomb(b"<", b"Content-Type: text/html\r\n\r\n"), id="tags"),
        pytest.param(_bomb(b"+4711.aaaaaaaaaaaaaaaa "), id="signatures"),
    ],
)
def test_what_is_made_to_hurt_is_for_a_person(content: bytes) -> None:
    assert read(content).meaning is Meaning.UNREAD


_LINES = st.sampled_from(
    [
        *(
            line
            for each in (mail.postfix(), mail.exchange(), mail.qmail(), mail.chinese())
            for line in each.split(b"\r\n")
        ),
        b"Content-Type: message/rfc822",
        b"Content-Type: multipart/digest; boundary==_report",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: x-uuencode",
        b"Content-Type: text/plain; charset*0*=''%ff; charset=idna",
        b"Subject: =?punycode?b?/////?= =?utf-8?q?=ff?=",
        b"From:",
        b"",
    ]
)


@given(st.lists(_LINES | st.binary(max_size=80), max_size=80).map(b"\r\n".join) | st.binary(max_size=2000))
def test_any_bytes_come_to_something_that_can_be_kept(content: bytes) -> None:
    said = read(content)

    assert said.words.isprintable()
    assert len(said.words) <= 300
    assert len(said.status) <= 20
    assert said.delivery_id is None or 0 < said.delivery_id < 2**31
    assert said.signed or said.meaning is not Meaning.PERMANENT
