"""The policies that were ever in force, as their authors wrote them."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from service.store.certifications import Author
from service.store.rulebook import policy


@dataclass(frozen=True)
class Version:
    """A policy that was put in force, with its document as written, its author and when (UTC)."""

    id: int
    version: str
    document: str
    by: Author


def versions(connection: Connection, limit: int, before: int | None = None) -> list[Version]:
    """The newest versions, below the number ``before``; the first of them is in force."""
    statement = select(policy).order_by(policy.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(policy.c.id < before)
    return [
        Version(row.id, row.version, row.document, Author(row.author, row.recorded_at))
        for row in connection.execute(statement)
    ]


def version(connection: Connection, id: int) -> Version | None:
    """The version of this number."""
    row = connection.execute(select(policy).where(policy.c.id == id)).first()
    return None if row is None else Version(row.id, row.version, row.document, Author(row.author, row.recorded_at))
