"""From a letter that comes back to somebody who reads one: the fallback contact, the unit, where need be a person."""

import threading
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import select, update

from service.channels.channel import Parcel
from service.channels.mailbox import Incoming
from service.channels.maildir_mailbox import MaildirMailbox
from service.domain.delivery import Refused, Sent, State, Verdict
from service.domain.errors import RequestRefused, WorkFaulty
from service.domain.findings import Code
from service.domain.lifecycle import EventType
from service.flows import findings, returned, undeliverable
from service.letters.return_address import ReturnAddress
from service.store import measures
from service.store.postal import returned as table
from service.store.tables import attempt, contact, delivery, run
from tests.channels import returned_mail as mail
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House, Received, others

SAFE = date(2028, 9, 7)
RETURNS = ReturnAddress("bounce@unit.example", "a key of the tests")
BACKUP = {"contact_name": "备用（演示）", "contact_email": "backup@a.example", "contact_role": "backup"}
HANDLERS, BACKUPS, DIRECTORS = "handler@a.example", "backup@a.example", "director@a.example"
UNIT = {"owner_kind": "unit", "owner": "江苏省", "name": "联络员（演示）", "email": "unit@u.example"}
FULL = mail.recipient(status="5.2.2", said="smtp; 552 5.2.2 mailbox full")


@dataclass
class Post:
    """A house whose letters can come back, and the Maildir they come back to."""

    house: House
    folder: Path
    sent: list[Parcel]

    @property
    def mailbox(self) -> MaildirMailbox:
        return MaildirMailbox(self.folder)

    def send(self, today: date = TODAY) -> list[Received]:
        """Scan and deliver; the letters, whose parcels are kept."""
        self.house.scan(today)
        return self.deliver(today)

    def deliver(self, today: date = TODAY) -> list[Received]:
        self.house.deliver(today)
        self.sent += self.house.wire.carried
        return self.house.letters()

    def put(self, content: bytes) -> None:
        """Let a message lie in the mailbox."""
        count = sum(1 for _ in self.folder.glob("*/*"))
        (self.folder / "new" / f"{1000 + count}.M{count}.host").write_bytes(content)

    def come_back(self, to: str, fields: str = "", stage: int = -1) -> None:
        """Let the newest letter to an address come back, refused by its mail system."""
        parcel = [each for each in self.sent if each.recipient == to][stage]
        fields = fields or mail.recipient(to=to, said=f"smtp; 550 5.1.1 <{to}> User unknown")
        self.put(mail.report(to=parcel.sender, status=fields, words="x"))

    def take_in(self, today: date = TODAY) -> Counter[str]:
        self.house.clock.step(minutes=5)
        return returned.take_in(self.house.desk, RETURNS, self.mailbox, today)

    def states(self) -> dict[str, list[str]]:
        """The states of the deliveries to each address, superseded ones left out, in their order."""
        found: dict[str, list[str]] = {}
        statement = select(contact.c.address, delivery.c.state).join(delivery, delivery.c.contact_id == contact.c.id)
        with self.house.engine.begin() as connection:
            for address, state in connection.execute(statement.order_by(delivery.c.id)):
                if state != State.SUPERSEDED:
                    found.setdefault(address, []).append(state)
        return found

    def working(self) -> dict[str, bool]:
        return {row.address: row.working for row in self.house.rows(contact)}


@pytest.fixture
def post(house: House, tmp_path: Path) -> Post:
    """A factory with a handler, a backup and a director, and the unit that recommended it."""
    for part in ("tmp", "new", "cur"):
        (tmp_path / "returned" / part).mkdir(parents=True)
    house.desk = replace(house.desk, returns=RETURNS)
    house.take_in(EXCELLENCE, EXCELLENCE | BACKUP, EXCELLENCE | DIRECTOR)
    house.meet(UNIT)
    return Post(house, tmp_path / "returned", [])


def test_a_letter_returns_to_an_address_of_its_own_and_is_still_from_the_sender(post: Post) -> None:
    [letter] = post.send()
    [parcel] = post.sent

    assert RETURNS.delivery_in(parcel.sender.encode()) == parcel.delivery_id
    assert "duban@site.example" in str(letter.mail["From"])
    assert "duban@site.example" in str(letter.calendar.walk("VEVENT")[0]["ORGANIZER"])


def test_without_a_mailbox_for_them_letters_return_to_the_sender(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    house.deliver()

    assert [parcel.sender for parcel in house.wire.carried] == ["duban@site.example"]


def test_a_letter_that_comes_back_is_on_record_and_the_same_stage_goes_to_the_backup(post: Post) -> None:
    post.send()
    post.come_back(HANDLERS)
    assert post.take_in() == {"permanent": 1}

    assert post.states() == {HANDLERS: ["bounced"], BACKUPS: ["planned"], "unit@u.example": ["planned"]}
    [bounced] = [row for row in post.house.rows(delivery) if row.state == State.BOUNCED]
    assert "550 5.1.1" in bounced.reason
    [_, met] = post.house.rows(attempt)
    assert (met.delivery_id, met.outcome, met.verdict) == (bounced.id, "bounced", Verdict.ADDRESS)
    letters = {letter.to: letter for letter in post.deliver()}
    assert letters[BACKUPS].invite == ("REQUEST", 0, SAFE)
    assert [row.stage for row in post.house.rows(delivery) if row.purpose == "reminder"][-2:] == ["90d", "90d"]


def test_the_unit_is_told_which_address_of_which_enterprise_does_not_work(post: Post) -> None:
    other = EXCELLENCE | {
        "enterprise": "他省演示有限公司",
        "recommending_unit": "浙江省",
        "contact_email": "h@z.example",
    }
    post.house.take_in(other)
    post.house.meet(UNIT | {"owner": "浙江省", "email": "other@u.example"})
    post.send()
    post.come_back(HANDLERS)
    post.take_in()
    letters = {letter.to: letter for letter in post.deliver()}

    assert letters.keys() == {BACKUPS, "unit@u.example"}
    letter = letters["unit@u.example"]
    assert "甲方演示有限公司" in letter.subject
    assert HANDLERS in letter.text
    assert "江苏省" in letter.text
    assert "浙江省" not in letter.text + str(letter.mail)
    assert "550" not in letter.text


def test_of_one_address_a_unit_is_told_once_however_many_letters_come_back(post: Post) -> None:
    for days in (90, 60, 30):
        post.send(SAFE - timedelta(days=days))
        post.come_back(HANDLERS)
        post.take_in(SAFE - timedelta(days=days))
        post.deliver(SAFE - timedelta(days=days))

    assert [each.recipient for each in post.sent].count("unit@u.example") == 1


def test_when_each_fails_in_turn_each_is_told_and_then_nobody_is_left(post: Post) -> None:
    post.send()
    for address in (HANDLERS, BACKUPS, DIRECTORS):
        post.come_back(address)
        assert post.take_in() == {"permanent": 1}
        post.deliver()

    states = post.states()
    assert {states[address][-1] for address in (HANDLERS, BACKUPS, DIRECTORS)} == {"bounced"}
    assert post.house.scan().planned == 0
    assert states["unit@u.example"] == ["sent", "sent", "sent"]


def test_a_colleague_who_was_told_already_is_not_told_again(post: Post) -> None:
    near = SAFE - timedelta(days=30)
    assert {letter.to for letter in post.send(near)} == {HANDLERS, DIRECTORS}
    post.come_back(DIRECTORS)
    post.take_in(near)
    assert {letter.to for letter in post.deliver(near)} == {"unit@u.example"}
    post.come_back(HANDLERS)
    post.take_in(near)

    assert {letter.to for letter in post.deliver(near)} == {BACKUPS, "unit@u.example"}


def test_a_fallback_for_an_old_stage_does_not_overtake_a_newer_reminder(post: Post) -> None:
    post.send(SAFE - timedelta(days=60))
    post.house.scan(SAFE - timedelta(days=30))
    post.come_back(HANDLERS)
    post.take_in(SAFE - timedelta(days=30))

    sent = {letter.to for letter in post.deliver(SAFE - timedelta(days=30))}
    assert {HANDLERS, BACKUPS, DIRECTORS, "unit@u.example"} == sent
    reminders = [row for row in post.house.rows(delivery) if (row.state, row.purpose) == ("sent", "reminder")]
    assert [row.stage for row in reminders] == ["30d", "30d", "60d"]


def test_what_is_closed_meanwhile_is_not_told_to_anybody_else(post: Post) -> None:
    post.send()
    post.come_back(HANDLERS)
    post.take_in()
    post.house.record(EventType.REVIEW_APPLIED, TODAY)

    letters = {letter.to: letter for letter in post.deliver()}
    assert letters.keys() == {HANDLERS, "unit@u.example"}
    assert letters[HANDLERS].invite[0] == "CANCEL"
    assert post.states()[BACKUPS] == ["withdrawn"]


def test_a_full_mailbox_turns_to_the_backup_and_speaks_against_nobody(post: Post) -> None:
    for days in (90, 60, 30, 15):
        post.send(SAFE - timedelta(days=days))
        post.come_back(HANDLERS, FULL)
        post.take_in(SAFE - timedelta(days=days))

    assert post.states()[BACKUPS][0] in ("planned", "sent")
    assert "unit@u.example" not in post.states()
    assert all(post.working().values())


def test_permanent_answers_on_three_days_hold_an_address_back_until_a_person_lets_it_work(post: Post) -> None:
    for days in (90, 60, 30):
        assert post.working()[HANDLERS]
        post.send(SAFE - timedelta(days=days))
        post.come_back(HANDLERS)
        post.take_in(SAFE - timedelta(days=days))
        post.deliver(SAFE - timedelta(days=days))

    assert post.working() == {HANDLERS: False, BACKUPS: True, DIRECTORS: True, "unit@u.example": True}
    [listed] = [each for each in findings.find(post.house.desk, TODAY) if each.code is Code.ADDRESS_HELD_BACK]
    assert listed.total == 1
    assert {letter.to for letter in post.send(SAFE - timedelta(days=15))} == {BACKUPS, DIRECTORS}
    [held] = [row.id for row in post.house.rows(contact) if not row.working]
    returned.restore(post.house.desk, [held])
    assert {letter.to for letter in post.send(SAFE - timedelta(days=7))} == {HANDLERS, DIRECTORS}


def test_an_address_that_a_person_lets_work_again_has_its_days_counted_anew(post: Post) -> None:
    days = iter(SAFE - timedelta(days=number) for number in (90, 60, 30, 15, 7, 3))

    def fail(times: int) -> list[bool]:
        working = []
        for day in islice(days, times):
            post.send(day)
            post.come_back(HANDLERS)
            post.take_in(day)
            working.append(post.working()[HANDLERS])
        return working

    assert fail(3) == [True, True, False]
    [held] = [row.id for row in post.house.rows(contact) if not row.working]
    returned.restore(post.house.desk, [held])
    with post.house.engine.begin() as connection:
        answered = measures.answers(connection, 0)

    assert fail(3) == [True, True, False]
    assert set(answered) == {"2xx"}


def test_answers_of_one_day_count_once_and_a_success_in_between_starts_anew(post: Post) -> None:
    for days, fails in ((90, True), (60, True), (30, False), (15, True)):
        post.send(SAFE - timedelta(days=days))
        if fails:
            post.come_back(HANDLERS)
            post.take_in(SAFE - timedelta(days=days))

    assert post.working()[HANDLERS]


def test_what_waits_for_an_address_when_it_is_held_back_goes_to_the_others_at_the_next_scan(post: Post) -> None:
    for days in (90, 60):
        post.send(SAFE - timedelta(days=days))
        post.come_back(HANDLERS)
        post.take_in(SAFE - timedelta(days=days))
    day = SAFE - timedelta(days=59)
    post.house.take_in(EXCELLENCE | {"factory": "第二工厂"})
    post.house.scan(day)
    with post.house.engine.begin() as connection:  # an answer that came late
        bounced = select(delivery.c.id).where(delivery.c.state == State.BOUNCED).limit(1).scalar_subquery()
        late = {"delivery_id": bounced, "at": post.house.clock(), "outcome": "bounced", "answer": "550"}
        connection.execute(attempt.insert().values(**late, verdict=Verdict.ADDRESS))
    post.deliver(day)
    post.come_back(HANDLERS)
    post.take_in(day)

    assert not post.working()[HANDLERS]
    post.house.scan(day)
    assert "planned" in post.states()[BACKUPS]


def test_a_units_own_address_is_told_of_to_nobody_and_its_list_goes_to_the_next(post: Post) -> None:
    post.house.meet(UNIT | {"role": "director", "email": "head@u.example"})
    near = SAFE - timedelta(days=20)
    post.house.escalate(near)
    post.deliver(near)
    post.come_back("unit@u.example")
    post.take_in(near)
    [letter] = post.deliver(near)

    assert letter.to == "head@u.example"
    assert letter.workbook
    assert [row.purpose for row in post.house.rows(delivery)] == ["list", "list"]


def test_a_letter_to_a_unit_that_recommends_nothing_of_it_any_more_is_not_sent(post: Post) -> None:
    post.send()
    post.come_back(HANDLERS)
    post.take_in()
    post.house.take_in(EXCELLENCE | {"recommending_unit": "浙江省"})

    assert "unit@u.example" not in {letter.to for letter in post.deliver()}
    assert post.states()["unit@u.example"] == ["withdrawn"]


def test_a_recipient_whom_the_relay_refuses_for_good_takes_the_same_way(post: Post) -> None:
    refusal = Refused("550 5.1.1 User unknown", 550, Verdict.ADDRESS)
    post.house.wire.answer = lambda parcel: refusal if parcel.recipient == HANDLERS else Sent("250 ok")
    post.send()

    assert post.states() == {HANDLERS: ["refused"], BACKUPS: ["sent"], "unit@u.example": ["sent"]}


def test_a_letter_that_could_not_be_written_is_for_nobody_else(post: Post) -> None:
    post.house.wire.answer = lambda parcel: Refused("the message is not ASCII", verdict=Verdict.OURS)
    post.send()

    assert post.states() == {HANDLERS: ["refused"]}


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (mail.auto_reply("{to}"), "auto_reply"),
        (mail.report(to="{to}", status=mail.recipient("delayed", "4.4.1"), words="x"), "delayed"),
        (mail.report(to="{to}", status=mail.recipient("delivered", "2.1.5"), words="x"), "delivered"),
    ],
)
def test_what_is_no_failure_is_counted_and_changes_nothing(post: Post, content: bytes, word: str) -> None:
    post.send()
    post.put(content.replace(b"{to}", post.sent[0].sender.encode()))

    assert post.take_in() == {word: 1}
    assert post.states() == {HANDLERS: ["sent"]}
    assert [row.settled_by for row in post.house.rows(table)] == ["duban"]
    assert list((post.folder / "new").iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [mail.postfix(f"bounce+2.{'a' * 16}@unit.example"), mail.chinese("bounce@unit.example"), b"", b"\0\xff" * 200_000],
    ids=["forged", "Chinese", "empty", "binary, huge"],
)
def test_what_is_not_proved_or_not_understood_waits_for_a_person_and_stops_nothing(post: Post, content: bytes) -> None:
    post.send()
    post.put(content)
    post.come_back(HANDLERS)

    assert sum(post.take_in().values()) == 2
    assert post.states()[HANDLERS] == ["bounced"]
    assert [row.settled_by for row in post.house.rows(table)] == ["", "duban"]


def test_a_person_says_whose_it_is_and_that_it_failed(post: Post) -> None:
    post.send()
    post.put(mail.chinese("bounce@unit.example"))
    post.take_in()
    [waiting] = post.house.rows(table)
    [parcel] = post.sent
    with pytest.raises(RequestRefused, match="--delivery"):
        returned.settle(post.house.desk, [waiting.id], None, True, "test", TODAY)
    returned.settle(post.house.desk, [waiting.id], parcel.delivery_id, True, "test", TODAY)

    assert post.states() == {HANDLERS: ["bounced"], BACKUPS: ["planned"], "unit@u.example": ["planned"]}
    [row] = post.house.rows(table)
    assert (row.settled_by, row.delivery_id, row.verdict) == ("test", parcel.delivery_id, "permanent")


def test_a_claim_without_a_signature_is_believed_once_a_person_says_so(post: Post) -> None:
    post.send()
    letter = mail.LETTER.replace(f"delivery-{mail.DELIVERY}.", f"delivery-{post.sent[0].delivery_id}.")
    post.put(mail.report(to="bounce@unit.example", status=mail.recipient(), words="x", letter=letter))
    assert post.take_in() == {"unsigned": 1}
    assert post.states() == {HANDLERS: ["sent"]}
    returned.settle(post.house.desk, [1], None, True, "test", TODAY)

    assert post.states()[HANDLERS] == ["bounced"]


def test_what_a_person_only_puts_away_changes_nothing(post: Post) -> None:
    post.send()
    post.put(b"Subject: spam\r\n\r\nbuy\r\n")
    post.take_in()
    returned.settle(post.house.desk, [1], None, False, "test", TODAY)

    assert post.states() == {HANDLERS: ["sent"]}
    with pytest.raises(RequestRefused, match="settled before"):
        returned.settle(post.house.desk, [1], None, False, "test", TODAY)


@pytest.mark.parametrize(
    ("ids", "number", "words"),
    [([1, 99], None, "99"), ([1], 99, "no such delivery"), ([1], 1, "was not sent")],
    ids=["no such message", "no such delivery", "a delivery that was superseded"],
)
def test_what_cannot_be_settled_is_refused_and_changes_nothing(
    post: Post, ids: list[int], number: int | None, words: str
) -> None:
    post.send()
    post.put(b"Subject: x\r\n\r\n")
    post.take_in()
    before = post.house.rows(table), post.house.rows(delivery)
    with pytest.raises(RequestRefused, match=words):
        returned.settle(post.house.desk, ids, number, True, "test", TODAY)

    assert (post.house.rows(table), post.house.rows(delivery)) == before


def test_an_address_that_works_is_not_restored(post: Post) -> None:
    with pytest.raises(RequestRefused, match="1, 99"):
        returned.restore(post.house.desk, [1, 99])


class Unmarkable(MaildirMailbox):
    """A mailbox of which the process dies before it can mark a message."""

    def taken(self, message: Incoming) -> None:
        raise OSError("gone")


def test_a_crash_before_the_mark_reads_again_and_takes_in_once(post: Post) -> None:
    post.send()
    post.come_back(HANDLERS)
    with pytest.raises(WorkFaulty):
        returned.take_in(post.house.desk, RETURNS, Unmarkable(post.folder), TODAY)
    before = post.states()

    assert post.take_in() == {"known": 1}
    assert post.states() == before
    assert len(post.house.rows(table)) == 1
    assert post.take_in() == {}
    assert [(row.job, row.outcome) for row in post.house.rows(run)[-3:]] == [
        ("returned", "failed"),
        ("returned", "done"),
        ("returned", "done"),
    ]


def test_a_crash_before_the_commit_leaves_nothing_and_the_message_waits(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    post.send()
    post.come_back(HANDLERS)
    with monkeypatch.context() as broken:
        broken.setattr(undeliverable.deliveries, "plan", crash)
        with pytest.raises(KeyboardInterrupt):
            post.take_in()
    assert post.states() == {HANDLERS: ["sent"]}
    assert post.house.rows(table) == []

    assert post.take_in() == {"permanent": 1}
    assert post.states()[BACKUPS] == ["planned"]


def test_a_message_that_comes_before_its_letter_is_settled_is_read_again_later(post: Post) -> None:
    post.send()
    [parcel] = post.sent
    with post.house.engine.begin() as connection:
        sending = update(delivery).where(delivery.c.id == parcel.delivery_id)
        connection.execute(sending.values(state=State.SENDING, claim="somebody"))
    post.come_back(HANDLERS)
    assert post.take_in() == {"too_early": 1}
    assert post.house.rows(table) == []
    with post.house.engine.begin() as connection:
        connection.execute(sending.values(state=State.SENT, claim=""))

    assert post.take_in() == {"permanent": 1}


def test_a_letter_of_unknown_fate_that_comes_back_is_not_sent_again(post: Post) -> None:
    post.send()
    [parcel] = post.sent
    with post.house.engine.begin() as connection:
        connection.execute(update(delivery).where(delivery.c.id == parcel.delivery_id).values(state=State.PLANNED))
    post.come_back(HANDLERS)
    post.take_in()

    assert HANDLERS not in {letter.to for letter in post.deliver()}


def test_a_letter_that_came_back_twice_is_told_to_one_other(post: Post) -> None:
    post.send()
    post.come_back(HANDLERS)
    post.come_back(HANDLERS, mail.recipient(said="smtp; 550 5.1.1 again"))

    assert post.take_in() == {"permanent": 2}
    assert post.states() == {HANDLERS: ["bounced"], BACKUPS: ["planned"], "unit@u.example": ["planned"]}


def test_two_readers_of_one_mailbox_take_each_message_in_once(post: Post) -> None:
    eight = others(8)
    post.house.take_in(*eight, *(row | BACKUP for row in eight))
    post.send()
    for parcel in list(post.sent):
        post.put(mail.report(to=parcel.sender, status=mail.recipient(), words="x"))
    counts: list[Counter[str]] = []

    def read() -> None:
        counts.append(returned.take_in(post.house.desk, RETURNS, post.mailbox, TODAY))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(each["permanent"] for each in counts) == len(post.sent) == len(post.house.rows(table)) == 9
    assert list((post.folder / "new").iterdir()) == []
    assert post.states()[BACKUPS] == ["planned"] * 9


def test_a_signed_message_about_a_delivery_that_is_on_no_record_is_for_a_person(post: Post) -> None:
    post.put(mail.report(to=RETURNS.of(2**31 - 1), status=mail.recipient(), words="x"))

    assert post.take_in() == {"unread": 1}
    assert post.house.rows(table)[0].delivery_id is None
