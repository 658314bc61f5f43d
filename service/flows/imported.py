"""What an import did, and how it is kept, so that it can be looked up and taken back."""

from dataclasses import dataclass, field
from pathlib import Path

from service.domain.visitors import Actor
from service.flows.desk import Moment
from service.sheets.reading import File, file_at
from service.sheets.sheet import Finding, RowError
from service.store import audit, intakes
from service.store.intakes import Kind, Sheet

SUBJECT = "intake"
"""What the audit calls an import."""


@dataclass
class Imported:
    """With an error in it nothing was stored, and the counts are zero.

    ``id`` is the number that the import is kept under; a dry run is not kept.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    id: int | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many rows came to what."""
        return {"added": self.added, "changed": self.changed, "unchanged": self.unchanged}

    def undo(self) -> None:
        """Nothing was taken in after all."""
        self.added = self.changed = self.unchanged = 0
        self.id = None


@dataclass(frozen=True)
class By:
    """Who imports: as records name them and, where they came in by a door, as the audit does.

    ``staged`` is the number of the sheet that they had looked at before; taken in, it waits no longer.
    """

    author: str
    actor: Actor | None = None
    staged: int | None = None


@dataclass(frozen=True)
class Kept:
    """The number that an import is kept under while it is taken in, and its author."""

    id: int
    author: str


def given(source: Path | File) -> File:
    """The file of a path, or the one that is in memory already. Raises RequestRefused where there is none."""
    return source if isinstance(source, File) else file_at(source)


def begin(now: Moment, kind: Kind, file: File, by: By) -> int:
    """Keep a sheet that is about to be taken in; its number. RequestRefused where it was staged and is no more."""
    if by.staged is not None:
        intakes.unstage(now.connection, by.staged)
    return intakes.begin(now.connection, kind, Sheet(file.name, file.content), by.author, now.now)


def finish(now: Moment, id: int, done: Imported, by: By) -> None:
    """Keep what came of it."""
    intakes.finish(now.connection, id, done.counts)
    done.id = id
    if by.actor is not None:
        audit.note(now.connection, by.actor, "imported", (SUBJECT, id), now.now, done.counts)
