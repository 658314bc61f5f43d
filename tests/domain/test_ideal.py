"""When a reminder had best gone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from service.domain.plan import Stage, ideal

STAGE = Stage("30d", date(2027, 8, 6), director_too=True)
FIRST_SCAN = datetime(2027, 8, 6, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai
NOW = datetime(2027, 8, 9, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize("days", [1, 2, 30])
def test_what_an_outage_made_late_had_best_gone_with_the_first_scan_of_its_day(days: int) -> None:
    assert ideal(STAGE, STAGE.on - timedelta(days), NOW) == FIRST_SCAN


@pytest.mark.parametrize("days", [0, 1, 30])
def test_what_a_scan_of_that_day_did_not_know_of_had_best_gone_now(days: int) -> None:
    assert ideal(STAGE, STAGE.on + timedelta(days), NOW) == NOW


def test_nothing_is_late_at_the_first_scan_ever() -> None:
    assert ideal(STAGE, None, NOW) == NOW
