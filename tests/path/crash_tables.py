"""The tables of ``docs/crash-matrix.md``, which the tests compare with what they count, or write anew.

``RECORD_CRASH_MATRIX=1`` writes the table of a module anew (the whole module with its slow tests, without xdist).
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).parents[2] / "docs/crash-matrix.md"
RECORDING = bool(os.environ.get("RECORD_CRASH_MATRIX"))
_CELL = re.compile(r"^(\d+) · (\d+) · [\d.]+ s$")

Cells = dict[tuple[str, str], str]
"""What each cell says, by its point and column: letters lost, accepted again, seconds until all was made good."""


@dataclass(frozen=True)
class Table:
    """A table by its head, whose last columns are those measured."""

    head: str
    columns: Sequence[str]

    def recorded(self) -> Cells:
        """The table as the document has it."""
        found: Cells = {}
        for row in self._split(DOCUMENT.read_text(encoding="utf-8"))[1].splitlines():
            point, *cells = (cell.strip() for cell in row.strip("| ").split("|"))
            found |= {
                (point.strip("`"), column): cell
                for column, cell in zip(self.columns, cells[-len(self.columns) :], strict=True)
            }
        return found

    def record(self, told: Mapping[str, str], cells: Cells) -> None:
        """Write it anew: each point with what is told of it, and its cells."""
        before, _, after = self._split(DOCUMENT.read_text(encoding="utf-8"))
        rows = "".join(
            f"| `{point}` | {words}" + "".join(f"{cells[point, column]} | " for column in self.columns).rstrip() + "\n"
            for point, words in told.items()
        )
        DOCUMENT.write_text(before + rows + after, encoding="utf-8")

    def compare(self, point: str, column: str, cell: str) -> None:
        """Fails where the document has other numbers; the seconds differ each time."""
        if not RECORDING:
            assert _counts(cell) == _counts(self.recorded()[point, column])

    def has_rows(self, points: Sequence[str]) -> None:
        """Fails where the document has other rows than these."""
        if RECORDING:
            pytest.skip("it is being written")
        assert list(self.recorded()) == [(point, column) for point in points for column in self.columns]

    def _split(self, text: str) -> tuple[str, str, str]:
        """The document up to the first row, the rows, and the rest."""
        found = re.search(rf"^{re.escape(self.head)}\n[-|]+\n((?:\|.*\n)*)", text, re.MULTILINE)
        assert found is not None, self.head
        return text[: found.start(1)], found[1], text[found.end(1) :]


def _counts(cell: str) -> tuple[str, ...]:
    found = _CELL.match(cell)
    assert found is not None, cell
    return found.groups()
