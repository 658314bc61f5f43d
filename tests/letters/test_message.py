"""The bytes on the wire, read by both of Python's parsers, and checked line by line."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import date
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import DubanError
from service.letters.letter import Language, Letter, ListLetter, MatterLetter, Person
from service.letters.message import encode
from service.letters.writing import write
from tests.letters.cases import cases, list_cases
from tests.letters.facts import envelope, letter

FACTS: dict[str, MatterLetter | ListLetter] = {**cases(), **list_cases()}
WIRE = [
    pytest.param(replace(facts, envelope=envelope(language)), id=f"{name}-{language}")
    for name, facts in FACTS.items()
    for language in Language
]
PLAIN = Letter("标题", "正文\n", "<p>正文</p>")
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120)


def _parsed(wire: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(wire, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def _shape(part: Message) -> object:
    if part.is_multipart():
        return part.get_content_type(), *(_shape(child) for child in part.iter_parts())  # type: ignore[attr-defined]
    return part.get_content_type()


@pytest.mark.parametrize("facts", WIRE)
def test_a_message_has_the_parts_of_the_contract(facts: MatterLetter | ListLetter) -> None:
    parsed = _parsed(encode(facts.envelope, write(facts)))
    words = ("multipart/alternative", "text/plain", "text/html")
    if isinstance(facts, ListLetter):
        xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        assert _shape(parsed) == ("multipart/mixed", words, xlsx)
    elif facts.invite is None:
        assert _shape(parsed) == words
    else:
        assert _shape(parsed) == ("multipart/mixed", (*words, "text/calendar"), "application/ics")


@pytest.mark.parametrize("facts", WIRE)
def test_every_part_comes_back_as_it_was_written_and_without_a_defect(facts: MatterLetter | ListLetter) -> None:
    written = write(facts)
    parsed = _parsed(encode(facts.envelope, written))
    parts = list(parsed.walk())
    assert [defect for part in parts for defect in part.defects] == []
    assert [defect for part in parts for header in part.values() for defect in header.defects] == []
    texts = {part.get_content_type(): part for part in parts}
    assert texts["text/plain"].get_content() == written.text.replace("\n", "\r\n")
    assert texts["text/html"].get_content() == written.html.replace("\n", "\r\n")
    if written.calendar:
        invites = [part.get_payload(decode=True) for part in parts if part.get_content_subtype() in ("calendar", "ics")]
        assert invites == [written.calendar] * 2
        assert texts["text/calendar"].get_param("method") == written.method
        assert texts["text/calendar"]["Content-Disposition"] is None
        assert texts["application/ics"].get_filename() == "invite.ics"
    if written.spreadsheet:
        assert parts[-1].get_payload(decode=True) == written.spreadsheet
        assert parts[-1].get_filename() == written.spreadsheet_name


@pytest.mark.parametrize("facts", WIRE)
def test_the_headers_are_those_of_the_contract_each_once(facts: MatterLetter | ListLetter) -> None:
    written = write(facts)
    wire = encode(facts.envelope, written)
    parsed = _parsed(wire)
    assert parsed["Message-ID"] == "<dlv-4711.1@duban.example>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["X-Duban-Delivery"] == "4711"
    assert parsed["MIME-Version"] == "1.0"
    assert parsed["Date"].datetime == facts.envelope.sent_at
    assert parsed["Subject"] == written.subject
    (to,) = parsed["To"].addresses
    assert (to.display_name, to.addr_spec) == (facts.envelope.to.name, facts.envelope.to.address)
    (sender,) = parsed["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("督办 Duban", "duban@duban.example")
    names = [name.lower() for name in parsed]
    assert len(names) == len(set(names)) == 9
    old = email.message_from_bytes(wire, policy=email.policy.compat32)
    assert str(make_header(decode_header(old["Subject"]))) == written.subject
    assert parseaddr(str(make_header(decode_header(old["To"]))))[1] == facts.envelope.to.address


@pytest.mark.parametrize("facts", WIRE)
def test_no_line_is_longer_than_it_may_be(facts: MatterLetter | ListLetter) -> None:
    wire = encode(facts.envelope, write(facts))
    assert wire.isascii()
    assert wire.endswith(b"\r\n")
    assert wire.count(b"\r\n") == wire.count(b"\r") == wire.count(b"\n")
    lines = wire.split(b"\r\n")
    assert max(map(len, lines)) <= 130
    encoded = [line for line in lines if re.search(rb"=\?utf-8\?|^[A-Za-z0-9+/=]+$", line)]
    assert max(map(len, encoded)) <= 76


@given(WORDS, WORDS)
def test_any_name_and_subject_survive_the_way(name: str, subject: str) -> None:
    name, subject = " ".join(name.split()), " ".join(subject.split())
    wire = encode(envelope(name=name), replace(PLAIN, subject=subject))
    head = wire.split(b"\r\n\r\n")[0].split(b"\r\n")
    assert max(map(len, head)) <= 76
    parsed = _parsed(wire)
    assert len(parsed["To"].addresses) == 1
    assert parsed["To"].addresses[0].addr_spec == "handler@nisco.example"
    old = email.message_from_bytes(wire, policy=email.policy.compat32)
    assert str(make_header(decode_header(old["Subject"]))).strip() == subject
    shown = parseaddr(str(make_header(decode_header(old["To"]))))[0] if name.isascii() else None
    assert shown in (None, name)


@given(WORDS, st.sampled_from(["\r", "\n", "\r\n", "\0", "\x7f"]), WORDS)
def test_a_line_break_in_a_name_a_subject_or_an_id_never_reaches_the_wire(before: str, end: str, after: str) -> None:
    text = f"{before}{end}Bcc: x@y.example{after}"
    whole = envelope()
    for bad in (
        replace(whole, to=replace(whole.to, name=text)),
        replace(whole, to=replace(whole.to, address=text)),
        replace(whole, sender_name=text),
        replace(whole, sender=text),
        replace(whole, message_id=text),
    ):
        with pytest.raises(DubanError):
            encode(bad, PLAIN)
    with pytest.raises(DubanError):
        encode(whole, replace(PLAIN, subject=text))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@b",
        "a@b@c",
        "a b@c.example",
        "<a@b.example>",
        "a@b.example, c@d.example",
        "a@b..example",
        "张@b.example",
        "a@厂.cn",
    ],
)
def test_what_is_not_one_plain_address_is_refused_without_being_repeated(address: str) -> None:
    refused = replace(envelope(), to=Person("经办人", address, Language.ZH))
    with pytest.raises(DubanError) as error:
        encode(refused, PLAIN)
    assert not address or len(address) < 3 or address not in str(error.value)


def test_the_same_delivery_is_the_same_bytes_again() -> None:
    facts = letter()
    assert encode(facts.envelope, write(facts)) == encode(facts.envelope, write(facts))


def test_two_days_make_two_messages() -> None:
    one, other = letter(), letter(today=date(2027, 8, 9))
    assert encode(one.envelope, write(one)) != encode(other.envelope, write(other))
