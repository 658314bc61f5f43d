"""Accounts of the console: made and closed by the operator; a new one is handed over as a link that is good once."""

from datetime import timedelta

from service.domain.certification import RecommendingUnit
from service.domain.errors import RequestRefused
from service.domain.visitors import Actor, ActorKind, VisitorRole
from service.flows.desk import Desk, moment
from service.flows.sign_in import LINK
from service.store import accounts, audit

_LONGEST_NAME = 100
_FIRST_LINK_LASTS = timedelta(days=3)


def add(desk: Desk, name: str, role: VisitorRole, unit: RecommendingUnit | None, by: Actor) -> str:
    """Make an account; the link by which its holder signs in first and sets a password."""
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise RequestRefused(
            f"用户名应为 1 至 {_LONGEST_NAME} 个可见字符", f"a name has 1 to {_LONGEST_NAME} printable characters"
        )
    if role is VisitorRole.CONTACT:
        raise RequestRefused(
            "企业联系人凭邮件链接登录，不设账户；请用 duban contacts import 登记",
            "contacts of enterprises sign in by a mailed link: record them by duban contacts import",
        )
    if (role is VisitorRole.OFFICER) != (unit is not None):
        raise RequestRefused(
            "officer（推荐单位经办）须指明推荐单位，其他角色不可指明",
            "an officer is of a recommending unit, which has to be named; other roles are of none",
        )
    with moment(desk) as now:
        id = accounts.add(now.connection, name, role, unit.id if unit else None, now.now)
        if id is None:
            raise RequestRefused(f"用户名“{name}”已有人使用", f'the name "{name}" is taken')
        audit.note(now.connection, by, "account_added", ("account", id), now.now, {"role": role})
        link = accounts.offer_link(now.connection, id, None, now.now, now.now + _FIRST_LINK_LASTS)
    return desk.links.to(LINK, link)


def link(desk: Desk, name: str, by: Actor) -> str:
    """Another link for an account, such as where its password was forgotten; it opens a locked account too."""
    with moment(desk) as now:
        account = accounts.by_name(now.connection, name)
        if account is None or not account.active:
            raise _unknown(name)
        accounts.count_failure(now.connection, account.id, 0, None)
        audit.note(now.connection, by, "link_made", ("account", account.id), now.now, {})
        made = accounts.offer_link(now.connection, account.id, None, now.now, now.now + _FIRST_LINK_LASTS)
    return desk.links.to(LINK, made)


def set_active(desk: Desk, name: str, by: Actor, *, active: bool) -> None:
    """Close an account, whose sessions end at once, or open it again.

    Who signs in by an account closes neither their own nor the last that is open to ops; the operator at the machine,
    who can make another, may.
    """
    with moment(desk) as now:
        left = accounts.open_ops(now.connection)
        account = accounts.by_name(now.connection, name)
        if account is None:
            raise _unknown(name)
        if not active and by.kind is ActorKind.ACCOUNT and (by.id == account.id or set(left) <= {account.id}):
            raise RequestRefused(
                "不能停用自己的账户，也不能停用最后一个运维账户",
                "nobody closes their own account, nor the last that is open to ops",
            )
        accounts.set_active(now.connection, account.id, active=active)
        action = "account_opened" if active else "account_closed"
        audit.note(now.connection, by, action, ("account", account.id), now.now, {})


def _unknown(name: str) -> RequestRefused:
    return RequestRefused(f"没有名为“{name}”的可用账户", f'there is no open account named "{name}"')
