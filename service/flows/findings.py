"""Findings: what cannot be reminded, or not surely, why, and whose it is to mend."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from service.domain.findings import Code, Finding, Whose
from service.domain.obligation import Kind
from service.domain.rungs import Rung
from service.flows.desk import Desk, Moment, looking
from service.flows.suspicions import LOOKS
from service.letters.findings import rest, told
from service.letters.letter import Language
from service.letters.rungs import RUNGS
from service.letters.spoken import on_one_line
from service.store import findings
from service.store.found import Asked, Found, Listed

_OPS = "ops"
_ADDRESS = re.compile(r"\S*@\S*")
_RESULTS = {
    Kind.VALIDITY_END: "review_passed|review_failed",
    Kind.CULTIVATION_END: "accepted|acceptance_failed",
}


@dataclass(frozen=True)
class OfCode:
    """The findings of a code: the most urgent of them, how many there are, and how many things they concern."""

    code: Code
    shown: list[Finding]
    total: int
    concerned: int


def find(
    desk: Desk, today: date, whose: Whose | int = Whose.ANYONE, code: Code | None = None, limit: int = 100
) -> Iterator[OfCode]:
    """What is found of each code, or of one; a unit's id asks for what is that unit's to mend.

    Where a code has more than ``limit`` findings, the last that is shown adds up the rest.
    """
    asked = Asked(today, whose)
    with looking(desk) as now:
        for each in Code if code is None else (code,):
            look = LOOKS.get(each)
            found = look(now, asked, limit) if look else findings.listed(now.connection, each, asked, limit)
            if found.total:
                yield _told(now, each, found, asked)


def _told(now: Moment, code: Code, found: Listed, asked: Asked) -> OfCode:
    shown = [_finding(now, code, row, asked.today) for row in found.shown]
    left = found.total - len(shown)
    if left:
        concerned = found.concerned - sum(row.concerned for row in found.shown)
        shown.append(Finding(code, None, None, None, None, None, concerned, rest(left)))
    return OfCode(code, shown, found.total, found.concerned)


def _finding(now: Moment, code: Code, row: Found, today: date) -> Finding:
    kind = None if row.kind is None else Kind(row.kind)
    of_unit = row.enterprise is None and row.unit is not None
    where = " ".join(filter(None, (row.enterprise, row.factory))) or row.unit or ""
    return Finding(
        code=code,
        owner=_OPS if row.owner_id is None else row.unit,
        certification=row.certification_id,
        unit=row.unit,
        enterprise=row.enterprise,
        kind=kind,
        count=row.concerned,
        message=told(code, where, of_unit, kind, _fields(now, row, kind, today)),
    )


def _fields(now: Moment, row: Found, kind: Kind | None, today: date) -> dict[str, object]:
    """What the sentences leave open."""
    rung = Rung(row.note) if row.note in tuple(Rung) else Rung.HANDLER
    unit = shlex.quote(row.unit) if row.unit else "UNIT"
    return {
        "id": row.certification_id,
        "unit": unit,
        "subject": row.certification_id or f"--unit {unit}",
        "count": row.concerned,
        "rung_zh": RUNGS[Language.ZH][rung],
        "rung_en": RUNGS[Language.EN][rung],
        "day": row.day,
        "today": today,
        "kind_code": row.kind,
        "occurrence": row.occurrence,
        "note": _ADDRESS.sub("…", on_one_line(row.note or "")),
        "results": _RESULTS.get(kind, "") if kind else "",
        "year": now.workdays.announced_until + 1,
    }
