"""What a row of a list says besides its cells: what is new, its number, and whose days they are."""

from collections.abc import Iterator

from service.domain.listing import Section
from service.domain.obligation import Kind
from service.letters.letter import Language, ListRow
from service.letters.rungs import RUNGS
from service.letters.sections import MARKS
from service.letters.standing import is_by_hand, is_units_own
from service.letters.words import WORDS

_UNITS_OWN = {Language.ZH: "由推荐单位办理", Language.EN: "For the recommending unit to do"}
_BY_HAND = {Language.ZH: "日期为人工设定", Language.EN: "The days were set by hand"}
_NO_PERIOD = {
    Language.ZH: "办法未规定期限，最晚日期为参考期限",
    Language.EN: "The regulation sets no period, the latest day is for reference",
}
_DAY_OF = {
    (Language.ZH, Kind.ANNUAL_REPORT): "日期由推荐单位自行确定",
    (Language.EN, Kind.ANNUAL_REPORT): "The day is the unit's own",
    (Language.ZH, Kind.ANNUAL_ROUND): "日期以年度通知为准",
    (Language.EN, Kind.ANNUAL_ROUND): "The day is that of the yearly notice",
}
_PROVISIONAL = {
    Language.ZH: "日期为暂定：相关年度放假安排尚未公布",
    Language.EN: "Provisional: the working-day calendar of that year is not announced yet",
}
_UNREACHABLE = {
    Language.ZH: "退信或无可用联系人，请补充",
    Language.EN: "Mail returned, or nobody to write to: name a contact",
}
_CLIMBED = {Language.ZH: "提醒未获答复，已督办至{}", Language.EN: "Not answered, the ladder has come to: {}"}


def remarks(row: ListRow, language: Language) -> Iterator[str]:
    """Each remark of a row; what is new since the last list comes first."""
    matter = row.matter
    if row.mark:
        yield f"【{MARKS[language][row.mark]}】" if language is Language.ZH else f"[{MARKS[language][row.mark]}]"
    yield WORDS[language].number_of(matter)
    by_hand = is_by_hand(matter.dates)
    if is_units_own(matter):
        yield _UNITS_OWN[language]
        if not by_hand:
            yield _DAY_OF.get((language, matter.kind), _NO_PERIOD[language])
    elif row.section is Section.UNDELIVERABLE or not row.contacts:
        yield _UNREACHABLE[language]
    if row.rung is not None:
        yield _CLIMBED[language].format(RUNGS[language][row.rung])
    if by_hand:
        yield _BY_HAND[language]
    if matter.date_basis:
        yield matter.date_basis
    if matter.dates.provisional:
        yield _PROVISIONAL[language]
