"""A letter as the bytes that go over the wire (RFC 5322, MIME): CRLF lines, every body in base64.

Written out here because the shape is fixed and small: email.message needs twenty times as long for the same bytes.
"""

from binascii import b2a_base64
from collections.abc import Iterable
from email.utils import encode_rfc2231, format_datetime
from struct import unpack

from service.letters.addresses import header_text, mailbox, one_line
from service.letters.letter import Envelope, Letter

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LINE = 76


def encode(envelope: Envelope, letter: Letter) -> bytes:
    """The message, the same bytes each time for the same delivery.

    Inside mixed, alternative holds plain text, HTML and, last, the invitation; the same invitation follows as a file
    for clients that ignore it there (RFC 6047; Outlook looks only into the first part). One calendar object asks for
    one event, so those of a digest are files only, and so is a list's spreadsheet. Raises WorkFaulty where a name or an
    address cannot be a header.
    """
    words = [
        _part("text/plain; charset=utf-8", _text(letter.text)),
        _part("text/html; charset=utf-8", _text(letter.html)),
    ]
    files = []
    if letter.calendar is not None and letter.method is not None:
        calendar = _base64(letter.calendar)
        words.append(_part(f"text/calendar; charset=utf-8; method={letter.method}", calendar))
        files.append(_part("application/ics; name=invite.ics", calendar, "invite.ics"))
    for name, method, content in letter.calendars:
        files.append(_part(f"application/ics; name={name}; method={method}", _base64(content), name))
    if letter.spreadsheet is not None:
        files.append(_part(_XLSX, _base64(letter.spreadsheet), letter.spreadsheet_name))
    body = _multipart("alternative", words)
    if files:
        body = _multipart("mixed", [body, *files])
    return _headers(envelope, letter) + body


def _headers(envelope: Envelope, letter: Letter) -> bytes:
    """Each on one line, however long: a link to stop letters that is folded into words of RFC 2047 stops nothing."""
    stop = ""
    if letter.stop_link:
        link = one_line(letter.stop_link)
        stop = f"List-Unsubscribe: <{link}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return (
        f"Message-ID: <{one_line(envelope.message_id)}>\r\n"
        f"Date: {format_datetime(envelope.sent_at)}\r\n"
        f"From: {mailbox(envelope.sender_name, envelope.sender)}\r\n"
        f"To: {mailbox(envelope.to.name, envelope.to.address)}\r\n"
        f"Subject: {header_text(letter.subject)}\r\n"
        "Auto-Submitted: auto-generated\r\n"
        f"X-Duban-Delivery: {envelope.delivery_id}\r\n"
        f"{stop}"
        "MIME-Version: 1.0\r\n"
    ).encode("ascii")


def _multipart(kind: str, parts: Iterable[bytes]) -> bytes:
    """Parts between boundaries. No base64 line holds an underscore, so a fixed boundary is never met by chance."""
    boundary = f"=_duban_{kind}".encode()
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind.encode(), boundary)
    body = b"".join(b"--%s\r\n%s" % (boundary, part) for part in parts)
    return head + body + b"--%s--\r\n" % boundary


def _part(content_type: str, base64: bytes, file_name: str = "") -> bytes:
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n"
    if file_name:
        head += f"Content-Disposition: attachment; {_file_name(file_name)}\r\n"
    return head.encode("ascii") + b"\r\n" + base64


def _file_name(name: str) -> str:
    """The parameter that names a file, encoded where it is not ASCII (RFC 2231)."""
    if one_line(name).isascii():
        return f'filename="{name}"'
    return f"filename*={encode_rfc2231(name, 'utf-8')}"


def _text(words: str) -> bytes:
    """Text in its canonical form: its lines ended by CRLF (RFC 2046, 4.1.1)."""
    return _base64(words.replace("\r\n", "\n").replace("\n", "\r\n").encode())


def _base64(content: bytes) -> bytes:
    """base64 in lines of 76; ``unpack`` cuts them in one go, six times as fast as slicing."""
    encoded = b2a_base64(content, newline=False)
    lines, rest = divmod(len(encoded), _LINE)
    return b"\r\n".join(unpack(f"{_LINE}s" * lines + f"{rest}s", encoded)) + b"\r\n" * bool(rest)
