"""``duban restored``: a person's word that this database was restored."""

from service import wiring
from tests.command import Duban


def test_a_restore_is_told_once_and_shows_what_counts_as_sent(duban: Duban) -> None:
    today = wiring.business_day().isoformat()
    tried = duban("restored", "--until", today, "--dry-run", "--json")
    done = duban("restored", "--until", today, "--json")

    assert (tried.code, done.code) == (0, 0)
    assert tried.json["assumed"] == done.json["assumed"] == []
    assert done.json["sequence"] >= tried.json["sequence"] > 0
    assert "nothing was stored" in tried.err
    assert [run["job"] for run in duban("runs", "--json").json].count("restored") == 1


def test_it_takes_the_day_until_which_the_lost_database_worked(duban: Duban) -> None:
    assert duban("restored").refused
    assert duban("restored", "--until", "yesterday").refused
    assert duban("restored", "--until", "2999-01-01").refused
