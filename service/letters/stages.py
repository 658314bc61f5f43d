"""What the steps of a reminder plan and the rungs of the ladder are called, where people read of them."""

import re

from service.domain.rungs import Rung
from service.letters.letter import Language
from service.letters.rungs import RUNGS

_NAMED = {
    "0d": ("建议日期当日", "on the suggested day"),
    "lapse": ("有效期满次日", "after validity was over"),
    "end": ("届满当日", "on the day itself"),
    "moved": ("日期变动", "the day has moved"),
    "closed": ("事项办结", "the matter was closed"),
}
_BEFORE, _AFTER = re.compile(r"([0-9]+)d"), re.compile(r"\+([0-9]+)w")


def stage_named(stage: str, language: Language) -> str:
    """The step in words: ``30d`` is 提前 30 天, 30 days before. A name of no plan is left as it is."""
    zh = language is Language.ZH
    if stage in tuple(Rung):
        return RUNGS[language][Rung(stage)]
    if stage in _NAMED:
        return _NAMED[stage][not zh]
    if before := _BEFORE.fullmatch(stage):
        days = int(before[1])
        return f"提前 {days} 天" if zh else f"{days} {'day' if days == 1 else 'days'} before"
    if after := _AFTER.fullmatch(stage):
        weeks = int(after[1])
        return f"逾建议日期第 {weeks} 周" if zh else f"week {weeks} after the suggested day"
    return stage
