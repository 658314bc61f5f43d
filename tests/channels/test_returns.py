"""Where mail returns to, as the setting writes it."""

from pathlib import Path

import pytest

from service.channels.imap_mailbox import ImapMailbox
from service.channels.maildir_mailbox import MaildirMailbox
from service.channels.returns import open_returns
from service.domain.errors import RequestRefused

ADDRESS = "address=bounce@unit.example"


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "username", "password", "folder"),
    [
        (f"imaps://u:p@mail.example/Returned?{ADDRESS}", "mail.example", 993, "implicit", "u", "p", "Returned"),
        (f"imaps://u:p@mail.example?{ADDRESS}", "mail.example", 993, "implicit", "u", "p", "INBOX"),
        (f"IMAPS://u:p@mail.example:9993/?{ADDRESS}", "mail.example", 9993, "implicit", "u", "p", "INBOX"),
        (
            f"imap://u:p@mail.example/A%20B/C?starttls=required&{ADDRESS}",
            "mail.example",
            143,
            "starttls",
            "u",
            "p",
            "A B/C",
        ),
        (f"imap://u:p@127.0.0.1:1143/INBOX?{ADDRESS}", "127.0.0.1", 1143, "never", "u", "p", "INBOX"),
        (f"imap://u:p@[::1]/INBOX?{ADDRESS}", "::1", 143, "never", "u", "p", "INBOX"),
        (
            f"imaps://a%40b.example:p%40%2F%3F%23@mail.example?{ADDRESS}",
            "mail.example",
            993,
            "implicit",
            "a@b.example",
            "p@/?#",
            "INBOX",
        ),
    ],
)
def test_an_imap_mailbox_is_read_as_written(
    url: str, host: str, port: int, tls: str, username: str, password: str, folder: str
) -> None:
    returns = open_returns(url)

    assert returns.address == "bounce@unit.example"
    assert returns.mailbox == ImapMailbox(host, port, tls, username, password, folder)


def test_a_maildir_is_read_as_written(tmp_path: Path) -> None:
    (tmp_path / "a?b/new").mkdir(parents=True)
    (tmp_path / "a?b/cur").mkdir()
    returns = open_returns(f"maildir:{tmp_path}/a?b?address=bounce%2Bx@unit.example")

    assert returns.address == "bounce+x@unit.example"
    assert isinstance(returns.mailbox, MaildirMailbox)
    with returns.mailbox.opened() as reader:
        assert list(reader.waiting(1)) == []


@pytest.mark.parametrize("address", ["bounce+x@unit.example", "bounce%2bx@unit.example", "bounce%2Bx%40unit.example"])
def test_a_plus_in_the_address_needs_no_escape(address: str) -> None:
    assert open_returns(f"maildir:var/returned?address={address}").address == "bounce+x@unit.example"


def test_a_chinese_domain_becomes_its_ascii_form() -> None:
    assert open_returns("maildir:x?address=bounce@示例.中国").address == "bounce@xn--fsq092h.xn--fiqs8s"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "bounce@unit.example",
        f"pop3://u:hidden@mail.example?{ADDRESS}",
        "imaps://u:hidden@mail.example/INBOX",
        "imaps://u:hidden@mail.example/INBOX?address=",
        "imaps://u:hidden@mail.example/INBOX?address=nobody",
        "imaps://u:hidden@mail.example/INBOX?address=a@b.example,c@d.example",
        "imaps://u:hidden@mail.example/INBOX?address=退信@unit.example",
        f"imaps://u:hidden@mail.example/INBOX?address={'x' * 37}@unit.example",
        f"imaps://u:hidden@mail.example/INBOX?{ADDRESS}&{ADDRESS}",
        f"imaps://u:hidden@mail.example/INBOX?{ADDRESS}&tls=no",
        f"imaps://u:hidden@mail.example/INBOX?{ADDRESS}&starttls=required",
        f"imap://u:hidden@mail.example/INBOX?{ADDRESS}",
        f"imap://u:hidden@mail.example/INBOX?{ADDRESS}&starttls=never",
        f"imap://u:hidden@127.0.0.1/INBOX?{ADDRESS}&starttls=optional",
        f"imaps://mail.example/INBOX?{ADDRESS}",
        f"imaps://u@mail.example/INBOX?{ADDRESS}",
        f"imaps://u:密码hidden@mail.example/INBOX?{ADDRESS}",
        f"imaps://u:hid/den@mail.example/INBOX?{ADDRESS}",
        f"imaps://u:hidden@mail.example:0/INBOX?{ADDRESS}",
        f"imaps://u:hidden@mail.example:x/INBOX?{ADDRESS}",
        f"imaps://u:hidden@/INBOX?{ADDRESS}",
        f"imaps://u:hidden@mail.example/IN%22BOX?{ADDRESS}",
        f"imaps://u:hidden@mail.example/IN%0D%0ABOX?{ADDRESS}",
        f"imaps://u:hidden@mail.example/收件?{ADDRESS}",
        f"imaps://u:hidden@mail.example /INBOX?{ADDRESS}",
        f"imaps://u:hid%0Aden@mail.example/INBOX?{ADDRESS}",
        f"maildir:?{ADDRESS}",
        f"maildir:x\0y?{ADDRESS}",
        f"maildir:x?{ADDRESS}&starttls=required",
        "maildir:x",
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_sentence_that_repeats_none_of_it(url: str) -> None:
    with pytest.raises(RequestRefused, match="DUBAN_BOUNCE_URL") as refused:
        open_returns(url)

    assert "\n" not in str(refused.value)
    assert "hid" not in str(refused.value)


def test_a_password_is_in_no_representation() -> None:
    assert "hidden" not in repr(open_returns(f"imaps://u:hidden@mail.example?{ADDRESS}"))
