"""The roles of a running service, as far as they end before they run; and the units that ops put on record."""

from pathlib import Path

import pytest

from tests.command import Duban


@pytest.mark.parametrize("role", ["up", "worker", "scheduler"])
def test_a_broker_of_an_unknown_kind_is_refused_before_anything_is_made(
    role: str, duban: Duban, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_BROKER_URL", "kafka://127.0.0.1")
    ended = duban(role)

    assert ended.refused
    assert "DUBAN_BROKER_URL" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_central_group_is_put_on_record_once_and_under_a_name_that_fits(duban: Duban) -> None:
    assert duban("unit", "add", "演示集团（虚构）").code == 0
    assert duban("unit", "add", "演示集团(虚构)").refused
    assert duban("unit", "add", "江苏").refused
    assert duban("unit", "add", "长" * 201).refused


@pytest.mark.parametrize(
    "words",
    [("scan", "--level", "x"), ("explain", "--level", "basic"), ("retry", "abc"), ("event",), ("nosuch",)],
    ids=" ".join,
)
def test_a_misuse_is_one_sentence(words: tuple[str, ...], duban: Duban) -> None:
    assert duban(*words).refused


def test_a_list_is_written_to_a_workbook_only(duban: Duban) -> None:
    assert duban("escalation", "江苏省", "--xlsx", "list.csv").refused
