"""Long lists a page at a time, by number downwards: as fast on the last page as on the first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from service.web.asked import Asked

ROWS = 50
T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """The rows of one page of a list, and the address of the next; empty on the last."""

    rows: Sequence[T]
    following: str


def part(asked: Asked, read: Callable[[int, int | None], Sequence[T]], number: Callable[[T], int]) -> Part[T]:
    """The part of a list that the address asks for; ``read`` gives at most so many rows below a number."""
    rows = read(ROWS + 1, asked.number("before"))
    more = asked.with_query(before=number(rows[ROWS - 1])) if len(rows) > ROWS else ""
    return Part(rows[:ROWS], more)
