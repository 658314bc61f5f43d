"""Where a validity period ends: printed, counted from the day of its list (Art. 17(4), 18(6)), or as its unit says.

The advanced level's validity is its unit's to set (Art. 16(4)); where it has set none, no end is guessed.
"""

from dataclasses import dataclass
from datetime import date

from service.domain.certification import Level
from service.domain.choices import DEFAULT, IN_FORCE, Choices, Start
from service.domain.lifecycle import Event, Life
from service.domain.periods import End, Rule, computed_end, printed_end
from service.domain.unit_rules import NOT_SET, Terms, UnitRule, terms

NATIONAL = Terms(validity_months=36, review_months_before=3, lapses=True)  # Art. 17(4), 18(6)
_ARTICLE = {Level.ADVANCED: "16(4)", Level.EXCELLENCE: "17(4)", Level.PIONEER: "18(6)"}


@dataclass(frozen=True)
class Footing:
    """What the ends of periods lean on besides the log: [policy] choices, and the rules of the recommending unit."""

    choices: Choices = DEFAULT
    rules: tuple[UnitRule, ...] = ()


def terms_of(level: Level, listing: Event, footing: Footing) -> Terms:
    """The terms of a validity: the regulation's, or those that the unit had set by the day of the list."""
    if level is not Level.ADVANCED:
        return NATIONAL
    began = listing.on or listing.until
    return terms(footing.rules, began) if began is not None else NOT_SET


def first(life: Life, listing: Event, footing: Footing) -> End | None:
    """Printed, else counted from the day of the list; None where that is not known or the unit has set no validity."""
    article, months = _ARTICLE[life.level], life.terms.validity_months
    if listing.until is not None:
        return printed_end(listing.until, article, listing.on)
    if listing.on is None or months is None:
        return None
    rule, start = Rule.LISTED_PLUS_YEARS, _start(life.level, listing.on, footing)
    if life.level is Level.ADVANCED:
        rule = Rule.UNIT_VALIDITY
    elif start != listing.on:
        rule = Rule.IN_FORCE_PLUS_YEARS
    return computed_end(rule, start, months, article, inclusive=footing.choices.inclusive_end, said=life.terms.basis)


def renewed(life: Life, passed: Event, number: int, footing: Footing) -> End | None:
    """Newly printed, else counted from the anchor for the ``number``-th renewal; None where the first is not known."""
    before, months, article = life.cycles[0].end, life.terms.validity_months, _ARTICLE[life.level]
    if passed.until is not None:
        return printed_end(passed.until, article, passed.on)
    if months is None or before is None:
        return None
    listed_on = life.stated.listed_on
    if listed_on is None:
        rule, anchor, months = Rule.RENEWED_FROM_PRINTED, before.ends_on, months * number
    else:
        anchor = listed_on if before.printed else _start(life.level, listed_on, footing)
        rule, months = Rule.RENEWED_FROM_LISTED, months * (number + 1)
    return computed_end(
        rule,
        anchor,
        months,
        article,
        printed=before.printed,
        inclusive=footing.choices.inclusive_end,
        said=life.terms.basis,
    )


def _start(level: Level, listed_on: date, footing: Footing) -> date:
    """[policy] What a computed validity starts on: the day of its list, or for earlier batches that of Art. 27."""
    of_earlier = footing.choices.start is Start.IN_FORCE and level is not Level.ADVANCED
    return max(listed_on, IN_FORCE) if of_earlier else listed_on
