"""A list's row as it was told, as a document and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from service.domain.answer import Answer, Decision
from service.domain.listing import Mark, Said, Section, Told
from service.domain.rungs import Rung

_DAYS = ("ends_on", "due_on", "late_after", "lapse_after", "safe_due_on", "last_reminded_on")


def document(row: Told) -> dict[str, Any]:
    """The row in what JSON has: numbers, codes and days."""
    said = None if row.said is None else [row.said.answer, row.said.on.isoformat(), row.said.decision]
    days = {name: None if (day := getattr(row, name)) is None else day.isoformat() for name in _DAYS}
    return vars(row) | days | {"said": said, "contact_ids": list(row.contact_ids)}


def told(document: Mapping[str, Any]) -> Told:
    """The row of such a document."""
    said = document["said"]
    days = {name: None if (day := document[name]) is None else date.fromisoformat(day) for name in _DAYS}
    codes = {"section": Section(document["section"]), "mark": Mark(document["mark"])}
    answered = None if said is None else Said(Answer(said[0]), date.fromisoformat(said[1]), Decision(said[2]))
    rung = document.get("rung")  # lists of before there were ladders have none
    ladder = {"rung": None if rung is None else Rung(rung)}
    ids = tuple(document["contact_ids"])
    return Told(**{**document, **days, **codes, **ladder, "said": answered, "contact_ids": ids})
