"""What DUBAN_MAIL_URL may say of a mail relay."""

import pytest

from service.channels.channel import Pace
from service.channels.registry import open_channel, open_channels
from service.channels.relay import Relay, Tls
from service.domain.errors import RequestRefused


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtp://relay.example", "relay.example", 25, Tls.OPTIONAL),
        ("smtp://u:p@relay.example", "relay.example", 587, Tls.REQUIRED),
        ("smtp://relay.example:2525?starttls=required", "relay.example", 2525, Tls.REQUIRED),
        ("smtp://localhost?starttls=never", "localhost", 25, Tls.NEVER),
        ("smtp://u:p@127.0.0.1?starttls=never", "127.0.0.1", 587, Tls.NEVER),
        ("smtp://[::1]:25?starttls=never", "::1", 25, Tls.NEVER),
        ("smtps://relay.example", "relay.example", 465, Tls.IMPLICIT),
        ("SMTPS://u:p@Relay.Example:4650/", "relay.example", 4650, Tls.IMPLICIT),
    ],
)
def test_a_relay_is_read_from_its_url(url: str, host: str, port: int, tls: Tls) -> None:
    relay = Relay.parse(url)
    assert (relay.host, relay.port, relay.tls) == (host, port, tls)


def test_user_and_password_are_percent_decoded() -> None:
    relay = Relay.parse("smtp://robot%40duban.example:p%3A%2F%40%E5%AF%86@relay.example")
    assert (relay.username, relay.password) == ("robot@duban.example", "p:/@密")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("imap://relay.example", "smtp://"),
        ("relay.example:25", "smtp://"),
        ("smtp://", "host"),
        ("smtp://:25", "host"),
        ("smtp://u:s3cret@", "host"),
        ("smtp://[::1:25", "host"),
        ("smtp://a..b<>:25", "host"),
        ("smtp://u:s3cret@relay.example:0", "port"),
        ("smtp://u:s3cret@relay.example:65536", "port"),
        ("smtp://u:s3cret@relay.example:s3cret", "port"),
        ("smtp://u:s3cret#x@relay.example", "percent"),
        ("smtp://u:s3cret/x@relay.example", "port"),
        ("smtp://u@relay.example", "password"),
        ("smtp://:s3cret@relay.example", "user name"),
        ("smtp://u:s3cret%00@relay.example", "control"),
        ("smtp://u:s3 cret@relay.example", "white space"),
        ("smtp://relay.example\n", "white space"),
        ("smtp://relay.example/s3cret", "after the host"),
        ("smtp://relay.example?s3cret=1", "option"),
        ("smtp://relay.example?starttls=required&starttls=never", "once"),
        ("smtp://relay.example?starttls=s3cret", "required, optional or never"),
        ("smtp://relay.example?starttls=never", "this machine"),
        ("smtp://u:s3cret@relay.example?starttls=optional", "required"),
        ("smtps://relay.example?starttls=required", "smtps"),
    ],
)
def test_a_bad_url_is_refused_in_a_sentence_that_repeats_none_of_it(url: str, said: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        Relay.parse(url)
    assert said in refused.value.en
    assert refused.value.zh.startswith("DUBAN_MAIL_URL：")
    assert "s3cret" not in f"{refused.value!r} {refused.value} {refused.value.__cause__}"


def test_the_password_is_in_no_text_of_the_relay() -> None:
    relay = Relay.parse("smtp://robot:s3cret@relay.example")
    assert "s3cret" not in f"{relay} {relay!r}"
    assert str(relay) == "relay.example:587"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("maildir:var/mailbox", "maildir"),
        ("smtp://relay.example", "relay.example:25"),
        ("SMTPS://relay.example", "relay.example:465"),
    ],
)
def test_a_channel_is_opened_by_the_url_without_touching_the_far_end(url: str, name: str) -> None:
    channel = open_channel(url)
    assert channel.name == name
    channel.close()


@pytest.mark.parametrize("url", ["", "maildir", "maildir:", "carrier-pigeon:x", "smtp://u:s3cret@a,b"])
def test_what_opens_no_channel_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        open_channel(url)
    assert "s3cret" not in str(refused.value)


def test_several_relays_are_given_by_comma_the_preferred_one_first() -> None:
    opened = open_channels("smtp://u:p%2C1@a.example, smtps://b.example,maildir:var/last")
    assert [channel.name for channel in opened] == ["a.example:587", "b.example:465", "maildir"]


def test_the_letters_a_minute_are_options_of_the_relay() -> None:
    relay = Relay.parse("smtp://relay.example?rate=600&domain_rate=60&starttls=optional")
    assert relay.pace == Pace(a_minute=600, to_a_domain=60)
    assert Relay.parse("smtp://relay.example").pace == Pace()


@pytest.mark.parametrize("options", ["rate=0", "rate=-1", "rate=ten", "rate=1.5", "rate=", "rate=1&rate=2", "speed=3"])
def test_a_rate_that_is_none_is_refused(options: str) -> None:
    with pytest.raises(RequestRefused, match="DUBAN_MAIL_URL"):
        Relay.parse(f"smtp://relay.example?{options}")
