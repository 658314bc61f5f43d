"""Returned mail: take in what the mailbox holds, let a person settle what could not be read, and answer nothing."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Never

from sqlalchemy import Connection

from service.channels import dsn
from service.channels.mailbox import Incoming, Mailbox
from service.domain.delivery import State
from service.domain.errors import RequestRefused
from service.domain.undeliverable import FOR_A_PERSON, Failed, Meaning
from service.flows import canary
from service.flows.desk import Desk, recorded
from service.flows.undeliverable import look_again, undeliverable
from service.letters.return_address import ReturnAddress
from service.store import digests, failures, people, returned

_AT_ONCE = 200


def take_in(desk: Desk, returns: ReturnAddress, mailbox: Mailbox, today: date) -> Counter[str]:
    """Take in up to 200 messages that wait in the mailbox: how many came to what, by its word.

    Each message has a transaction of its own, and is marked in the mailbox only after it. Raises WorkFaulty where the
    mailbox cannot be used.
    """
    with recorded(desk, "returned", today) as tally, mailbox.opened() as reader:
        for message in reader.waiting(_AT_ONCE):
            word, done = _take_in(desk, message, dsn.read(message.content, returns, desk.host), today)
            tally.counts[word] += 1
            if done:
                reader.taken(message)
    return tally.counts


def _take_in(desk: Desk, message: Incoming, said: dsn.Said, today: date) -> tuple[str, bool]:
    """What a message came to; False while its delivery is still being settled, so that it is read again later."""
    with desk.engine.begin() as connection:
        now, meaning = desk.clock(), said.meaning
        if canary.arrived(connection, message.content, desk.host, now):
            return "canary", True
        members = digests.in_one_letter(connection, said.delivery_id) if said.delivery_id else []
        named = failures.found(connection, members)
        if meaning is Meaning.PERMANENT and not named:
            meaning = Meaning.UNREAD  # signed by us and on no record: that of an older backup, perhaps
        if meaning is Meaning.PERMANENT and any(each.state is State.SENDING for each in named.values()):
            return "too_early", False
        settled_by = "" if meaning in FOR_A_PERSON else returned.BY_ITSELF
        known = said.delivery_id if named else None
        new = returned.add(connection, message.source, now, known, meaning, said.status, said.words, settled_by)
        if new and meaning is Meaning.PERMANENT and known is not None:
            _bounce(connection, known, said.status, said.words, today, now)
    return (str(meaning) if new else "known"), True


def _bounce(connection: Connection, delivery_id: int, status: str, words: str, today: date, now: datetime) -> bool:
    """End the deliveries of a letter as bounced, with what follows; False where none was on its way any more."""
    fault, said = dsn.fault(status, words), words if status in words else f"{status} {words}"
    members = [Failed(id, fault, said) for id in digests.in_one_letter(connection, delivery_id)]
    failed = [each for each in members if failures.bounce(connection, each, now)]
    undeliverable(connection, failed, today, now)
    return bool(failed)


def settle(desk: Desk, ids: Sequence[int], delivery_id: int | None, permanent: bool, author: str, today: date) -> None:
    """Let a person settle returned messages: all of them or none.

    ``delivery_id`` says whose they are, where the record does not; ``permanent`` that this letter will never arrive.
    Without it nothing follows but that they wait no longer. Raises RequestRefused.
    """
    with desk.engine.begin() as connection:
        waiting = returned.by_ids(connection, ids)
        wrong = [id for id in ids if id not in waiting or waiting[id].settled_by]
        if wrong:
            _refuse(wrong, "不存在或已处理", "no such message, or it was settled before")
        if delivery_id is not None and not failures.found(connection, [delivery_id]):
            _refuse([delivery_id], "没有该投递", "no such delivery")
        returned.settle(connection, ids, author, delivery_id, Meaning.PERMANENT if permanent else None)
        failed: dict[int, returned.Returned] = {}
        for id in ids if permanent else ():
            whose = delivery_id or waiting[id].delivery_id
            if whose is None:
                _refuse([id], "不知属于哪封信，请用 --delivery 指明", "whose it is is not known: say so by --delivery")
            failed.setdefault(whose, waiting[id])
        for whose, said in failed.items():
            if not _bounce(connection, whose, said.status, said.words, today, desk.clock()):
                _refuse([whose], "该投递未发出或已结束", "that delivery was not sent, or has ended otherwise")


def _refuse(numbers: Sequence[int], zh: str, en: str) -> Never:
    listed = ", ".join(map(str, sorted(numbers)))
    raise RequestRefused(f"编号 {listed}：{zh}，未作任何更改", f"{listed}: {en}; nothing was changed")


def restore(desk: Desk, ids: Sequence[int]) -> None:
    """Let addresses that are held back work again, at a person's word: all of them or none. Raises RequestRefused.

    The next scan looks at their owners' matters anew. The days of answers against them are counted anew from now on.
    """
    with desk.engine.begin() as connection:
        restored = failures.set_working(connection, ids, working=True)
        left = set(ids) - set(restored)
        if left:
            _refuse(sorted(left), "没有该联系人，或其地址并未停用", "no such contact, or its address is not held back")
        failures.note_restored(connection, restored, desk.clock())
        look_again(connection, people.contacts_by_ids(connection, restored).values())
