"""[policy] The choices that the text leaves open, in layers: default, recommending unit, kind, single obligation.

Of two layers that say something of one choice the later of this order stands. Every computed date keeps the version
of the policy that made it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from service.domain.choices import DEFAULT, Choices, Layer
from service.domain.errors import RequestRefused
from service.domain.obligation import MILESTONES, Kind, Obligation, Subject, SubjectKind

_VOLUNTARY: Final = Layer(days_before=(60, 30, 15, 7, 1, 0), weeks_without_end=0)
"""Nobody has to apply in a round (Art. 11(2)), and after its day there is nothing left to do."""


@dataclass(frozen=True)
class Policy:
    """The layers. A unit is known by its normalised name, a single obligation by ``subject/kind/occurrence``."""

    version: str = "2026-3"
    default: Choices = DEFAULT
    units: Mapping[str, Layer] = field(default_factory=dict)
    kinds: Mapping[Kind, Layer] = field(default_factory=lambda: {Kind.ANNUAL_ROUND: _VOLUNTARY})
    single: Mapping[str, Layer] = field(default_factory=dict)

    def of_unit(self, unit: str) -> Choices:
        """What a period's end leans on, for all that a unit recommends; ``unit`` is its normalised name."""
        layer = self.units.get(unit)
        return self.default if layer is None else layer.over(self.default)

    def of_obligation(self, unit: str, subject: Subject, kind: Kind, occurrence: str) -> Choices:
        """The choices for one obligation."""
        choices = self.of_unit(unit)
        for layer in (self.kinds.get(kind), self.single.get(key(subject, kind, occurrence)) if self.single else None):
            if layer is not None:
                choices = layer.over(choices)
        return choices


def key(subject: Subject, kind: Kind, occurrence: str) -> str:
    """How a policy names a single obligation: ``12/review_application/0``, ``unit-3/annual_report/2027``."""
    number = subject.id if subject.kind is SubjectKind.CERTIFICATION else f"unit-{subject.id}"
    return f"{number}/{kind}/{occurrence}"


_KEY: Final = re.compile(r"(unit-)?([1-9][0-9]{0,8})/([a-z_]+)/([0-9a-z-]{1,30})")


def matter(key: str) -> tuple[Subject, Kind, str]:
    """The obligation that a key names: its subject, kind and occurrence. Raises ValueError where it is no such key."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(key)
    of_unit, id, kind, occurrence = found.groups()
    return Subject(SubjectKind.UNIT if of_unit else SubjectKind.CERTIFICATION, int(id)), Kind(kind), occurrence


def check(subject: Subject, obligation: Obligation) -> None:
    """Raise RequestRefused, naming the matter and the rule, where its safe day is after its statutory one.

    A milestone's is the day of telling, which may come later: an end of a ban is never told before.
    """
    dates = obligation.dates
    if obligation.kind not in MILESTONES and dates.safe_due_on > dates.due_on:
        named = key(subject, obligation.kind, obligation.occurrence)
        raise RequestRefused(
            f"事项 {named} 的建议日期 {dates.safe_due_on} 将晚于法定日期 {dates.due_on}：建议日期不得晚于法定日期",
            f"the safe day of {named}, {dates.safe_due_on}, would be after its statutory day, {dates.due_on}: "
            "it never may be",
        )
