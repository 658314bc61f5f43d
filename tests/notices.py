"""A notice of the rest days of 2027 that is invented: no office has announced these days."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from service.domain.notice import HOLIDAYS, Notice
from service.domain.workdays import DayKind, SpecialDay

NUMBER = "虚构〔2026〕1号"
STRETCHES = {
    "new_year": ("2027-01-01", "2027-01-03"),
    "spring_festival": ("2027-02-05", "2027-02-11"),
    "qingming": ("2027-04-03", "2027-04-05"),
    "labour_day": ("2027-05-01", "2027-05-05"),
    "dragon_boat": ("2027-06-09", "2027-06-09"),
    "mid_autumn": ("2027-09-15", "2027-09-15"),
    "national_day": ("2027-10-01", "2027-10-07"),
}
WORKED = {
    "2027-01-31": "spring_festival",
    "2027-02-14": "spring_festival",
    "2027-04-25": "labour_day",
    "2027-05-08": "labour_day",
    "2027-09-26": "national_day",
    "2027-10-09": "national_day",
}


def days(first: date, last: date) -> Iterator[date]:
    """Every day, both ends included."""
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def invented(worked: Mapping[str, str] = WORKED, **stretches: tuple[str, str]) -> Notice:
    """The invented notice; a test names the stretches that it has otherwise, by code or by words of their own."""
    named = [
        SpecialDay(day, DayKind.REST, name)
        for name, (first, last) in (STRETCHES | stretches).items()
        for day in days(date.fromisoformat(first), date.fromisoformat(last))
    ]
    named += [SpecialDay(date.fromisoformat(day), DayKind.WORK, name) for day, name in worked.items()]
    return Notice(2027, NUMBER, tuple(named))


def with_day(notice: Notice, day: str, kind: DayKind, name: str = "national_day") -> Notice:
    """The notice with one more entry."""
    return replace(notice, days=(*notice.days, SpecialDay(date.fromisoformat(day), kind, name)))


def without(notice: Notice, *left_out: str) -> Notice:
    """The notice without its entries of these days."""
    return replace(notice, days=tuple(named for named in notice.days if str(named.day) not in left_out))


def rows(notice: Notice) -> list[dict[str, str]]:
    """The notice as the rows of a sheet, in Chinese."""
    return [
        {
            "日期": str(named.day),
            "性质": "休" if named.kind is DayKind.REST else "班",
            "节日": HOLIDAYS[named.name].zh if named.name in HOLIDAYS else named.name,
            "年份": str(notice.year),
            "文号": notice.number,
        }
        for named in notice.days
    ]


def write_csv(folder: Path, notice: Notice, name: str = "notice.csv") -> Path:
    """The notice as a sheet."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["日期", "性质", "节日", "年份", "文号"])
        writer.writeheader()
        writer.writerows(rows(notice))
    return path


def document(notice: Notice) -> dict[str, Any]:
    """The notice as its JSON document."""
    return {
        "year": notice.year,
        "notice": notice.number,
        "days": [{"day": str(named.day), "kind": str(named.kind), "name": named.name} for named in notice.days],
    }


def write_json(folder: Path, content: Any, name: str = "notice.json") -> Path:
    """A document as a file; a text or bytes as they are."""
    path = folder / name
    if not isinstance(content, str | bytes):
        content = json.dumps(content, ensure_ascii=False)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
