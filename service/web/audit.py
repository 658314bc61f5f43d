"""The audit: who saw and who changed what, the newest first."""

from starlette.responses import Response

from service.letters.table import Table
from service.store import audit as chain
from service.store.console import audit
from service.store.console.audit import Named, Wanted
from service.store.database import reading
from service.web.asked import Asked
from service.web.house_terms import ACTIONS
from service.web.page import HOUSE, Page
from service.web.paging import part
from service.web.terms import term

_ACTORS = ("account", "contact", "command")
_SUBJECTS = ("certification", "enterprise", "contact", "delivery", "unit", "account", "policy", "holidays", "command")
_MOST = 100_000


def listed(asked: Asked) -> Response:
    """The newest rows, of a subject, an actor or an action where one is asked for; or all of them as a file."""
    wanted = Wanted(_named(asked, "subject"), _named(asked, "actor"), asked.word("action"))
    kind = asked.word("as")
    if kind:
        return _exported(asked, wanted, kind)
    with reading(asked.house.engine) as connection:
        found = part(asked, lambda limit, before: audit.newest(connection, wanted, limit, before), lambda row: row.id)
        names = audit.names(connection, found.rows)
    known = {"actors": _ACTORS, "subjects": _SUBJECTS, "actions": ACTIONS}
    return asked.page("audit/list.html", found=found, names=names, wanted=wanted, **known)


def _exported(asked: Asked, wanted: Wanted, kind: str) -> Response:
    with asked.house.engine.begin() as connection:
        rows = audit.newest(connection, wanted, _MOST)
        names = audit.names(connection, rows)
        chain.note(connection, asked.visitor.actor, "exported", ("audit", 0), asked.at, {"rows": len(rows)})
    return asked.sheet("audit", _table(asked, rows, names), kind)


def _named(asked: Asked, what: str) -> Named | None:
    """The kind and number that a filter asks for; None where it names no kind."""
    kind = asked.word(what)
    return (kind, asked.number(f"{what}_id") or 0) if kind else None


def _table(asked: Asked, rows: list[audit.AuditRow], names: audit.Names) -> Table:
    """What is exported: the codes and numbers as they stand, beside the words and names of today."""
    say = asked.say
    header = ["#", say("时间", "at"), say("操作者", "actor"), "#", say("姓名", "name"), say("操作", "action")]
    header += [say("动作", "words"), say("对象", "subject"), "#", say("名称", "name"), say("细节", "details"), "digest"]
    return Table(
        header,
        [
            (
                row.id,
                row.at.astimezone(asked.zone),
                row.actor_kind,
                row.actor_id,
                names.get((row.actor_kind, row.actor_id), ""),
                row.action,
                term("action", row.action, asked.language),
                row.subject_kind,
                row.subject_id,
                names.get((row.subject_kind, row.subject_id), ""),
                "; ".join(f"{name}={value}" for name, value in row.details.items()),
                row.digest,
            )
            for row in rows
        ],
    )


PAGES = (Page("/audit", listed, HOUSE),)
