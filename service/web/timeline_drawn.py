"""The life of a certification as a drawing: where each thing stands on the sheet. The template only writes it down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from service.store.obligations import Stored
from service.web.timeline import Story, Told, Tongue, days, happened, periods, posted

_TOP, _BAR, _ROW = 44, 20, 17
_MOST_LANES = 12
_MARGIN = timedelta(days=45)
_FEW_YEARS = timedelta(days=900)
_ROOM_OF_A_YEAR = 42
_WIDE_LETTER, _LETTER = 12.5, 6.8


@dataclass(frozen=True)
class Sheet:
    """How wide, and how much of that the names of the lanes take at the left; 0: they stand above their lanes."""

    width: int
    gutter: int

    @property
    def above(self) -> int:
        """The room that a name takes above its lane."""
        return 0 if self.gutter else 16


BROAD, SLIM = Sheet(1000, 132), Sheet(340, 0)


@dataclass(frozen=True)
class Placed:
    """Something on the sheet: where it begins and ends (x), on which line (y), its sign, words and full title.

    ``left``: the words stand to its left, since there is no room at its right.
    """

    x: float
    y: float
    sign: str
    words: str = ""
    until: float = 0
    title: str = ""
    left: bool = False


@dataclass
class Drawing:
    """The sheet: its size, the present day's line, ticks of the axis, names of lanes, and what stands on them."""

    sheet: Sheet
    today_x: float
    height: int = 0
    ticks: list[Placed] = field(default_factory=list)
    lanes: list[Placed] = field(default_factory=list)
    bars: list[Placed] = field(default_factory=list)
    marks: list[Placed] = field(default_factory=list)


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date
    sheet: Sheet

    def x(self, day: date) -> float:
        room = self.sheet.width - self.sheet.gutter - 24
        return round(self.sheet.gutter + 8 + room * (day - self.first).days / (self.last - self.first).days, 1)


def drawn(story: Story, tongue: Tongue, sheet: Sheet) -> Drawing:
    """Place the whole life on a sheet."""
    lanes = _lanes(story.matters)
    scale = _scale(story, lanes, tongue, sheet)
    drawing = Drawing(sheet, scale.x(story.today), ticks=list(_ticks(scale)))
    top = _lane(drawing, _TOP, tongue.say("期间", "Periods"))
    drawing.bars += [_bar(scale, top, each) for each in periods(story, tongue)]
    top = _events(drawing, scale, top + _BAR + 12, story, tongue)
    for matter in lanes:
        top = _matter(drawing, scale, top, story, matter, tongue)
    drawing.height = top
    return drawing


def _lanes(matters: Sequence[Stored]) -> list[Stored]:
    """The open matters, and of the closed the newest, as many as there is room for, in the order of their days."""
    by_need = sorted(matters, key=lambda each: (each.obligation.closed is not None, -each.id))
    return sorted(by_need[:_MOST_LANES], key=lambda each: (each.obligation.dates.safe_due_on, each.id))


def _scale(story: Story, lanes: Sequence[Stored], tongue: Tongue, sheet: Sheet) -> _Scale:
    told = [*periods(story, tongue), *happened(story, tongue)]
    told += [each for matter in lanes for each in (*days(matter, tongue), *posted(story, matter, tongue))]
    known = [story.today, *(each.on for each in told), *(each.until for each in told if each.until is not None)]
    return _Scale(min(known) - _MARGIN, max(known) + _MARGIN, sheet)


def _ticks(scale: _Scale) -> Iterator[Placed]:
    """The first of each year for which there is room; of each quarter where there are few years."""
    quarters = scale.sheet.gutter and scale.last - scale.first < _FEW_YEARS
    years = range(scale.first.year, scale.last.year + 1)
    every = -(-len(years) * _ROOM_OF_A_YEAR // scale.sheet.width)
    for day in (date(year, month, 1) for year in years for month in ((1, 4, 7, 10) if quarters else (1,))):
        if scale.first <= day <= scale.last and day.year % every == 0:
            first = day.month == 1
            yield Placed(scale.x(day), 16, "year" if first else "month", f"{day:%Y}" if first else f"{day:%m}")


def _lane(drawing: Drawing, top: int, name: str) -> int:
    """Write the name of a lane that begins here; where what stands on it does."""
    drawing.lanes.append(Placed(4, top + (11 if drawing.sheet.above else 14), "lane", name))
    return top + drawing.sheet.above


def _bar(scale: _Scale, top: int, period: Told) -> Placed:
    start, end = scale.x(period.on), scale.x(period.until or period.on)
    whole = f"{period.words} {period.on} – {period.until}"
    fits = next((words for words in (whole, period.words) if _length(words) < end - start - 8), "")
    return Placed(start, top, period.sign, fits, max(end, start + 2), whole)


def _events(drawing: Drawing, scale: _Scale, top: int, story: Story, tongue: Tongue) -> int:
    """Each event as a dot with its name, on the first row with room for it; where the next lane begins."""
    top, ends = _lane(drawing, top, tongue.say("事件", "Events")), [0.0]
    for each in happened(story, tongue):
        x, wide = scale.x(each.on), _length(each.words)
        left = x + wide + 12 > scale.sheet.width and x - wide > 12
        begins, until = (x - wide - 10, x + 8) if left else (x - 6, x + wide + 14)
        row = next((number for number, end in enumerate(ends) if end < begins), len(ends))
        ends += [0.0] * (row + 1 - len(ends))
        ends[row] = until
        place = (x, top + 10 + row * _ROW)
        drawing.marks.append(Placed(*place, "event", each.words, title=f"{each.on} {each.words}", left=left))
    return top + len(ends) * _ROW + 10


def _matter(drawing: Drawing, scale: _Scale, top: int, story: Story, matter: Stored, tongue: Tongue) -> int:
    """A lane: the days from the suggested to the latest one, and a tick for each letter; where the next begins."""
    closed = " closed" if matter.obligation.closed is not None else ""
    safe, *latest = days(matter, tongue)
    beside, above = (str(safe.on), "") if scale.sheet.gutter else ("", f" {safe.on}")
    y = _lane(drawing, top, tongue.title(matter) + above) + 14
    first, last = scale.x(safe.on), scale.x((latest[0] if latest else safe).on)
    drawing.bars.append(Placed(first, y, f"span{closed}", until=max(last, first + 1)))
    drawing.marks += [Placed(last, y, f"due{closed}", title=f"{each.on} {each.words}") for each in latest]
    left = last + 90 > scale.sheet.width
    title = f"{safe.on} {safe.words}"
    drawing.marks.append(Placed(first, y, f"safe{closed}", beside, last, title, left))
    for each in posted(story, matter, tongue):
        drawing.marks.append(Placed(scale.x(each.on), y, each.sign, title=f"{each.on} {each.words}"))
    return y + 16


def _length(words: str) -> float:
    """About how wide words are on the sheet."""
    return sum(_WIDE_LETTER if letter > "\u2e7f" else _LETTER for letter in words)
