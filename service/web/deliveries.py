"""Letters: what waits, what went out, what failed; and a person's word on many at once."""

from collections.abc import Collection

from starlette.responses import Response

from service.domain.delivery import RETRIABLE, WAITING, Purpose, State
from service.domain.errors import RequestRefused
from service.domain.visitors import VisitorRole
from service.flows import outbox
from service.letters.table import Cell, Table
from service.letters.words import WORDS
from service.store import people
from service.store.console import deliveries
from service.store.console.deliveries import Listed
from service.store.database import reading
from service.web.asked import Asked
from service.web.deliveries_filter import ANSWERS, UNREACHED_DAYS, Filter, asked_for, of_house
from service.web.deliveries_terms import stage_words, without_addresses
from service.web.page import EVERYONE, OPS, Page
from service.web.paging import part
from service.web.terms import term

_MOST = 100_000
_OF_THE_HOUSE = (Purpose.CANARY, Purpose.SIGN_IN, Purpose.ESCALATION)
"""What an officer or a contact is sent, or sees, none of in their lists."""
_STAGES = ("180d", "90d", "60d", "30d", "15d", "7d", "3d", "1d", "0d", "+1w", "+2w", "+3w", "+4w", "lapse", "end")


def listed(asked: Asked) -> Response:
    """The newest letters that the filter lets through; or all of them as a file."""
    try:
        chosen = asked_for(asked)
    except RequestRefused as refusal:
        return _list(asked, Filter(deliveries.Wanted(), "", None), asked.say(refusal.zh, refusal.en))
    kind = asked.word("as")
    return _exported(asked, chosen, kind) if kind else _list(asked, chosen)


def changed(asked: Asked) -> Response:
    """Retry or abort the ticked ones: all of them or none."""
    try:
        done = do(asked, asked.ids())
    except RequestRefused as refusal:
        return _list(asked, asked_for(asked), asked.say(refusal.zh, refusal.en))
    return asked.go(asked.with_query(before=None), done)


def do(asked: Asked, ids: Collection[int]) -> str:
    """What the pressed button does to these; the word for what was done. Raises RequestRefused."""
    match asked.field("do"):
        case "retry":
            outbox.retry(asked.house.desk, ids, asked.visitor.actor)
            return "retried"
        case "abort":
            outbox.abort(asked.house.desk, ids, asked.visitor.actor)
            return "aborted"
    raise RequestRefused("请选择重投或中止", "choose what to do: retry or abort")


def _list(asked: Asked, chosen: Filter, refusal: str = "") -> Response:
    house = of_house(asked)
    with reading(asked.house.engine) as connection:
        found = part(
            asked,
            lambda limit, before: deliveries.listed(connection, asked.scope, chosen.wanted, limit, before),
            lambda row: row.id,
        )
        units = sorted(people.units(connection).values(), key=lambda each: each[2]) if house else []
    may_change = asked.visitor.role is VisitorRole.OPS
    return asked.page(
        "deliveries/list.html",
        422 if refusal else 200,
        found=found,
        chosen=chosen,
        refusal=refusal,
        units=units,
        states=tuple(State),
        purposes=[each for each in Purpose if house or each not in _OF_THE_HOUSE],
        stages=_STAGES,
        answers=ANSWERS if house else (),
        days_unreached=UNREACHED_DAYS,
        stage=lambda code: stage_words(code, asked.say),
        plain=without_addresses,
        ticked=set(asked.fields("id")),
        can_retry=may_change and any(row.state in RETRIABLE for row in found.rows),
        can_abort=may_change and any(row.state in WAITING for row in found.rows),
        may_change=may_change,
        changeable=(*RETRIABLE, *WAITING),
    )


def _exported(asked: Asked, chosen: Filter, kind: str) -> Response:
    with reading(asked.house.engine) as connection:
        rows = deliveries.listed(connection, asked.scope, chosen.wanted, _MOST)
    asked.note("exported", ("delivery", 0), {"rows": len(rows)})
    return asked.sheet("deliveries", _table(asked, rows), kind)


def _table(asked: Asked, rows: Collection[Listed]) -> Table:
    """A row for each letter, without anybody's name or address."""
    say, words = asked.say, WORDS[asked.language]
    header = ["#", say("状态", "state"), say("说明", "reason"), say("用途", "purpose"), say("阶段", "stage")]
    header += [say("事项", "matter"), say("认定编号", "certification"), say("企业", "enterprise")]
    header += [say("工厂", "factory"), say("收件单位", "sent to"), say("收件人角色", "role")]
    header += [say("业务日", "business day"), say("结束时间", "ended at"), say("投递次数", "attempts")]

    def cells(row: Listed) -> tuple[Cell, ...]:
        title = words.of_kind(row.kind, row.holder).title if row.kind and row.holder else ""
        what = (term("state", row.state, asked.language), without_addresses(term("reason", row.reason, asked.language)))
        why = (term("purpose", row.purpose, asked.language), stage_words(row.stage, say), title)
        about = (row.certification_id, row.enterprise, row.factory)
        to = (row.owner, term("contact_role", row.role, asked.language))
        ended = row.settled_at and row.settled_at.astimezone(asked.zone)
        return row.id, *what, *why, *about, *to, row.planned_for, ended, row.attempts

    return Table(header, [cells(row) for row in rows])


PAGES = (
    Page("/deliveries", listed, EVERYONE),
    Page("/deliveries", changed, OPS, "POST"),
)
