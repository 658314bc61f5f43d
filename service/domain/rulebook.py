"""All that dates lean on besides the logs and the working-day table, as it stands at one moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from service.domain.choices import Choices
from service.domain.counting import Counting
from service.domain.ends import Footing
from service.domain.obligation import Kind, Subject
from service.domain.override import Override
from service.domain.policy import Policy
from service.domain.rounds import Round
from service.domain.unit_rules import UnitRule
from service.domain.workdays import Workdays


@dataclass(frozen=True)
class Rulebook:
    """The policy, each unit's normalised name and rules, the rounds, and the units' own earlier days in them.

    A unit's id is 0 where none is known: the default counts then. ``own_days`` go by unit id and round.
    """

    policy: Policy = field(default_factory=Policy)
    names: Mapping[int, str] = field(default_factory=dict)
    rules: Mapping[int, tuple[UnitRule, ...]] = field(default_factory=dict)
    rounds: tuple[Round, ...] = ()
    own_days: Mapping[tuple[int, str], date] = field(default_factory=dict)

    def footing(self, unit_id: int) -> Footing:
        """What the ends of this unit's certifications lean on."""
        return Footing(self.policy.of_unit(self.names.get(unit_id, "")), self.rules.get(unit_id, ()))

    def choices(self, unit_id: int, subject: Subject, kind: Kind, occurrence: str) -> Choices:
        """The policy's choices for one obligation."""
        return self.policy.of_obligation(self.names.get(unit_id, ""), subject, kind, occurrence)

    def round_of(self, unit_id: int, round: Round) -> Round:
        """A round with the unit's own day."""
        return round.with_own(self.own_days.get((unit_id, round.occurrence)))

    def counting(
        self,
        workdays: Workdays,
        subject: Subject,
        unit_id: int,
        rounds: tuple[Round, ...] = (),
        overrides: Iterable[Override] = (),
    ) -> Counting:
        """What the dates of a subject lean on."""
        set_by_hand = {(each.kind, each.occurrence): each for each in overrides}
        return Counting(workdays, partial(self.choices, unit_id, subject), rounds, set_by_hand)
