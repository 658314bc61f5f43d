"""A parcel as SMTP puts it on the wire."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels.channel import Parcel
from service.channels.envelope import Unfit, envelope

LINES = st.lists(st.text(st.characters(min_codepoint=1, max_codepoint=127, exclude_characters="\r\n"), max_size=5))


def a_parcel(message: bytes = b"Subject: x\r\n\r\nx\r\n", recipient: str = "a@x.example") -> Parcel:
    return Parcel(1, "dlv-1.1@duban.example", "duban@duban.example", recipient, message)


@given(LINES)
def test_what_the_relay_undoes_is_the_message_and_its_end_is_nowhere_inside(lines: list[str]) -> None:
    message = "".join(line + "\r\n" for line in [*lines, ".", "..x"]).encode()
    wire = envelope(a_parcel(message), {}).content
    assert (b"\r\n" + wire).index(b"\r\n.\r\n") + 3 == len(wire)
    assert re.sub(rb"(?m)^\.", b"", wire.removesuffix(b".\r\n")) == message


@pytest.mark.parametrize(
    "message", [b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\nMAIL FROM:<x@x>\r\n", b"no end", b"", b"\xe4\r\n"]
)
def test_a_message_that_is_not_ascii_in_crlf_lines_does_not_go(message: bytes) -> None:
    with pytest.raises(Unfit):
        envelope(a_parcel(message), {})


@pytest.mark.parametrize(
    "recipient",
    [
        *("", "a", "a@", "@x.example", "a b@x.example", "a@b@x.example", '"a"@x.example', "\ud800@x.example"),
        *("a@x.example\r\nDATA", "a@x.example> SIZE=1", "名\n@x.example"),
    ],
)
def test_an_address_that_could_say_more_than_an_address_does_not_go(recipient: str) -> None:
    with pytest.raises(Unfit):
        envelope(a_parcel(recipient=recipient), {"smtputf8": ""})


def test_a_chinese_domain_goes_in_its_ascii_form() -> None:
    assert envelope(a_parcel(recipient="a@工厂.example"), {}).commands[1] == b"RCPT TO:<a@xn--fmrp5v.example>\r\n"


def test_a_chinese_local_part_goes_only_where_the_relay_knows_smtputf8() -> None:
    parcel = a_parcel(recipient="经办@x.example")
    with pytest.raises(Unfit, match="SMTPUTF8"):
        envelope(parcel, {})
    mail, rcpt, _ = envelope(parcel, {"smtputf8": ""}).commands
    assert mail.endswith(b" SMTPUTF8\r\n")
    assert "经办@x.example".encode() in rcpt


@pytest.mark.parametrize(("limit", "fits"), [("5000", False), ("50000", True), ("0", True), ("", True), ("many", True)])
def test_a_message_larger_than_the_relay_takes_does_not_go(limit: str, fits: bool) -> None:
    parcel = a_parcel(b"x" * 9998 + b"\r\n")
    if fits:
        assert b" SIZE=10000" in envelope(parcel, {"size": limit}).commands[0]
    else:
        with pytest.raises(Unfit, match="5000"):
            envelope(parcel, {"size": limit})
