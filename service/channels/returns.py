"""Where mail returns to, as DUBAN_BOUNCE_URL names it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Never
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from email_validator import EmailNotValidError, validate_email

from service.channels.imap_mailbox import ImapMailbox
from service.channels.mailbox import Mailbox
from service.channels.maildir_mailbox import MaildirMailbox
from service.channels.relay import is_loopback
from service.domain.errors import RequestRefused
from service.letters.return_address import LONGEST_LOCAL_PART

_PLAIN = re.compile(r"[\x20-\x7e]*")
_FOLDER = re.compile(r"[^\x00-\x1f\"\\\x7f-\U0010ffff]+")


@dataclass(frozen=True)
class Returns:
    """The mailbox, and its address, beneath which each letter has one of its own."""

    address: str
    mailbox: Mailbox


def open_returns(url: str) -> Returns:
    """Where ``maildir:FOLDER?address=…`` or ``imaps://user:password@host/FOLDER?address=…`` lets mail return to; it
    connects when it is first read. User, password and folder percent-encoded.

    Raises RequestRefused; no part of the URL is repeated in its sentence, for any part may be the password.
    """
    place, _, query = url.rpartition("?")
    opened = _MAILBOXES.get(place.partition(":")[0].lower())
    if opened is None:
        _refuse(
            "应以 maildir:、imaps:// 或 imap:// 开头，并以 ?address=… 结尾",
            "it has to begin with maildir:, imaps:// or imap://, and to end in ?address=…",
        )
    given = parse_qsl(query, keep_blank_values=True)
    options = dict(given)
    if len(options) < len(given) or options.keys() - {"address", "starttls"}:
        _refuse("选项只有 address 和 starttls，各写一次", "the options are address and starttls, each written once")
    return Returns(_address(options.get("address", "")), opened(place, options.get("starttls")))


def _refuse(zh: str, en: str) -> Never:
    raise RequestRefused(
        f"DUBAN_BOUNCE_URL：{zh}；写法：imaps://用户:密码@主机/INBOX?address=bounce@unit.example",
        f"DUBAN_BOUNCE_URL: {en}; the form is imaps://user:password@host/INBOX?address=bounce@unit.example",
    ) from None


def _address(written: str) -> str:
    """The address in ASCII; parse_qsl has made a space of a plus sign."""
    try:
        found = validate_email(written.replace(" ", "+"), check_deliverability=False).ascii_email
    except EmailNotValidError:
        found = None
    if found is None or len(found.rpartition("@")[0]) > LONGEST_LOCAL_PART:
        _refuse(
            f"address 应为单个邮件地址，@ 前为英文且不超过 {LONGEST_LOCAL_PART} 个字符",
            f"address is one mail address, before the @ ASCII and at most {LONGEST_LOCAL_PART} characters",
        )
    return found


def _maildir(place: str, starttls: str | None) -> Mailbox:
    folder = place.partition(":")[2]
    if not folder or "\0" in folder or starttls is not None:
        _refuse(
            "maildir: 之后应写目录，如 maildir:/var/mail/bounce?address=bounce@unit.example",
            "after maildir: comes a folder, as in maildir:/var/mail/bounce?address=bounce@unit.example",
        )
    return MaildirMailbox(Path(folder))


def _imap(place: str, starttls: str | None) -> Mailbox:
    parts = _split(place)
    host = parts.hostname or ""
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (username and password and _PLAIN.fullmatch(username + password)):
        _refuse("须给出用户名和密码，均为英文字符", "a user name and a password are needed, both in ASCII")
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    if not _FOLDER.fullmatch(folder):
        _refuse("文件夹名只能用英文字符", "the folder's name has to be ASCII, without quotes")
    tls = _tls(parts.scheme, host, starttls)
    return ImapMailbox(host, parts.port or (993 if tls == "implicit" else 143), tls, username, password, folder)


def _split(place: str) -> SplitResult:
    try:
        parts = urlsplit(place)
        well = re.fullmatch(r"[\w.:-]+", parts.hostname or "") and parts.port != 0
    except ValueError:
        well = None
    if not well or parts.fragment or re.search(r"[\x00-\x20\x7f]", place):
        _refuse(
            "主机或端口写法有误；密码中的 / ? # @ : 等字符须写成 %2F 之类的百分号编码",
            "the host or port is not written correctly; write / ? # @ : in a password percent-encoded, as %2F",
        )
    return parts


def _tls(scheme: str, host: str, starttls: str | None) -> str:
    if starttls not in (None, "required") or (starttls and scheme == "imaps"):
        _refuse("starttls 只能写 required，且只用于 imap://", "starttls can only be required, and only with imap://")
    if scheme == "imaps":
        return "implicit"
    if starttls:
        return "starttls"
    if not is_loopback(host):
        _refuse(
            "不加密的 imap:// 只可用于本机；请用 imaps://，或加 starttls=required",
            "imap:// in clear is for this machine only: use imaps://, or add starttls=required",
        )
    return "never"


_MAILBOXES: dict[str, Callable[[str, str | None], Mailbox]] = {"maildir": _maildir, "imap": _imap, "imaps": _imap}
