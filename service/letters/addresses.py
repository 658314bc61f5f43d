"""Addresses and names as headers may carry them: nothing that could end a line or begin another recipient."""

import re
from binascii import b2a_base64
from email.utils import quote
from functools import lru_cache

from service.domain.errors import WorkFaulty
from service.letters.octets import between_characters

_ATOM, _LABEL = r"[!#-'*+\-/-9=?A-Z^-~]+", r"[A-Za-z0-9-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WORD_OCTETS = (
    39  # an encoded word of 64 characters: a line holds at most 76, and one begins with "Subject: " (RFC 2047, 2)
)


def checked_address(address: str) -> str:
    """The address itself, if it is one plain ASCII address (RFC 5322 dot-atom, a Chinese domain in its ``xn--`` form).

    Raises WorkFaulty, without the address: it may be logged.
    """
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise WorkFaulty(
            "邮箱地址不能用于发信：应为单个英文邮箱地址，不含空格、换行和中文，请更正联系人",
            "not an address that mail can go to: one ASCII address, no spaces, no line breaks; correct the contact",
        )
    return address


@lru_cache(maxsize=256)
def mailbox(name: str, address: str) -> str:
    """A From or To header's value: the name, quoted or encoded as it needs, and the address."""
    address = checked_address(address)
    if not name:
        return address
    if name.isascii() and len(name) <= _WORD_OCTETS:
        return f'"{quote(one_line(name))}" <{address}>'
    return f"{header_text(name)}\r\n <{address}>"


def header_text(text: str) -> str:
    """Header text: as it stands where it is short ASCII, else as encoded words (RFC 2047), one a line."""
    text = one_line(text)
    if text.isascii() and len(text) <= _WORD_OCTETS and "=?" not in text:
        return text
    rest, words = text.encode(), []
    while rest:
        at = between_characters(rest, _WORD_OCTETS)
        words.append(f"=?utf-8?b?{b2a_base64(rest[:at], newline=False).decode()}?=")
        rest = rest[at:]
    return "\r\n ".join(words)


def one_line(text: str) -> str:
    """The text itself, if no control character is in it; raises WorkFaulty: it would begin another header."""
    if _CONTROL.search(text):
        raise WorkFaulty(
            "邮件标题、姓名或编号中有换行等控制字符，请更正后重发",
            "a subject, name or id of the message holds a line break or control character; correct it, then retry",
        )
    return text
