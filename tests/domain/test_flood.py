"""How much of a flood may go without a person's word."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.flood import Flood, shares

COUNTS = st.dictionaries(st.sampled_from(["30d", "15d", "7d", "1d", "+1w"]), st.integers(0, 400))


def test_the_bound_is_the_larger_of_the_letters_and_the_factor_of_a_usual_day() -> None:
    assert Flood(500, 5).bound(20) == 500
    assert Flood(500, 5).bound(200.5) == 1002
    assert Flood(0, 5).bound(200) is None


def test_no_stage_is_crowded_out_and_what_one_leaves_is_for_the_others() -> None:
    assert shares({"30d": 1000, "7d": 10, "1d": 2}, 100) == {"30d": 88, "7d": 10, "1d": 2}


@given(COUNTS, st.integers(-5, 900))
def test_shares_use_the_whole_budget_and_no_more_than_there_is(waiting: dict[str, int], budget: int) -> None:
    given_ = shares(waiting, budget)
    assert sum(given_.values()) == min(max(budget, 0), sum(waiting.values()))
    assert all(0 <= given_[stage] <= count for stage, count in waiting.items())


@given(COUNTS, st.integers(0, 900))
def test_a_stage_gets_its_equal_share_or_all_that_it_has(waiting: dict[str, int], budget: int) -> None:
    present = [stage for stage, count in waiting.items() if count]
    given_ = shares(waiting, budget)
    assert all(given_[stage] >= min(waiting[stage], budget // len(present)) for stage in present)
