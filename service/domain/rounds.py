"""A year's round 年度申报: the dates of the yearly notice (Art. 7(2), 15), and a unit's own earlier day."""

from dataclasses import dataclass, replace
from datetime import date

from service.domain import lunar
from service.domain.certification import Level
from service.domain.choices import IN_FORCE
from service.domain.errors import RequestRefused

FROM: dict[Level, Level] = {Level.EXCELLENCE: Level.ADVANCED, Level.PIONEER: Level.EXCELLENCE}
"""The level that a factory applies from, by the level that a round is for (Art. 17(1), 18(1))."""

AT_OR_ABOVE: dict[Level, tuple[Level, ...]] = {
    Level.EXCELLENCE: (Level.EXCELLENCE, Level.PIONEER),
    Level.PIONEER: (Level.PIONEER,),
}
"""The levels at which the same factory may have reached already what a round is for."""


@dataclass(frozen=True)
class Round:
    """A round for one level. Enterprises apply by ``apply_by``, units recommend by ``recommend_by``.

    ``own`` is the unit's own earlier day for its enterprises, None where it has set none.
    """

    year: int
    level: Level
    notice: str
    announced_on: date
    apply_by: date
    recommend_by: date
    own: date | None = None

    @property
    def occurrence(self) -> str:
        """How the matters of a round are told apart: ``2027-excellence``."""
        return f"{self.year}-{self.level}"

    @property
    def last_day(self) -> date:
        """The day by which an enterprise applies."""
        return self.own or self.apply_by

    def with_own(self, day: date | None) -> "Round":
        """The round with a unit's own day; without it where a changed notice has left that day outside."""
        fits = day is not None and self.announced_on <= day <= self.apply_by
        return replace(self, own=day if fits else None)


def level_of(occurrence: str) -> Level:
    """The level that the round of an occurrence is for."""
    return Level(occurrence.partition("-")[2])


def check(round: Round) -> None:
    """Raise RequestRefused, naming the rule, where the dates cannot be those of a round."""
    if round.level not in FROM:
        raise RequestRefused(
            "年度通知组织卓越级、领航级的申报（第七条第二项）；先进级由推荐单位组织",
            "a yearly notice is for excellence or pioneer (Art. 7(2)); the advanced level is the units' own",
        )
    days = [round.announced_on, round.apply_by, round.recommend_by]
    if days != sorted(days):
        raise RequestRefused(
            f"--announced-on {days[0]}、--apply-by {days[1]}、--recommend-by {days[2]} 应依次不早于前者",
            f"--announced-on {days[0]}, --apply-by {days[1]}, --recommend-by {days[2]}: none may be before the last",
        )
    if not (round.year - 1 <= days[0].year and days[2].year <= round.year + 1):
        raise RequestRefused(
            f"{round.year} 年度通知的日期相差太远（{days[0]} 至 {days[2]}），请核对年份",
            f"the days {days[0]} to {days[2]} are too far from the round's year {round.year}: check it",
        )
    if days[2].year >= lunar.LAST_YEAR:
        raise RequestRefused(
            f"--recommend-by {days[2]} 在 {lunar.LAST_YEAR} 年或以后，工作日表推算不到，请核对",
            f"--recommend-by {days[2]} lies in {lunar.LAST_YEAR} or later, where the working-day table ends: check it",
        )
    if round.announced_on < IN_FORCE:
        raise RequestRefused(
            f"--announced-on {round.announced_on} 早于办法施行之日 {IN_FORCE}（第二十七条）",
            f"--announced-on {round.announced_on} is before the regulation, in force since {IN_FORCE} (Art. 27)",
        )


def check_own(round: Round, day: date) -> None:
    """Raise RequestRefused, naming the rule, where a unit cannot have this day of its own in a round."""
    if round.with_own(day).own is None:
        first, last = round.announced_on, round.apply_by
        raise RequestRefused(
            f"--apply-by {day} 应在通知日 {first} 与企业申报截止日 {last} 之间，含两日",
            f"--apply-by {day}: a unit's own day lies from the notice, {first}, to the last day, {last}",
        )
