"""What a count leans on besides the log: the working-day table, the policy, rounds, and what a person has set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from service.domain.choices import Choices
from service.domain.obligation import Kind, Obligation, Subject, SubjectKind
from service.domain.override import Override, overridden
from service.domain.policy import Policy
from service.domain.rounds import Round
from service.domain.workdays import Workdays

_POLICY = Policy()


def _by_default(kind: Kind, occurrence: str) -> Choices:
    return _POLICY.of_obligation("", Subject(SubjectKind.CERTIFICATION, 0), kind, occurrence)


@dataclass(frozen=True)
class Counting:
    """``choices`` are those of the policy for an obligation of the subject at hand, by kind and occurrence.

    ``rounds`` are those that the factory may apply in, ``overrides`` stand by kind and occurrence.
    """

    workdays: Workdays
    choices: Callable[[Kind, str], Choices] = _by_default
    rounds: tuple[Round, ...] = ()
    overrides: Mapping[tuple[Kind, str], Override] = field(default_factory=dict)

    def settled(self, obligation: Obligation) -> Obligation:
        """The obligation with the days that a person has set for it, if any."""
        override = self.overrides.get((obligation.kind, obligation.occurrence))
        return obligation if override is None else overridden(obligation, override)
