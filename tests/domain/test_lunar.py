"""The committed table of feasts, against three sources that know nothing of each other."""

from datetime import UTC, date, datetime, timedelta
from math import radians, sin

import pytest
from lunardate import LunarDate

from service.domain.lunar import FEASTS, FIRST_YEAR, LAST_YEAR
from service.domain.workdays import DayKind
from service.store.official_days import official_days

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)


def test_the_table_has_every_year_up_to_its_horizon() -> None:
    assert list(FEASTS) == list(YEARS)
    assert (FIRST_YEAR, LAST_YEAR) == (2004, 2050)


@pytest.mark.parametrize(
    ("feast", "month", "day"), [("spring_festival", 1, 1), ("dragon_boat", 5, 5), ("mid_autumn", 8, 15)]
)
def test_feasts_of_the_moon_are_those_of_the_lunar_calendar(feast: str, month: int, day: int) -> None:
    for year in YEARS:
        assert getattr(FEASTS[year], feast) == LunarDate(year, month, day).to_solar_date()


def solar_longitude(moment: datetime) -> float:
    """Apparent longitude of the sun in degrees, to about 0.01 (a quarter of an hour) in this century."""
    centuries = (moment - datetime(2000, 1, 1, 12, tzinfo=UTC)) / timedelta(days=36525)
    anomaly = radians(357.52911 + 35999.05029 * centuries)
    node = radians(125.04 - 1934.136 * centuries)
    centre = 1.914602 * sin(anomaly) + 0.019993 * sin(2 * anomaly) + 0.000289 * sin(3 * anomaly)
    return (280.46646 + 36000.76983 * centuries + centre - 0.00569 - 0.00478 * sin(node)) % 360


def test_on_qingming_the_sun_passes_fifteen_degrees() -> None:
    for year in YEARS:
        day = FEASTS[year].qingming
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
        assert solar_longitude(midnight) < 15 <= solar_longitude(midnight + timedelta(days=1)), year


def test_the_announced_years_rest_on_the_feasts_of_the_table() -> None:
    days, announced = official_days()
    resting = {each.special.day: each.special.name for each in days if each.special.kind is DayKind.REST}
    otherwise = {
        date(2012, 6, 23): "",  # a Saturday that the notice kept as an ordinary one, after a Friday off
        date(2020, 10, 1): "national_day",  # 中秋 fell on National Day
    }
    for year in announced:
        for name, feast in FEASTS[year]._asdict().items():
            if name == "spring_festival" or year >= 2008:  # the other three became holidays in 2008
                assert resting.get(feast, "") == otherwise.get(feast, name), feast
