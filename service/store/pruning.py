"""What is old enough to be let go: copies, logs and sessions; never what keeps a letter from going twice.

Invariant: deliveries, invitations, events and the audit are not touched here.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, or_, select

from service.domain.delivery import State
from service.store.doors import session, sign_in
from service.store.kept import letter
from service.store.postal import returned
from service.store.runs import DONE, IS_REAL
from service.store.tables import attempt, delivery, run

_UNSETTLED = (State.HELD, State.PLANNED, State.CALLED, State.SENDING, State.UNKNOWN)


def _old_letters(before: datetime) -> tuple[ColumnElement[bool], ...]:
    settled = select(delivery.c.id).where(delivery.c.state.not_in(_UNSETTLED))
    return letter.c.written_at < before, letter.c.delivery_id.in_(settled)


def _old_attempts(before: datetime) -> tuple[ColumnElement[bool], ...]:
    settled = select(delivery.c.id).where(delivery.c.state.not_in(_UNSETTLED))
    return attempt.c.at < before, attempt.c.delivery_id.in_(settled)


def _old_runs(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """But for the newest good one of each job, whose day tells a later scan how long nobody looked."""
    newest = select(func.max(run.c.id)).where(run.c.outcome == DONE, IS_REAL).group_by(run.c.job)
    return run.c.started_at < before, run.c.id.not_in(newest)


def _settled_mail(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return returned.c.received_at < before, returned.c.settled_by != ""


def _ended_sessions(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return (session.c.seen_at < before,)


def _ended_links(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return sign_in.c.made_at < before, or_(sign_in.c.used_at.is_not(None), sign_in.c.ends_at < before)


_OLD: Mapping[str, tuple[Table, Callable[[datetime], tuple[ColumnElement[bool], ...]]]] = {
    "letters": (letter, _old_letters),
    "attempts": (attempt, _old_attempts),
    "runs": (run, _old_runs),
    "returned_mail": (returned, _settled_mail),
    "sessions": (session, _ended_sessions),
    "links": (sign_in, _ended_links),
}
KINDS = tuple(_OLD)


def prune(connection: Connection, kind: str, before: datetime, limit: int) -> int:
    """Let go of at most so many rows of a kind that are older than ``before``; how many there were."""
    table, old = _OLD[kind]
    [key] = table.primary_key.columns
    some: Select[tuple[object]] = select(key).where(*old(before)).order_by(key).limit(limit)
    keys = list(connection.scalars(some))
    if keys:
        connection.execute(delete(table).where(key.in_(keys)))
    return len(keys)
