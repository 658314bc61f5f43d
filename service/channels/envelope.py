"""A parcel as SMTP puts it on the wire: its envelope's commands and its message, or why it cannot go."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from service.channels.channel import Parcel
from service.domain.delivery import Verdict

_PLAIN_ADDRESS = re.compile(r"[!#-;=?A-\[\]-~]+@[A-Za-z0-9._-]+")
"""ASCII that can stand between angle brackets: no space, control character, quote, bracket or backslash."""


class Unfit(Exception):
    """This parcel cannot go by this relay, however often it is tried; the sentence says why."""

    def __init__(self, sentence: str, verdict: Verdict) -> None:
        super().__init__(sentence)
        self.verdict = verdict


@dataclass(frozen=True)
class Envelope:
    """The commands before the message, and the message with its dots doubled and its final dot (RFC 5321, 4.5.2)."""

    commands: tuple[bytes, ...]
    content: bytes


def envelope(parcel: Parcel, extensions: Mapping[str, str]) -> Envelope:
    """``parcel`` for a relay that offers ``extensions`` (lower-case EHLO keywords with their parameters).

    Raises Unfit.
    """
    sender, recipient = _mailbox(parcel.sender, extensions), _mailbox(parcel.recipient, extensions)
    content = _content(parcel.message)
    mail = b"MAIL FROM:<" + sender + b">"
    if "size" in extensions:
        _check_size(len(parcel.message), extensions["size"])
        mail += b" SIZE=%d" % len(parcel.message)
    if not (sender.isascii() and recipient.isascii()):
        mail += b" SMTPUTF8"
    return Envelope((mail + b"\r\n", b"RCPT TO:<" + recipient + b">\r\n", b"DATA\r\n"), content)


def _mailbox(address: str, extensions: Mapping[str, str]) -> bytes:
    """The address as it goes on the wire: a Chinese domain in its ASCII form, a Chinese local part by RFC 6531."""
    if _PLAIN_ADDRESS.fullmatch(address):
        return address.encode("ascii")
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Unfit("地址写法有误，不能投递 / the address is not written correctly", Verdict.ADDRESS) from error
    if checked.ascii_email is not None:
        return checked.ascii_email.encode("ascii")
    if "smtputf8" not in extensions:
        raise Unfit(
            "地址的 @ 前含非 ASCII 字符，而中继不支持 SMTPUTF8，请改用普通地址 / "
            "the address has non-ASCII letters before the @ and the relay offers no SMTPUTF8; use another address",
            Verdict.ADDRESS,
        )
    return checked.normalized.encode("utf-8")


def _content(message: bytes) -> bytes:
    """The message dot-stuffed and ended. A bare CR or LF would let a message smuggle commands past its end."""
    lines = message.count(b"\r\n")
    bare = message.count(b"\n") != lines or message.count(b"\r") != lines
    if bare or not message.endswith(b"\r\n") or not message.isascii():
        raise Unfit(
            "信件应为 ASCII 且每行以 CRLF 结束，这是本系统的差错，请报告 / "
            "the message is not ASCII in lines ended by CRLF: a fault of this system, please report it",
            Verdict.OURS,
        )
    if message.startswith(b"."):
        message = b"." + message
    if b"\r\n." in message:
        message = message.replace(b"\r\n.", b"\r\n..")
    return message + b".\r\n"


def _check_size(size: int, limit: str) -> None:
    """RFC 1870: no number, or 0, states no limit."""
    if re.fullmatch(r"[0-9]{1,18}", limit) and 0 < int(limit) < size:
        raise Unfit(
            f"信件 {size} 字节，超过中继上限 {limit} 字节 / the message has {size} bytes, the relay takes {limit}",
            Verdict.MESSAGE,
        )
