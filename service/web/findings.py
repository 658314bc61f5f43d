"""Findings: what cannot be reminded, or not surely, in words, and whose it is to mend.

The page names every code and counts none; each is looked for when it is opened, since some have to read every log.
"""

from starlette.responses import Response

from service.domain.findings import Code, Whose
from service.domain.visitors import ScopeKind
from service.flows import findings
from service.flows.findings import OfCode
from service.letters.table import Table
from service.web.asked import Asked, Missing
from service.web.page import UNITS, Page
from service.web.terms import term

_SHOWN = 100
_MOST = 100_000


def listed(asked: Asked) -> Response:
    """The codes, and the findings of one; or all of that as a file."""
    code = _code(asked)
    if code is not None and asked.word("as"):
        return _exported(asked, code)
    found = _found(asked, code, _SHOWN) if code is not None else None
    known = {
        "codes": list(Code),
        "code": code,
        "found": found,
        "said": lambda text: _said(asked, text),
    }
    return asked.page("findings/list.html", **known)


def counted(asked: Asked) -> Response:
    """How many findings a code has: a part of the page, that is fetched after it."""
    code = _code(asked)
    if code is None:
        raise Missing
    return asked.page("findings/count.html", found=_found(asked, code, 1))


def _code(asked: Asked) -> Code | None:
    word = asked.word("code")
    if word and word not in tuple(Code):
        raise Missing
    return Code(word) if word else None


def _found(asked: Asked, code: Code, limit: int) -> OfCode | None:
    """A unit's officer sees what is that unit's to mend and no other's."""
    whose: Whose | int = asked.scope.id if asked.scope.kind is ScopeKind.UNIT else Whose.ANYONE
    return next(findings.find(asked.house.desk, asked.today, whose, code, limit), None)


def _said(asked: Asked, text: str) -> str:
    """The reader's half of a sentence that is told in both languages."""
    zh, divided, en = text.partition(" / ")
    return asked.say(zh, en) if divided else text


def _exported(asked: Asked, code: Code) -> Response:
    found = _found(asked, code, _MOST)
    rows = found.shown if found is not None else []
    asked.note("exported", ("list", 0), {"list": "findings", "code": code, "rows": len(rows)})
    say = asked.say
    header = [say("类别", "code"), say("由谁处理", "owner"), say("认定", "certification"), say("推荐单位", "unit")]
    header += [say("企业", "enterprise"), say("涉及", "concerns"), say("内容", "finding")]
    told = [(term("finding", e.code, asked.language), e.owner, e.certification, e.unit, e.enterprise) for e in rows]
    table = [(*row, each.count, each.message) for row, each in zip(told, rows, strict=True)]
    return asked.sheet(f"findings-{code}", Table(header, table), asked.word("as"))


PAGES = (Page("/findings", listed, UNITS), Page("/findings/count", counted, UNITS))
