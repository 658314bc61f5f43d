"""The whole way with a real relay: Postfix takes our letter, learns that the address is none, and returns it."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.channels.email import Email
from service.channels.maildir_mailbox import MaildirMailbox
from service.channels.relay import Relay
from service.domain.delivery import Verdict
from service.flows import deliver, returned
from service.flows.post import Post
from service.letters.return_address import ReturnAddress
from service.store.tables import attempt
from tests.house import EXCELLENCE, TODAY, House
from tests.postfix import Postfix, program, running
from tests.requirements import require
from tests.smtp import Script, SmtpServer

RETURNS = ReturnAddress("bounce@unit.example", "a key of the tests")
BACKUP = {"contact_name": "备用（演示）", "contact_email": "backup@a.example", "contact_role": "backup"}
ANSWERS = {"handler@a.example": "550 5.1.1 User unknown", "full@b.example": "552 5.2.2 Mailbox full"}


@pytest.fixture
def world() -> Iterator[tuple[Postfix, SmtpServer]]:
    """A relay of ours, and the mail server beyond it, which knows some addresses and not others."""
    postfix = program()
    require("postfix", postfix is not None, "Postfix, and to be root, are needed (on Debian: apt install postfix)")
    assert postfix is not None
    with SmtpServer(Script(at_recipient=ANSWERS)) as beyond, running(postfix, beyond.port) as relay:
        yield relay, beyond


def test_what_the_world_refuses_after_our_relay_took_it_comes_back_and_goes_to_the_backup(
    house: House, world: tuple[Postfix, SmtpServer]
) -> None:
    relay, beyond = world
    house.desk = replace(house.desk, returns=RETURNS)
    second = {"enterprise": "乙方演示有限公司", "contact_email": "full@b.example"}
    house.take_in(EXCELLENCE, EXCELLENCE | BACKUP, EXCELLENCE | second)
    channel = Email(Relay.parse(f"smtp://127.0.0.1:{relay.port}?starttls=never"))
    post = Post((channel,))
    try:
        house.scan()
        assert deliver.deliver_waiting(house.desk, post, TODAY)["sent"] == 2
        _wait_for(relay.returned, 2)
        house.clock.step(minutes=5)
        taken = returned.take_in(house.desk, RETURNS, MaildirMailbox(relay.returned), TODAY)
        assert taken == {"permanent": 2}
        assert deliver.deliver_waiting(house.desk, post, TODAY)["sent"] == 1
        _wait_for_letters(beyond, 1)
    finally:
        post.close()

    assert [letter.recipient for letter in beyond.received] == ["backup@a.example"]
    assert RETURNS.delivery_in(beyond.received[0].sender.encode())
    verdicts = [row.verdict for row in house.rows(attempt) if row.outcome == "bounced"]
    assert sorted(verdicts) == [Verdict.ADDRESS, Verdict.MAILBOX_FULL]


def _wait_for(mailbox: Path, messages: int) -> None:
    until = time.monotonic() + 20
    while len(list((mailbox / "new").iterdir())) < messages:
        assert time.monotonic() < until, "nothing came back"
        time.sleep(0.05)


def _wait_for_letters(server: SmtpServer, letters: int) -> None:
    until = time.monotonic() + 20
    while len(server.received) < letters:
        assert time.monotonic() < until, "nothing went on"
        time.sleep(0.05)
