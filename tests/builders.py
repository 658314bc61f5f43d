"""Domain values with quiet defaults: a test names only what it is about. Enterprise, unit and people are invented."""

from dataclasses import replace
from datetime import date
from typing import Any

from service.domain.certification import Certification, Facts, Level, UnitKind
from service.domain.lifecycle import Event, EventType
from service.domain.people import Contact, OwnerKind, Role

_CERTIFICATION = Certification(
    id=1,
    enterprise_id=1,
    enterprise="演示制造有限公司（虚构）",
    uscc="",
    factory="演示智能工厂",
    level=Level.EXCELLENCE,
    batch="2025",
    unit_id=1,
    unit="演示单位（虚构）",
    unit_kind=UnitKind.PROVINCIAL,
    proposed=False,
    date_basis="",
    source_url="",
)


def certification(**changes: Any) -> Certification:
    """An excellence certification of an identified unit; the enterprise is known by its name."""
    return replace(_CERTIFICATION, **changes)


def facts(**stated: date | str | int) -> Facts:
    """What a list or sheet states, and nothing else; days may be written as 2025-12-09."""
    return Facts(**{name: _day(value) if isinstance(value, str) else value for name, value in stated.items()})  # type: ignore[arg-type]


def event(
    type: EventType | str, on: date | str | None = None, until: date | str | None = None, order: int = 0, **details: str
) -> Event:
    """What happened on a day; days may be written as 2025-12-09."""
    return Event(EventType(type), _day(on), _day(until), details, order)


def log(*events: Event) -> list[Event]:
    """Events as recorded one after the other."""
    return [replace(each, order=place) for place, each in enumerate(events, start=1)]


def contact(role: Role | str = Role.HANDLER, id: int = 1, **changes: Any) -> Contact:
    """A person of the enterprise whose address works, and is the person's own."""
    plain = Contact(id, OwnerKind.ENTERPRISE, 1, Role(role), "演示联系人", f"person-{id}@demo.example", "zh", True)
    return replace(plain, **changes)


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
