"""Who comes in by a door (the console, a command), and whose rows they may see."""

from dataclasses import dataclass
from enum import StrEnum


class VisitorRole(StrEnum):
    """What a person is to the house: 运维 ops, 只读 viewer, 推荐单位经办 officer, 企业联系人 contact.

    Ops and viewers see every row, and ops alone change anything but their own; an officer sees the rows of one
    recommending unit, a contact those of one enterprise.
    """

    OPS = "ops"
    VIEWER = "viewer"
    OFFICER = "officer"
    CONTACT = "contact"


class ScopeKind(StrEnum):
    """Whose rows a scope holds."""

    ALL = "all"
    UNIT = "unit"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True)
class Scope:
    """The rows that a person may see: all, those of one unit, or those of one enterprise. Every read names one."""

    kind: ScopeKind
    id: int

    @classmethod
    def of_unit(cls, id: int) -> "Scope":
        """The rows of a recommending unit: its own, and those of the certifications that it recommended."""
        return cls(ScopeKind.UNIT, id)

    @classmethod
    def of_enterprise(cls, id: int) -> "Scope":
        """The rows of an enterprise."""
        return cls(ScopeKind.ENTERPRISE, id)


EVERYTHING = Scope(ScopeKind.ALL, 0)


class ActorKind(StrEnum):
    """What names the one who acts: an account of the console, a contact on record, or a command of the operator's."""

    ACCOUNT = "account"
    CONTACT = "contact"
    COMMAND = "command"


@dataclass(frozen=True)
class Actor:
    """Who acts, by number and never by name, so that a person can be erased without breaking a record of the past."""

    kind: ActorKind
    id: int

    @property
    def author(self) -> str:
        """How records name the one who made them."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class Visitor:
    """A person who has signed in: who they are, what they may do, and what they may see.

    ``csrf`` is the token that each change of this session has to bring along.
    """

    actor: Actor
    role: VisitorRole
    scope: Scope
    name: str
    csrf: str
