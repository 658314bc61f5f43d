"""``duban contacts export``, ``contacts erase`` and ``contacts revoke-links``."""

from pathlib import Path

import pytest

from tests.command import Duban
from tests.house import EXCELLENCE, write_sheet


@pytest.fixture
def imported(duban: Duban, tmp_path: Path) -> Duban:
    """Duban with one contact on record."""
    assert duban("import", write_sheet(tmp_path, EXCELLENCE)).code == 0
    return duban


def test_everything_of_a_contact_is_one_document(imported: Duban) -> None:
    told = imported("contacts", "export", "1").json
    assert told["contact"][0]["address"] == EXCELLENCE["contact_email"]
    assert [row["action"] for row in told["audit"]] == ["contact_exported"]
    assert imported("contacts", "export", "9").refused


def test_a_contact_is_erased_once_it_was_meant_and_the_audit_holds(imported: Duban) -> None:
    assert imported("contacts", "erase", "1", "--yes").code == 0
    told = imported("contacts", "export", "1")
    assert EXCELLENCE["contact_email"] not in told.out
    assert EXCELLENCE["contact_name"] not in told.out
    assert imported("contacts", "erase", "1", "--yes").refused
    assert imported("verify-audit").code == 0


def test_without_a_yes_nothing_is_erased(imported: Duban) -> None:
    assert imported("contacts", "erase", "1").refused
    assert imported("contacts", "export", "1").json["contact"][0]["address"] == EXCELLENCE["contact_email"]


def test_every_link_of_a_contact_is_ended_by_number(imported: Duban) -> None:
    assert imported("contacts", "revoke-links", "1").code == 0
    told = imported("contacts", "export", "1").json
    assert [row["action"] for row in told["audit"]] == ["contact_links_ended", "contact_exported"]
    assert imported("contacts", "revoke-links", "9").refused
