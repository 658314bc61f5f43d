"""Reading returned mail by IMAP: from a real Dovecot, and from a server that keeps no keywords."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest

from service.channels.mailbox import LONGEST, Incoming, Mailbox
from service.channels.returns import open_returns
from service.domain.errors import WorkFaulty
from tests.dovecot import CERTIFICATE, LOGIN, Dovecot, program, running
from tests.requirements import require

USER, PASSWORD = (quote(word, safe="") for word in LOGIN)


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    """One server for all of these tests; each uses a folder of its own."""
    dovecot = program()
    require("dovecot", dovecot is not None, "no IMAP server here (on Debian: apt install dovecot-imapd)")
    assert dovecot is not None
    with running(dovecot) as started:
        yield started


def mailbox(place: str, options: str = "", login: str = f"{USER}:{PASSWORD}") -> Mailbox:
    scheme, _, rest = place.partition("://")
    return open_returns(f"{scheme}://{login}@{rest}?address=bounce@unit.example{options}").mailbox


def waiting(box: Mailbox, most: int = 100, *, take: bool = False) -> list[Incoming]:
    found = []
    with box.opened() as reader:
        for message in reader.waiting(most):
            found.append(message)
            if take:
                reader.taken(message)
    return found


def message(words: str, body: bytes = b"x\r\n") -> bytes:
    return b"Subject: " + words.encode() + b"\r\n\r\n" + body


def test_what_waits_is_read_in_its_order_until_it_is_taken(server: Dovecot) -> None:
    server.deliver(*(message(f"number {number}") for number in range(5)), folder="order")
    box = mailbox(f"imap://127.0.0.1:{server.port}/order")
    first = waiting(box, 3)

    assert [each.content for each in first] == [message(f"number {number}") for number in range(3)]
    assert waiting(box, 3) == first
    assert waiting(box, 3, take=True) == first
    assert [each.content for each in waiting(box)] == [message("number 3"), message("number 4")]


def test_reading_marks_nothing_and_taking_leaves_the_message_unseen(server: Dovecot) -> None:
    server.deliver(message("a"), folder="marks")
    box = mailbox(f"imap://127.0.0.1:{server.port}/marks")
    waiting(box)
    assert "Duban" not in " ".join(server.flags("marks"))
    waiting(box, take=True)

    [flags] = server.flags("marks")
    assert "DubanTaken" in flags
    assert "Seen" not in flags


def test_a_message_that_a_person_has_opened_is_still_read(server: Dovecot) -> None:
    server.deliver(message("opened"), folder="opened")
    with server.account() as account:
        account.select("opened")
        account.store("1", "+FLAGS", "\\Seen")

    assert [each.content for each in waiting(mailbox(f"imap://127.0.0.1:{server.port}/opened"))] == [message("opened")]


def test_of_a_long_message_only_the_beginning_is_read(server: Dovecot) -> None:
    server.deliver(message("long", b"x" * 70 + b"\r\n") * 5000, folder="long")
    [found] = waiting(mailbox(f"imap://127.0.0.1:{server.port}/long"))

    assert len(found.content) == LONGEST
    assert found.content.startswith(b"Subject: long")


def test_bytes_of_any_kind_come_as_they_are(server: Dovecot) -> None:
    content = message("用户").decode().encode("gb18030") + bytes({*range(1, 256)} - {10, 13}) + b"\r\n"
    server.deliver(content, folder="bytes")

    assert [each.content for each in waiting(mailbox(f"imap://127.0.0.1:{server.port}/bytes"))] == [content]


def test_a_source_names_mailbox_place_and_content_and_stays_the_same(server: Dovecot) -> None:
    server.deliver(message("one"), message("one"), folder="sources")
    box = mailbox(f"imap://127.0.0.1:{server.port}/sources")
    first, second = waiting(box)

    assert first.source.startswith("imap.")
    assert first.source != second.source
    assert [each.source for each in waiting(box)] == [first.source, second.source]


@pytest.mark.parametrize("way", ["imaps", "imap"])
def test_the_way_is_encrypted_and_the_certificate_verified(
    server: Dovecot, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(message("sealed"), folder=f"sealed-{way}")
    place = f"{way}://localhost:{server.tls_port if way == 'imaps' else server.port}/sealed-{way}"
    box = mailbox(place, "" if way == "imaps" else "&starttls=required")
    with pytest.raises(WorkFaulty, match="CERTIFICATE_VERIFY_FAILED"):
        waiting(box)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))

    assert [each.content for each in waiting(box)] == [message("sealed")]


@pytest.mark.parametrize(
    ("folder", "login", "words"),
    [("INBOX", f"{USER}:wrong", "login refused"), ("nowhere", f"{USER}:{PASSWORD}", "no such folder")],
)
def test_a_refusal_is_one_sentence_without_the_password(server: Dovecot, folder: str, login: str, words: str) -> None:
    box = mailbox(f"imap://127.0.0.1:{server.port}/{folder}", login=login)
    with pytest.raises(WorkFaulty, match=words) as refused:
        waiting(box)

    assert "wrong" not in str(refused.value)
    assert LOGIN[0] not in str(refused.value)
    assert PASSWORD not in repr(box)


def test_a_server_that_is_not_there_is_a_fault_and_no_crash() -> None:
    with socket.create_server(("127.0.0.1", 0)) as asked:
        port = asked.getsockname()[1]

    with pytest.raises(WorkFaulty, match=f"127.0.0.1:{port}"):
        waiting(mailbox(f"imap://127.0.0.1:{port}/INBOX"))


@contextmanager
def plain_server(seen: set[str], permanent: str) -> Iterator[int]:
    """An IMAP server of two messages that keeps the flags which it names, on a port of the kernel's."""
    answers = {
        "SELECT": f"* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS ({permanent})] .\r\n* OK [UIDVALIDITY 7] .\r\n",
        "LOGIN": "",
        "CAPABILITY": "* CAPABILITY IMAP4rev1\r\n",
        "LOGOUT": "* BYE\r\n",
    }

    def serve(listening: socket.socket) -> None:
        talk, _ = listening.accept()
        with talk, talk.makefile("rwb", 0) as lines:
            lines.write(b"* OK ready\r\n")
            for line in lines:
                tag, command, *words = line.decode().split()
                answer = answers.get(command.upper(), "")
                if words[:1] == ["SEARCH"]:
                    assert words[1:] == ["UNSEEN"]
                    answer = f"* SEARCH {' '.join(sorted({'4', '9'} - seen))}\r\n"
                elif words[:1] == ["FETCH"]:
                    answer = f"* 1 FETCH (UID {words[1]} BODY[]<0> {{2}}\r\nhi)\r\n"
                elif words[:1] == ["STORE"]:
                    assert words[3] == "(\\Seen)"
                    seen.add(words[1])
                lines.write(f"{answer}{tag} OK done\r\n".encode())

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


def test_where_no_keyword_is_kept_a_message_is_marked_as_seen() -> None:
    seen: set[str] = set()
    with plain_server(seen, "\\Seen") as port:
        found = waiting(mailbox(f"imap://127.0.0.1:{port}/INBOX"), take=True)

    assert [each.source.split(".")[:3] for each in found] == [["imap", "7", "4"], ["imap", "7", "9"]]
    assert seen == {"4", "9"}
