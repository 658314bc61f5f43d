"""Signing in: by name and password, or by a link that is good once. Sessions are kept in the database.

Invariants: whoever asks learns nothing about which accounts and addresses exist; a password is only tried while the
account is not locked; a link signs in once, and only by a POST, since mail scanners open links.
"""

import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Connection

from service.domain.delivery import Purpose
from service.domain.errors import RequestRefused
from service.domain.visitors import Actor, ActorKind, Visitor
from service.flows.desk import LEGAL_ZONE, Desk, moment
from service.store import accounts, audit, deliveries, relays, sessions
from service.store.database import reading
from service.store.deliveries import Plan

LINK = "sign-in"
LINK_LASTS = timedelta(minutes=30)
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
_TRIES, _LOCKED_FOR = 5, timedelta(minutes=15)
_BY_ADDRESS = 20  # a minute
_OPEN_LINKS = 3
_SEEN_EVERY = timedelta(minutes=1)

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody has this password")
"""What the password of an account that does not exist is compared with, so that it takes as long."""


def by_password(desk: Desk, name: str, password: str, address: str) -> str:
    """Sign an account in; the token of its session. Raises RequestRefused, which never says what was wrong."""
    refused = RequestRefused(
        f"用户名或口令不对，或账户暂时锁定（连续 {_TRIES} 次失败锁定 15 分钟）",
        f"name or password is wrong, or the account is locked ({_TRIES} failures in a row lock it for 15 minutes)",
    )
    with moment(desk) as now:
        _within_rate(now.connection, address, now.now)
        account = accounts.by_name(now.connection, name)
        locked = account is not None and account.locked_until is not None and account.locked_until > now.now
        right = _matches(account.password if account and not locked else _NOBODY, password)
        if account is not None and not locked and right and account.active:
            accounts.count_failure(now.connection, account.id, 0, None)
            return _begun(now.connection, Actor(ActorKind.ACCOUNT, account.id), now.now)
        if account is not None and not locked:
            failures = account.failures + 1
            until = now.now + _LOCKED_FOR if failures >= _TRIES else None
            accounts.count_failure(now.connection, account.id, 0 if until else failures, until)
            who = Actor(ActorKind.ACCOUNT, account.id)
            audit.note(
                now.connection, who, "locked" if until else "sign_in_failed", ("account", account.id), now.now, {}
            )
    raise refused


def ask_for_link(desk: Desk, mail: str, address: str) -> None:
    """Send a link to each contact with this address; nothing tells whether there is one."""
    with moment(desk) as now:
        _within_rate(now.connection, address, now.now)
        for contact_id in accounts.contacts_at(now.connection, mail.strip()):
            if accounts.open_links(now.connection, contact_id, now.now) >= _OPEN_LINKS:
                continue  # a stranger may ask for links, and must not be able to fill a mailbox
            id = accounts.offer_link(now.connection, None, contact_id, now.now, now.now + LINK_LASTS)
            letter = Plan(accounts.SUBJECT, id, 0, Purpose.SIGN_IN, "", contact_id)
            deliveries.plan(now.connection, [letter], now.now.astimezone(LEGAL_ZONE).date(), now.now)


def by_link(desk: Desk, token: str) -> tuple[str, bool]:
    """Use a link up: the token of the session that it begins, and whether its holder has a password still to set."""
    with moment(desk) as now:
        id = desk.links.id_in(LINK, token)
        used = None if id is None else accounts.use_link(now.connection, id, now.now)
        if used is not None and used.contact_id:
            return _begun(now.connection, Actor(ActorKind.CONTACT, used.contact_id), now.now), False
        account = accounts.by_id(now.connection, used.account_id) if used is not None else None
        if account is not None and account.active:
            return _begun(now.connection, Actor(ActorKind.ACCOUNT, account.id), now.now), not account.password
    raise RequestRefused(
        "此登录链接已用过、已过期或不完整，请在登录页重新申请（运维账户：duban user link）",
        "this link was used, has ended or is not whole: ask for another on the sign-in page (ops: duban user link)",
    )


def visitor(desk: Desk, token: str) -> Visitor | None:
    """Who holds this session; its use is noted once a minute, and else nothing waits for who is writing."""
    at = desk.clock()
    with reading(desk.engine) as connection:
        found = sessions.visitor(connection, token, at - IDLE, at - LONGEST)
    if found is None:
        return None
    who, last = found
    if at - last > _SEEN_EVERY:
        with desk.engine.begin() as connection:
            sessions.seen(connection, token, at)
    return who


def sign_out(desk: Desk, token: str, who: Visitor) -> None:
    """End the session."""
    with moment(desk) as now:
        sessions.end(now.connection, token)
        audit.note(now.connection, who.actor, "signed_out", ("", 0), now.now, {})


def set_password(desk: Desk, who: Visitor, password: str) -> str:
    """Set the password of one's own account; every other session of it ends, and a new one begins: its token."""
    if who.actor.kind is not ActorKind.ACCOUNT:
        raise RequestRefused(
            "联系人凭邮件链接登录，没有口令", "contacts sign in by a mailed link: they have no password"
        )
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise RequestRefused(
            f"口令应为 {SHORTEST_PASSWORD} 至 {LONGEST_PASSWORD} 个字符",
            f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters",
        )
    hashed = _HASHER.hash(password)
    with moment(desk) as now:
        accounts.set_password(now.connection, who.actor.id, hashed)
        audit.note(now.connection, who.actor, "password_set", ("account", who.actor.id), now.now, {})
        return _begun(now.connection, who.actor, now.now)


def _begun(connection: Connection, who: Actor, now: datetime) -> str:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    sessions.end_old(connection, now - IDLE, now - LONGEST)
    sessions.begin(connection, token, csrf, who, now)
    audit.note(connection, who, "signed_in", ("", 0), now, {})
    return token


def _within_rate(connection: Connection, address: str, now: datetime) -> None:
    name = f"sign-in:{address}"[:300]
    if not relays.take(connection, {name: 1}, {name: _BY_ADDRESS}, now)[name]:
        raise RequestRefused("登录尝试过于频繁，请一分钟后再试", "too many sign-ins from here: try again in a minute")


def _matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed or _NOBODY, password[:LONGEST_PASSWORD]) and hashed not in ("", _NOBODY)
    except (VerifyMismatchError, InvalidHashError):
        return False
