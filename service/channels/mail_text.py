"""The text of a message that anybody may have written, for people to read."""

import re
from email.header import decode_header
from email.message import Message
from html import unescape

_LONGEST = 20_000
_LONGEST_SUBJECT = 1_000  # decoding takes the square of its length
_LONGEST_WORDS = 300
_CHINESE = frozenset({"gb2312", "gb_2312-80", "gbk", "cp936", "x-gbk", "gb18030"})
_STYLE = re.compile(r"<style.*?</style>|<script.*?</script>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


def text_of(message: Message) -> str:
    """Its subject, and the text of its first part that has any; of HTML what stands between the tags."""
    for part in message.walk():
        if part.get_content_maintype() == "text":
            words = body_of(part)
            if words.strip():
                return f"{subject_of(message)} {words}"
    return subject_of(message)


def subject_of(message: Message) -> str:
    """Its subject, decoded."""
    parts = decode_header(str(message["Subject"] or "")[:_LONGEST_SUBJECT])
    return "".join(part if isinstance(part, str) else decoded(part, charset or "") for part, charset in parts)


def body_of(part: Message) -> str:
    """The text of one part."""
    content = part.get_payload(decode=True)
    words = decoded(content, part.get_content_charset("")) if isinstance(content, bytes) else ""
    if part.get_content_subtype() != "html":
        return words[:_LONGEST]
    return unescape(_TAG.sub(" ", _STYLE.sub(" ", words[:_LONGEST])))


def decoded(content: bytes, charset: str) -> str:
    """Text by its label; what is labelled GB2312 is read as GB18030, which it mostly is and always fits. Bytes that
    are not what their label says are Chinese more often than anything else here."""
    labelled = "gb18030" if charset.lower() in _CHINESE else charset or "utf-8"
    try:
        return content[:_LONGEST].decode(labelled, errors="strict" if len(content) <= _LONGEST else "ignore")
    except (UnicodeDecodeError, LookupError):
        return content[:_LONGEST].decode("gb18030", errors="replace")


def printable(words: str) -> str:
    """Words on one line without control characters, at most 300 characters: a terminal would obey some."""
    words = "".join(character if character.isprintable() else " " for character in words[:_LONGEST])
    return " ".join(words.split())[:_LONGEST_WORDS]
