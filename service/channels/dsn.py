"""What a returned message says. It was written by anybody: nothing in it is believed without a signature of ours, and
no bytes make the reading fail or last.
"""

import logging
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from flufl.bounce import all_failures

from service.channels.mail_text import decoded, printable, subject_of, text_of
from service.channels.triage import verdict
from service.domain.delivery import Verdict
from service.domain.undeliverable import Meaning
from service.letters.return_address import LARGEST_ID, ReturnAddress

# What it logs of a message that it fails on would hold names and addresses.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)

_LONGEST_LINE = 1_000  # RFC 5322 allows 998; the patterns of flufl.bounce take the square of a line's length
_LONGEST_CONTENT_TYPE = 4_000  # parsing takes the square of it
_DEEPEST, _MOST_PARTS, _MOST_LINES = 50, 1_000, 20_000

_CONTENT_TYPE = re.compile(rb"^content-type:.*(?:\r?\n[ \t].*)*", re.IGNORECASE | re.MULTILINE)
_NESTING = re.compile(rb"^(?:content-type:)?[ \t]*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_OURS = re.compile(rb"<(?:delivery|digest)-([0-9]{1,10})(?:\.[0-9]{1,10})?@([a-z0-9.-]{1,253})>", re.IGNORECASE)
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
_CODE = re.compile(r"(?<!\S)[45]\d\d(?=[\s-])")
_WELL = frozenset({"delivered", "relayed", "expanded"})
_MAILER = re.compile(r"mailer-daemon|postmaster|mail delivery", re.IGNORECASE)
_AUTOMATIC = re.compile(
    r"\s*(?:自动回复|自動回覆|自动答复|automatic reply|auto[- ]?reply|out of office)", re.IGNORECASE
)

_PHRASES = {
    "5.1.1": ("用户不存在", "收件人不存在", "邮箱不存在", "帐号不存在", "账号不存在", "地址不存在", "无此用户"),
    "5.1.2": ("域名不存在", "域名无法解析", "找不到域名", "域名解析失败"),
    "5.2.1": ("已停用", "被停用", "已冻结", "被冻结", "已注销", "被禁用", "长期未登录"),
    "5.2.2": ("邮箱已满", "信箱已满", "空间已满", "空间不足", "超出容量", "超过容量"),
    "4.7.1": ("频率", "过于频繁"),
    "5.7.1": ("垃圾邮件", "反垃圾", "拒收", "黑名单", "被拒绝"),
}
"""What Chinese providers write into returned mail, and the status (RFC 3463) that it comes to: a hint for a person and
no more, for none of it is a standard and any letter may say it."""


@dataclass(frozen=True)
class Said:
    """What a returned message comes to.

    ``delivery_id`` is proved by a signature where ``signed``, else a mere claim; None where none is named. ``status``
    is an enhanced code (RFC 3463), or empty; ``words`` are for people, printable, at most 300 characters.
    """

    meaning: Meaning
    delivery_id: int | None
    signed: bool
    status: str
    words: str


def read(content: bytes, returns: ReturnAddress, host: str) -> Said:
    """What a message says; ``host`` is that of our Message-IDs. Raises nothing, whatever the bytes are."""
    signed = returns.delivery_in(_head(content)) or returns.delivery_in(content)
    try:
        meaning, status, words = _meaning(content, signed is not None)
    except Exception:  # the parsers of the standard library meet bytes that their authors did not think of
        meaning, status, words = Meaning.UNREAD, "", ""
    if meaning is Meaning.PERMANENT and signed is None:
        meaning = Meaning.UNSIGNED
    words = printable(words) or printable(decoded(content, ""))
    return Said(meaning, signed or _claimed(content, host), signed is not None, status, words)


def fault(status: str, words: str) -> Verdict:
    """What a permanent failure finds fault with; a status of class 4 means that a relay gave up trying."""
    code = _CODE.search(words)
    return verdict(int(code.group()) if code else 450 if status.startswith("4") else 550, f"{status} {words}")


def _head(content: bytes) -> bytes:
    """The message's own header: the address that it came to stands there, whoever wrote the rest."""
    end = re.search(rb"\r?\n\r?\n", content)
    return content[: end.start()] if end else content


def _claimed(content: bytes, host: str) -> int | None:
    """The delivery whose Message-ID stands in the message; anybody can write one."""
    for found in _OURS.finditer(content):
        if found[2].decode().lower() == host.lower() and 0 < int(found[1]) <= LARGEST_ID:
            return int(found[1])
    return None


def _meaning(content: bytes, signed: bool) -> tuple[Meaning, str, str]:
    """The meaning, the status and the words: by RFC 3464 first, then by flufl.bounce, then for a person."""
    if _is_trap(content):
        return Meaning.UNREAD, "", ""
    message = message_from_bytes(content)
    text = text_of(message)
    if reports := _reports(message):
        return _by_reports(reports, text)
    if signed and max(map(len, content.splitlines()), default=0) <= _LONGEST_LINE:
        meaning = _by_heuristics(message)
        if meaning is not None:
            return meaning, _status(text), text
    if _is_automatic(message):
        return Meaning.AUTO_REPLY, "", text
    return Meaning.UNREAD, _status(text) or _by_phrase(text), text


def _is_trap(content: bytes) -> bool:
    """Whether it is made so that reading it would be slow: deep, in thousands of parts, or with a header to match."""
    if content.count(b"\n") > _MOST_LINES or content.count(b"\n--") > _MOST_PARTS:
        return True
    if len(_NESTING.findall(content)) > _DEEPEST:
        return True
    return any(len(found.group()) > _LONGEST_CONTENT_TYPE for found in _CONTENT_TYPE.finditer(content))


def _reports(message: Message) -> list[Message]:
    """The fields of each recipient in the delivery status of a message (RFC 3464, 2.3); of the first that has any, for
    a second one belongs to the letter that came back."""
    for part in message.walk():
        blocks = part.get_payload() if part.get_content_type() == "message/delivery-status" else ""
        found = [block for block in blocks if isinstance(block, Message) and block["Action"]]
        if found:
            return found
    return []


def _by_reports(reports: list[Message], text: str) -> tuple[Meaning, str, str]:
    """Our letters go to one recipient each; where a relay made several of it, one who was reached is enough."""
    actions = {_action(each) for each in reports}
    chosen = next((each for each in reports if _action(each) == "failed"), reports[0])
    words = _field(chosen, "Diagnostic-Code")
    status = _status(_field(chosen, "Status")) or _status(words)
    if "failed" in actions and not actions & _WELL:
        return Meaning.PERMANENT, status, words or text
    if actions == {"delayed"}:
        return Meaning.DELAYED, status, words or text
    if actions <= _WELL:
        return Meaning.DELIVERED, status, words or text
    return Meaning.UNREAD, status, text


def _by_heuristics(message: Message) -> Meaning | None:
    """What flufl.bounce makes of it; None where it knows no such form, or fails, as it does without a From."""
    try:
        delayed, permanent = all_failures(message)
    except Exception:
        return None
    return Meaning.PERMANENT if permanent else Meaning.DELAYED if delayed else None


def _action(block: Message) -> str:
    """The first word: some relays add a remark."""
    found = re.match("[a-z]*", _field(block, "Action").lower())
    return found.group() if found else ""


def _field(block: Message, name: str) -> str:
    return str(block[name] or "").strip()


def _status(words: str) -> str:
    found = _STATUS.search(words)
    return found.group() if found else ""


def _by_phrase(words: str) -> str:
    return next((status for status, phrases in _PHRASES.items() if any(phrase in words for phrase in phrases)), "")


def _is_automatic(message: Message) -> bool:
    """Whether a machine of the recipient's answered. Mail systems mark the failures that they report in the same way
    (RFC 3834, 3.1.7), so that what comes from one, or calls itself a report, is none."""
    if message.get_content_type() == "multipart/report" or message["X-Failed-Recipients"]:
        return False
    if _MAILER.search(_field(message, "From")):
        return False
    if message["X-Autoreply"] or message["X-Autorespond"]:
        return True
    if _field(message, "Auto-Submitted").lower().startswith("auto-replied"):
        return True
    if _field(message, "Precedence").lower() in ("bulk", "auto_reply", "junk"):
        return True
    return bool(_AUTOMATIC.match(subject_of(message)))
