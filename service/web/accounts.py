"""Accounts of the console: who may sign in by one; made, closed and opened by ops."""

from starlette.responses import Response

from service.domain.errors import RequestRefused
from service.domain.visitors import VisitorRole
from service.flows import accounts as flow
from service.store import accounts, people
from service.store.database import reading
from service.web.asked import Asked, Missing
from service.web.page import OPS, Page

_ROLES = (VisitorRole.OPS, VisitorRole.VIEWER, VisitorRole.OFFICER)


def listed(asked: Asked) -> Response:
    """Every account, and the form for another."""
    return _page(asked)


def add(asked: Asked) -> Response:
    """Make an account; its link is shown this once."""
    try:
        role = VisitorRole(asked.field("role")) if asked.field("role") in _ROLES else None
        if role is None:
            raise RequestRefused("请选择角色", "choose a role")
        unit = None
        if asked.field("unit"):
            unit_id = asked.number_in(asked.field("unit"))
            with reading(asked.house.engine) as connection:
                unit = people.units_by_ids(connection, [unit_id]).get(unit_id)
        made = flow.add(asked.house.desk, asked.field("name"), role, unit, asked.visitor.actor)
    except RequestRefused as refusal:
        return _page(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    return _page(asked, made=made, whose=asked.field("name"))


def link(asked: Asked) -> Response:
    """Another link for an account, shown this once."""
    name = _name(asked)
    try:
        made = flow.link(asked.house.desk, name, asked.visitor.actor)
    except RequestRefused as refusal:
        return _page(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    return _page(asked, made=made, whose=name)


def close(asked: Asked) -> Response:
    """Close an account: its sessions end at once."""
    return _set(asked, active=False)


def reopen(asked: Asked) -> Response:
    """Open an account again."""
    return _set(asked, active=True)


def _set(asked: Asked, *, active: bool) -> Response:
    try:
        flow.set_active(asked.house.desk, _name(asked), asked.visitor.actor, active=active)
    except RequestRefused as refusal:
        return _page(asked, 422, refusal=asked.say(refusal.zh, refusal.en))
    return asked.go("/accounts", "opened" if active else "closed")


def _page(asked: Asked, status: int = 200, *, refusal: str = "", made: str = "", whose: str = "") -> Response:
    with reading(asked.house.engine) as connection:
        found = accounts.all_accounts(connection)
        units = {id: name for id, _, name in people.units(connection).values()}
    known = {"found": found, "units": units, "roles": _ROLES, "refusal": refusal, "made": made, "whose": whose}
    return asked.page("accounts/list.html", status, **known)


def _name(asked: Asked) -> str:
    with reading(asked.house.engine) as connection:
        found = accounts.by_id(connection, asked.id())
    if found is None:
        raise Missing
    return found.name


PAGES = (
    Page("/accounts", listed, OPS),
    Page("/accounts/add", add, OPS, "POST"),
    Page("/accounts/{id:int}/link", link, OPS, "POST"),
    Page("/accounts/{id:int}/close", close, OPS, "POST"),
    Page("/accounts/{id:int}/open", reopen, OPS, "POST"),
)
