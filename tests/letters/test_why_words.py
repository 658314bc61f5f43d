"""The reasons in words: complete in both languages, with what they name."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from service.domain.why import Because, Reason
from service.letters.letter import Language
from service.letters.stages import stage_named
from service.letters.why import why

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("because", Because)
def test_every_reason_is_a_sentence_of_its_language(because: Because, language: Language) -> None:
    reason = Reason(because, date(2028, 6, 9), datetime(2028, 6, 9, 1, tzinfo=UTC), "30d", "closed", 1, 7)
    sentence = why(reason, language, ZONE)
    assert sentence[-1] in "。.）结束closed"
    assert "{" not in sentence
    assert any(letter > "\u4e00" for letter in sentence) is (language is Language.ZH)


def test_a_relays_answer_stands_as_it_is_and_times_are_of_the_zone() -> None:
    reason = Reason(Because.REFUSED, at=datetime(2028, 6, 9, 1, tzinfo=UTC), stage="+2w", said="550 5.1.1 {no} user")
    assert why(reason, Language.ZH, ZONE) == (
        "“逾建议日期第 2 周”的信于 2028-06-09 09:00 被中继拒收，须先处理原因再重试。中继的答复：550 5.1.1 {no} user"
    )


@pytest.mark.parametrize(
    ("stage", "zh", "en"),
    [
        ("1d", "提前 1 天", "1 day before"),
        ("0d", "建议日期当日", "on the suggested day"),
        ("lapse", "有效期满次日", "after validity was over"),
        ("2028-W24", "2028-W24", "2028-W24"),
    ],
)
def test_a_step_of_the_plan_has_a_name(stage: str, zh: str, en: str) -> None:
    assert (stage_named(stage, Language.ZH), stage_named(stage, Language.EN)) == (zh, en)
