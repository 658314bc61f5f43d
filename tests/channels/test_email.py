"""What the answers and silences of a relay mean for a parcel."""

import random
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.channels.channel import Parcel
from service.channels.email import Email
from service.channels.limits import Limits
from service.channels.relay import Relay
from service.domain.delivery import Outcome, Refused, Sent, TryAgain, Unknown, Verdict
from service.domain.errors import WorkFaulty
from tests.smtp import DROP, STALL, BareServer, Script, SmtpServer

LOCALHOST = Path(__file__).parent / "localhost.pem"
SHORT = Limits(connect=2, command=2, data=0.2, close=2, rest=0.05)

Serve = Callable[[Script], SmtpServer]
OpenEmail = Callable[..., Email]


def parcel(recipient: str = "a@x.example", message: bytes = b"Subject: x\r\n\r\nx\r\n") -> Parcel:
    return Parcel(1, "dlv-1.1@duban.example", "duban@duban.example", recipient, message)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers by script; they end with the test."""
    servers: list[SmtpServer] = []

    def start(script: Script) -> SmtpServer:
        servers.append(SmtpServer(script).__enter__())
        return servers[-1]

    yield start
    for server in servers:
        server.__exit__()


@pytest.fixture
def open_email() -> Iterator[OpenEmail]:
    """Opens channels by URL; they close with the test."""
    channels: list[Email] = []

    def start(url: str, connections: int = 2, limits: Limits = SHORT, context: ssl.SSLContext | None = None) -> Email:
        channels.append(Email(Relay.parse(url), connections, limits, context))
        return channels[-1]

    yield start
    for channel in channels:
        channel.close()


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(LOCALHOST))


def certificate() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(LOCALHOST)
    return context


def carry_one(channel: Email, one: Parcel | None = None) -> Outcome:
    ((_, outcome),) = channel.carry([one or parcel()])
    return outcome


BOTH_WAYS = pytest.mark.parametrize("extensions", [(), ("PIPELINING",)], ids=["one by one", "pipelined"])


@BOTH_WAYS
def test_the_message_arrives_byte_for_byte_for_its_one_recipient(
    serve: Serve, open_email: OpenEmail, extensions: tuple[str, ...]
) -> None:
    server = serve(Script(extensions))
    lines = [bytes(random.Random(size).choices(b".abc =", k=size)) for size in (0, 1, 2, 3, 76, 900)]  # noqa: S311
    message = b".\r\n..\r\n" + b"\r\n".join([b".." + line for line in lines] + lines) + b"\r\n.\r\n"
    assert carry_one(open_email(server.url()), parcel(message=message)) == Sent("250 2.0.0 Ok: queued")
    (received,) = server.received
    assert (received.sender, received.recipient) == ("duban@duban.example", "a@x.example")
    assert received.content == message


@BOTH_WAYS
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("451 4.7.1 Greylisted", TryAgain("451 4.7.1 Greylisted", 451, Verdict.LATER)),
        ("550 5.1.1 No such user", Refused("550 5.1.1 No such user", 550, Verdict.ADDRESS)),
        ("530 5.7.0 Log in first", TryAgain("530 5.7.0 Log in first", 530, Verdict.LOGIN)),
        ("421 4.3.2 Shutting down", TryAgain("421 4.3.2 Shutting down", 421, Verdict.RELAY)),
    ],
)
@pytest.mark.parametrize("stage", ["at_recipient", "after_data"])
def test_a_relays_no_concerns_its_parcel_alone(
    serve: Serve, open_email: OpenEmail, extensions: tuple[str, ...], stage: str, answer: str, expected: Outcome
) -> None:
    server = serve(Script(extensions, **{stage: {"bad@x.example": answer}}))
    channel = open_email(server.url(), connections=1)
    parcels = [parcel("a@x.example"), parcel("bad@x.example"), parcel("b@x.example")]
    outcomes = {carried.recipient: outcome for carried, outcome in channel.carry(parcels)}
    assert outcomes["bad@x.example"] == expected
    assert isinstance(outcomes["a@x.example"], Sent)
    assert isinstance(outcomes["b@x.example"], Sent)
    assert [one.recipient for one in server.received] == ["a@x.example", "b@x.example"]


def test_a_relay_that_asks_for_the_message_although_it_refused_the_recipient_gets_none(open_email: OpenEmail) -> None:
    # RFC 2920, 3.1; aiosmtpd does not do so, hence the bare socket.
    with BareServer({b"RCPT": b"550 no", b"DATA": b"354 go on", b".": b"554 no valid recipients"}) as server:
        outcome = carry_one(open_email(f"smtp://127.0.0.1:{server.port}"))
        assert outcome == Refused("550 no", 550, Verdict.ADDRESS)
        assert b"Subject" not in server.heard
        assert b"RSET" in server.heard


def test_a_yes_that_is_not_the_answer_to_the_message_never_counts_as_sent(open_email: OpenEmail) -> None:
    with BareServer({b"DATA": b"250 fine"}) as server:
        assert isinstance(carry_one(open_email(f"smtp://127.0.0.1:{server.port}")), TryAgain)
        assert b"Subject" not in server.heard


@pytest.mark.parametrize("nonsense", [b"hello", b"999 x", b"\xb2\xe2 y", b"250-" + b"x" * 40_000])
def test_nonsense_after_the_message_is_unknown_and_before_it_a_reason_to_try_again(
    open_email: OpenEmail, nonsense: bytes
) -> None:
    for stage, expected in ((b".", Unknown), (b"RCPT", TryAgain)):
        with BareServer({stage: nonsense}) as server:
            assert isinstance(carry_one(open_email(f"smtp://127.0.0.1:{server.port}")), expected)


def test_a_connection_lost_after_the_message_leaves_it_unknown_and_the_next_goes_on(
    serve: Serve, open_email: OpenEmail
) -> None:
    server = serve(Script(after_data={"drop@x.example": DROP}))
    channel = open_email(server.url(), connections=1)
    outcomes = dict(channel.carry([parcel("drop@x.example"), parcel("b@x.example")]))
    assert isinstance(outcomes[parcel("drop@x.example")], Unknown)
    assert isinstance(outcomes[parcel("b@x.example")], Sent)


def test_silence_after_the_message_leaves_it_unknown(serve: Serve, open_email: OpenEmail) -> None:
    server = serve(Script(after_data={"a@x.example": STALL}))
    outcome = carry_one(open_email(server.url()))
    assert isinstance(outcome, Unknown)
    assert "0.2 s" in outcome.answer


def test_a_message_whose_end_never_left_this_side_may_go_again(open_email: OpenEmail) -> None:
    with BareServer({}, deaf_after=b"DATA") as server:
        large = parcel(message=b"x" * 70 + b"\r\n" * 10_000_000)
        assert isinstance(carry_one(open_email(f"smtp://127.0.0.1:{server.port}"), large), TryAgain)


def test_a_relay_dropping_the_connection_before_the_message_is_tried_once_more(
    serve: Serve, open_email: OpenEmail
) -> None:
    server = serve(Script(hang_ups_at_mail=1))
    assert isinstance(carry_one(open_email(server.url())), Sent)
    server.script.hang_ups_at_mail = 2
    assert isinstance(carry_one(open_email(server.url())), TryAgain)
    assert len(server.received) == 1


def test_an_idle_connection_that_the_relay_closed_is_replaced(serve: Serve, open_email: OpenEmail) -> None:
    server = serve(Script())
    channel = open_email(server.url(), connections=1)
    assert isinstance(carry_one(channel), Sent)
    server.hang_up()
    assert isinstance(carry_one(channel), Sent)
    assert server.connections == 2


def test_the_relay_may_be_restarted_between_two_letters(open_email: OpenEmail) -> None:
    with SmtpServer() as server:
        channel = open_email(server.url())
        assert isinstance(carry_one(channel), Sent)
    assert isinstance(carry_one(channel), TryAgain)
    threading.Event().wait(SHORT.rest)
    with SmtpServer(port=server.port) as server:
        assert isinstance(carry_one(channel), Sent)


def test_connections_are_kept_and_renewed_after_so_many_letters(serve: Serve, open_email: OpenEmail) -> None:
    server = serve(Script())
    channel = open_email(server.url(), connections=1, limits=replace(SHORT, letters=4))
    for _ in range(2):
        assert all(isinstance(outcome, Sent) for _, outcome in channel.carry([parcel()] * 5))
    assert [one.connection for one in server.received] == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3]


def test_an_old_connection_is_renewed(serve: Serve, open_email: OpenEmail) -> None:
    server = serve(Script())
    list(open_email(server.url(), connections=1, limits=replace(SHORT, age=0)).carry([parcel()] * 2))
    assert server.connections == 2


def test_an_idle_connection_is_given_back(serve: Serve, open_email: OpenEmail) -> None:
    server = serve(Script())
    assert isinstance(carry_one(open_email(server.url(), limits=replace(SHORT, idle=0.05))), Sent)
    assert server.empty.wait(10)


def test_a_relay_that_takes_fewer_connections_gets_all_letters_by_those_it_takes(
    serve: Serve, open_email: OpenEmail
) -> None:
    server = serve(Script(room=2))
    outcomes = list(open_email(server.url(), connections=6).carry([parcel(f"r{n}@x.example") for n in range(300)]))
    assert all(isinstance(outcome, Sent) for _, outcome in outcomes)
    assert len({one.recipient for one in server.received}) == 300


def test_a_relay_that_takes_no_connection_is_asked_once_for_all_that_waits(serve: Serve, open_email: OpenEmail) -> None:
    server = serve(Script(room=0))
    channel = open_email(server.url(), limits=replace(SHORT, rest=60))
    outcomes = [outcome for _, outcome in channel.carry([parcel()] * 50)]
    assert all(isinstance(outcome, TryAgain) and outcome.code == 421 for outcome in outcomes)
    assert "稍后再试" in outcomes[0].answer
    assert server.connections == 1


def test_a_relay_that_is_not_there_leaves_the_parcel_to_try_again(open_email: OpenEmail) -> None:
    with SmtpServer() as server:
        pass
    assert isinstance(carry_one(open_email(server.url())), TryAgain)


def test_the_login_is_made_once_for_each_connection_after_encryption(serve: Serve, open_email: OpenEmail) -> None:
    server = serve(Script(account=("robot@duban.example", "p:/@密"), certificate=certificate()))
    url = server.url("robot%40duban.example:p%3A%2F%40%E5%AF%86")
    channel = open_email(url, connections=1, context=trusting())
    assert all(isinstance(outcome, Sent) for _, outcome in channel.carry([parcel()] * 3))
    assert server.logins == 1


def test_a_refused_login_blames_no_address_and_is_not_repeated_for_each_letter(
    serve: Serve, open_email: OpenEmail
) -> None:
    server = serve(Script(account=("robot", "right"), certificate=certificate()))
    channel = open_email(server.url("robot:s3cret"), limits=replace(SHORT, rest=60), context=trusting())
    outcomes = [outcome for _, outcome in channel.carry([parcel()] * 50)]
    assert all(isinstance(outcome, TryAgain) and outcome.code == 535 for outcome in outcomes)
    assert server.connections == 1
    assert "s3cret" not in str(outcomes)
    with pytest.raises(WorkFaulty, match="登录被拒") as fault:
        channel.check()
    assert "s3cret" not in f"{fault.value} {fault.value.__cause__!r}"


@pytest.mark.parametrize("implicit", [True, False])
def test_letters_go_encrypted(serve: Serve, open_email: OpenEmail, implicit: bool) -> None:
    server = serve(Script(certificate=certificate(), implicit_tls=implicit))
    channel = open_email(server.url(query="" if implicit else "?starttls=required"), context=trusting())
    assert all(isinstance(outcome, Sent) for _, outcome in channel.carry([parcel()] * 20))
    assert "TLSv1" in channel.check()


@pytest.mark.parametrize("implicit", [True, False])
def test_nothing_goes_to_a_relay_whose_certificate_nobody_vouches_for(
    serve: Serve, open_email: OpenEmail, implicit: bool
) -> None:
    server = serve(Script(certificate=certificate(), implicit_tls=implicit))
    channel = open_email(server.url(query="" if implicit else "?starttls=required"))
    assert isinstance(carry_one(channel), TryAgain)
    with pytest.raises(WorkFaulty, match="CERTIFICATE_VERIFY_FAILED"):
        channel.check()
    assert server.received == []


def test_encryption_that_is_merely_offered_is_taken_whoever_vouches(serve: Serve, open_email: OpenEmail) -> None:
    server = serve(Script(certificate=certificate()))
    channel = open_email(server.url())
    assert isinstance(carry_one(channel), Sent)
    assert "TLSv1" in channel.check()


def test_nothing_goes_in_the_clear_where_encryption_is_required(serve: Serve, open_email: OpenEmail) -> None:
    server = serve(Script())
    channel = open_email(server.url(query="?starttls=required"))
    assert isinstance(carry_one(channel), TryAgain)
    with pytest.raises(WorkFaulty, match="STARTTLS"):
        channel.check()
    assert server.received == []


def test_a_chinese_local_part_goes_where_the_relay_knows_smtputf8_and_is_refused_elsewhere(
    serve: Serve, open_email: OpenEmail
) -> None:
    for known, expected in ((True, Sent), (False, Refused)):
        server = serve(Script(smtputf8=known))
        assert isinstance(carry_one(open_email(server.url()), parcel("经办@x.example")), expected)


def test_a_message_larger_than_the_relay_takes_is_refused_unsent(serve: Serve, open_email: OpenEmail) -> None:
    server = serve(Script(("SIZE 100",)))
    assert isinstance(carry_one(open_email(server.url()), parcel(message=b"x" * 100 + b"\r\n")), Refused)
    assert server.commands["MAIL"] == 0


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_an_answer_is_kept_as_readable_text_of_bounded_length(open_email: OpenEmail, encoding: str) -> None:
    answer = b"550 " + "发信\t频率受限\x1b[2J".encode(encoding) + b"x" * 1000
    with BareServer({b"RCPT": answer}) as server:
        outcome = carry_one(open_email(f"smtp://127.0.0.1:{server.port}"))
    assert isinstance(outcome, TryAgain)
    assert outcome.answer.startswith("550 发信 频率受限 [2Jxxx")
    assert len(outcome.answer) == 300


def test_the_check_says_what_the_relay_says_of_itself(serve: Serve, open_email: OpenEmail) -> None:
    server = serve(Script(("PIPELINING", "SIZE 10240000")))
    said = open_email(server.url()).check()
    assert said == f"127.0.0.1:{server.port}, no TLS, size limit 10240000, relay.example"
    assert "\n" not in said


def test_a_check_of_a_relay_that_is_not_there_says_where_it_looked(open_email: OpenEmail) -> None:
    with SmtpServer() as server:
        pass
    with pytest.raises(WorkFaulty, match=f"127.0.0.1:{server.port}"):
        open_email(server.url()).check()


def test_closing_lets_what_is_under_way_finish_or_says_that_nobody_knows(serve: Serve, open_email: OpenEmail) -> None:
    server = serve(Script(after_data={"stall@x.example": STALL}))
    channel = open_email(server.url(), limits=replace(SHORT, data=60, close=0.2))
    outcomes = channel.carry([parcel("a@x.example"), parcel("stall@x.example")])
    heard = [next(outcomes)]
    channel.close()
    heard += outcomes
    assert {carried.recipient: type(outcome) for carried, outcome in heard} == {
        "a@x.example": Sent,
        "stall@x.example": Unknown,
    }


def test_whatever_the_relay_does_each_parcel_has_one_outcome_and_what_was_sent_was_received(
    serve: Serve, open_email: OpenEmail
) -> None:
    moods = random.Random(7).choices(["250 ok", "451 later", "550 no", DROP, "421 leaving"], k=200)  # noqa: S311
    recipients = {f"r{number}@x.example": mood for number, mood in enumerate(moods)}
    server = serve(Script(after_data=recipients))
    outcomes = list(open_email(server.url(), connections=4).carry(map(parcel, recipients)))
    meaning = {"250 ok": Sent, "451 later": TryAgain, "550 no": Refused, DROP: Unknown, "421 leaving": TryAgain}
    assert len(outcomes) == 200
    assert {one.recipient: type(outcome) for one, outcome in outcomes} == {
        recipient: meaning[mood] for recipient, mood in recipients.items()
    }
    sent = {one.recipient for one, outcome in outcomes if isinstance(outcome, Sent)}
    assert {one.recipient for one in server.received} == sent
    assert len(server.received) == len(sent)
