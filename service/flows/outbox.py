"""A person's word on deliveries: carry again, end unsent, send the same letter to a colleague. All of them or none.

What is done stands in the audit by the same transaction.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Never

from sqlalchemy import Connection

from service.domain.delivery import RETRIABLE, State
from service.domain.errors import RequestRefused
from service.domain.undeliverable import TOLD_ANEW
from service.domain.visitors import Actor
from service.flows.desk import Desk
from service.store import audit, deliveries, failures, people
from service.store.console import delivery
from service.store.deliveries import Plan

SUBJECT = "delivery"
RESENT_FROM = (*RETRIABLE, State.SENT)

_Change = Callable[[Connection, Collection[int], datetime], list[int]]


def retry(desk: Desk, ids: Collection[int], actor: Actor) -> None:
    """Plan ended deliveries again, under the same Message-ID. Raises RequestRefused, with nothing changed."""
    _all_or_none(desk, ids, deliveries.retry, actor, "retried")


def abort(desk: Desk, ids: Collection[int], actor: Actor) -> None:
    """End waiting deliveries unsent. Raises RequestRefused, with nothing changed."""
    _all_or_none(desk, ids, deliveries.abort, actor, "aborted")


def _all_or_none(desk: Desk, ids: Collection[int], change: _Change, actor: Actor, verb: str) -> None:
    with desk.engine.begin() as connection:
        now, wanted = desk.clock(), set(ids)
        left = wanted - set(change(connection, wanted, now))
        if left:
            numbers = ", ".join(map(str, sorted(left)))
            _refuse(
                f"编号 {numbers} 不存在或状态不允许，未作任何更改",
                f"{numbers}: no such delivery, or its state does not allow it; nothing was changed",
            )
        for id in sorted(wanted):
            audit.note(connection, actor, verb, (SUBJECT, id), now, {"together": len(wanted)})


def resend(desk: Desk, id: int, contact_id: int, actor: Actor, today: date) -> int:
    """Plan the letter of an ended delivery for another person of the same owner; the number of the new delivery.

    It is a delivery of its own, with its own Message-ID, written anew from the facts of the day when it is carried,
    and not sent where the matter needs no letter any more. Raises RequestRefused, with nothing changed.
    """
    with desk.engine.begin() as connection:
        now = desk.clock()
        ended = failures.found(connection, [id]).get(id)
        if ended is None or ended.state not in RESENT_FROM or ended.purpose not in TOLD_ANEW:
            _refuse(
                "只有已结束的提醒、清单和联系人失效通知可以改发他人",
                "only a reminder, a list or a note of a failed address that has ended can go to another person",
            )
        contacts = people.contacts_by_ids(connection, {ended.contact_id, contact_id})
        to, before = contacts.get(contact_id), contacts[ended.contact_id]
        if to is None or (to.owner_kind, to.owner_id) != (before.owner_kind, before.owner_id) or not to.working:
            _refuse(
                "请选择同一单位的另一位地址可用的联系人", "choose another person of the same owner whose address works"
            )
        plan = Plan(ended.subject_kind, ended.subject_id, ended.revision, ended.purpose, ended.stage, contact_id)
        if not deliveries.plan(connection, [plan], today, now):
            _refuse(
                "这封信此前已为该联系人计划过，请在信件中查找并重投",
                "this letter was planned for that person before: find it among the letters and retry it",
            )
        new = delivery.number_of(connection, plan)
        audit.note(connection, actor, "resent", (SUBJECT, id), now, {"to": contact_id, "as": new})
    return new


def _refuse(zh: str, en: str) -> Never:
    raise RequestRefused(zh, en)
