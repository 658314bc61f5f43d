"""Bars drawn by the server as SVG, by attributes and classes alone: the geometry; ``today/bars.html`` writes it."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 400, 150
_TOP, _BOTTOM = 22, 22
_GAP = 0.28
_LEAST = 2.0


@dataclass(frozen=True)
class Column:
    """What one column shows: ``good`` and, on top of it, ``bad``; ``label`` stands beneath it, empty for none.

    ``words`` say it all to who cannot see it; ``href`` is where a click leads, empty for nowhere.
    """

    label: str
    words: str
    good: int
    bad: int = 0
    href: str = ""


@dataclass(frozen=True)
class Bar:
    """A part of a column as a rectangle, in units of the drawing."""

    y: float
    height: float
    tone: str


@dataclass(frozen=True)
class Drawn:
    """A column in its place: its left edge, width and middle, its bars, and where its number stands."""

    column: Column
    x: float
    width: float
    middle: float
    bars: tuple[Bar, ...]
    number: str
    number_y: float


@dataclass(frozen=True)
class Chart:
    """The whole drawing: 400 units wide, 150 high."""

    drawn: tuple[Drawn, ...]
    base: int = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return all(not each.bars for each in self.drawn)


def chart(columns: Sequence[Column]) -> Chart:
    """The columns side by side; the tallest fills the height, and what is not zero is always to be seen."""
    tallest = max((each.good + each.bad for each in columns), default=0) or 1
    step = WIDTH / max(len(columns), 1)
    return Chart(tuple(_drawn(each, number * step, step, tallest) for number, each in enumerate(columns)))


def _drawn(column: Column, left: float, step: float, tallest: int) -> Drawn:
    base = HEIGHT - _BOTTOM
    bars, top = [], float(base)
    for count, tone in ((column.good, "good"), (column.bad, "bad")):
        if count:
            height = max(count / tallest * (base - _TOP), _LEAST)
            top -= height
            bars.append(Bar(round(top, 1), round(height, 1), tone))
    total = column.good + column.bad
    width = step * (1 - _GAP)
    x = left + (step - width) / 2
    return Drawn(
        column,
        round(x, 1),
        round(width, 1),
        round(left + step / 2, 1),
        tuple(bars),
        _short(total) if total else "",
        round(top - 5, 1),
    )


def _short(count: int) -> str:
    """A number that has room above a narrow bar."""
    return str(count) if count < 10_000 else f"{count // 1000}k"
