"""What a recommending unit has set of its own: validity and review of the advanced level, the day of its report.

Art. 16(4): the validity of an advanced factory is set by its unit. Art. 9(4), 10(4): a unit reports each year, on a
day that the text does not name. A rule counts from its day on; what it leaves open an earlier one may still say, and
what none says is not set, which is a state of its own and never guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from service.domain.errors import RequestRefused

_YEARS: Final = (2008, 2050)
_MONTHS_AT_MOST: Final = 120
_MONTH_AND_DAY: Final = re.compile("[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class UnitRule:
    """What a unit has set from ``effective_on`` on; None where it sets nothing. ``order`` is that of recording.

    ``lapses``: validity over without an application ends the title. ``annual_report`` is (month, day).
    ``basis`` names the unit's document. A rule that sets nothing takes back what was recorded before for its day.
    """

    effective_on: date
    validity_months: int | None = None
    review_months_before: int | None = None
    lapses: bool | None = None
    annual_report: tuple[int, int] | None = None
    basis: str = ""
    order: int = 0

    @property
    def sets_nothing(self) -> bool:
        """Whether all is left open."""
        return (self.validity_months, self.review_months_before, self.lapses, self.annual_report) == (None,) * 4


@dataclass(frozen=True)
class Terms:
    """What governs a validity period: its length, when a review is applied for, and whether it lapses without one.

    None: not set. ``basis`` names the unit's document; empty for the levels that the regulation itself governs.
    """

    validity_months: int | None = None
    review_months_before: int | None = None
    lapses: bool = False
    basis: str = ""


NOT_SET = Terms()


def standing(rules: Iterable[UnitRule]) -> list[UnitRule]:
    """The rules that were not taken back, in the order of their days, those of one day in the order of recording."""
    found: list[UnitRule] = []
    for rule in sorted(rules, key=lambda rule: (rule.effective_on, rule.order)):
        if rule.sets_nothing:
            found = [other for other in found if other.effective_on != rule.effective_on]
        else:
            found.append(rule)
    return found


def in_force(rules: Iterable[UnitRule], on: date) -> UnitRule:
    """All that a unit has set by ``on``, each from the newest rule that says it; ``basis`` is that of the validity."""
    validity = review = lapses = report = None
    basis, began = "", on
    for rule in standing(rules):
        if rule.effective_on > on:
            break
        if rule.validity_months is not None:
            validity, basis = rule.validity_months, rule.basis
        review = review if rule.review_months_before is None else rule.review_months_before
        lapses = lapses if rule.lapses is None else rule.lapses
        report = rule.annual_report or report
        began = rule.effective_on
    return UnitRule(began, validity, review, lapses, report, basis)


def terms(rules: Iterable[UnitRule], on: date) -> Terms:
    """The terms that a unit has set for what it listed ``on`` a day."""
    found = in_force(rules, on)
    return Terms(found.validity_months, found.review_months_before, bool(found.lapses), found.basis)


def annual_report(rules: Iterable[UnitRule], year: int) -> tuple[date, UnitRule] | None:
    """The day of a unit's report in a calendar year, with the rule that sets it; None where none does.

    A rule that begins after its own day of that year leaves the year to the one before it.
    """
    for rule in reversed(standing(rules)):
        if rule.annual_report is not None and date(year, *rule.annual_report) >= rule.effective_on:
            return date(year, *rule.annual_report), rule
    return None


def month_and_day(text: str) -> tuple[int, int]:
    """MM-DD as a day of any year. Raises RequestRefused, naming the rule."""
    try:
        day = date.fromisoformat(f"2024-{text}" if _MONTH_AND_DAY.fullmatch(text) else "")  # a leap year
    except ValueError:
        raise RequestRefused(
            f"“{text[:20]}”不是月日，请写作 12-20", f'"{text[:20]}" is no month and day: write it as 12-20'
        ) from None
    if (day.month, day.day) == (2, 29):
        raise RequestRefused(
            "02-29 并非每年都有，请改为 02-28 或 03-01",
            "02-29 is a day that most years do not have: take 02-28 or 03-01",
        )
    return day.month, day.day


def check(rule: UnitRule, others: Iterable[UnitRule]) -> None:
    """Raise RequestRefused, naming the rule, where a unit cannot set this beside what it has set already."""
    earliest, latest = _YEARS
    if not earliest <= rule.effective_on.year <= latest:
        raise RequestRefused(
            f"--from {rule.effective_on} 不在 {earliest} 至 {latest} 年之间，请核对",
            f"--from {rule.effective_on} is not within {earliest} to {latest}: check it",
        )
    others = list(others)
    if rule.sets_nothing:
        if all(other.effective_on != rule.effective_on for other in standing(others)):
            raise RequestRefused(
                f"--take-back：没有自 {rule.effective_on} 起的规则",
                f"--take-back: there is no rule from {rule.effective_on} on",
            )
        return
    for option, months, least in (
        ("--validity-months", rule.validity_months, 1),
        ("--review-months-before", rule.review_months_before, 0),
    ):
        if months is not None and not least <= months <= _MONTHS_AT_MOST:
            raise RequestRefused(
                f"{option} 须为 {least} 至 {_MONTHS_AT_MOST} 个月，现为 {months}",
                f"{option} takes {least} to {_MONTHS_AT_MOST} months, not {months}",
            )
    last = max((other.order for other in others), default=0)
    _fits(rule, [*others, replace(rule, order=last + 1)])


def _fits(rule: UnitRule, rules: list[UnitRule]) -> None:
    """No review may be asked for before the validity began, from the rule's day on or any later one's."""
    for day in sorted({other.effective_on for other in rules if other.effective_on >= rule.effective_on}):
        stands = in_force(rules, day)
        validity, review = stands.validity_months, stands.review_months_before
        if validity is not None and review is not None and review > validity:
            raise RequestRefused(
                f"--review-months-before：自 {day} 起有效期为 {validity} 个月，复核不能提前 {review} 个月",
                f"--review-months-before: from {day} on validity is {validity} months, too short for {review}",
            )
