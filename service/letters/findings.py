"""How a finding is told: where it is, what is wrong and what to do in both languages, and by which command."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.findings import Code
from service.domain.obligation import Holder, Kind
from service.letters.letter import Language
from service.letters.words import WORDS


@dataclass(frozen=True)
class _Sentence:
    zh: str
    en: str
    command: str = ""


_CONTACTS = "duban contacts import FILE"
_IMPORT = "duban import FILE"
_RULE = "duban unit rule {unit} --from DATE --basis TEXT"
_EVENT = "duban event {id}"
_TAKE_BACK = "corrected --on {today} --set field=event --set value=NUMBER"

_SENTENCES = {
    Code.NO_ADDRESS: _Sentence(
        "没有可用的联系人邮箱，{count} 项未办结事项无人收到提醒，最早的建议日期为 {day}；请取得联系人后导入",
        "no contact has a working address, so nobody is reminded of its open matters ({count}, the first safe day "
        "{day}); get a contact and import it",
        _CONTACTS,
    ),
    Code.ADDRESS_HELD_BACK: _Sentence(
        "有 {count} 个联系人邮箱已停用（如退信），同一角色没有其他可用的邮箱；请核实后导入可用的邮箱",
        "addresses are held back, as after a bounce ({count}), and nobody else of that role has one that works; find "
        "out and import one",
        _CONTACTS,
    ),
    Code.VALIDITY_NOT_SET: _Sentence(
        "{count} 项先进级认定的有效期未定：有效期由推荐单位确定（第十六条第四项），公布之日其尚无规定，故不推算届满"
        "和复核日期；请登记",
        "the validity of advanced factories ({count}) is not set: it is their unit's to set (Art. 16(4)), no rule of "
        "its own counted when they were listed, and no date is guessed; record it",
        f"{_RULE} --validity-months N",
    ),
    Code.REVIEW_NOT_SET: _Sentence(
        "{count} 项先进级认定有届满之日（最早 {day}）而无复核申请期限：期限由推荐单位确定（第十六条第四项），尚未登记，"
        "只在届满之日告知；请登记",
        "advanced factories ({count}) have an end of validity, the first on {day}, and no period for the review "
        "application: it is their unit's to set (Art. 16(4)), and until then only the end is told; record it",
        f"{_RULE} --review-months-before N",
    ),
    Code.ANNUAL_REPORT_NOT_SET: _Sentence(
        "年度报送的日期未定：第九条第四项、第十条第四项未写明日期，故不推定、不提醒；请登记",
        "no day is set for the yearly report: Art. 9(4) and 10(4) name none, so none is guessed and nobody is "
        "reminded; record it",
        f"{_RULE} --annual-report MM-DD",
    ),
    Code.CULTIVATION_END_UNKNOWN: _Sentence(
        "培育月数和培育期至均未登记，故不推定验收申请的期限（第十八条第三、五项）；请查明后登记其一",
        "neither months nor end of its cultivation are on record, so no date for the acceptance application is "
        "guessed (Art. 18(3), (5)); find out and record one of them",
        f"{_EVENT} corrected --on {{today}} --set field=cultivation_months --set value=N",
    ),
    Code.REPLY_DAY_UNKNOWN: _Sentence(
        "{kind}：{day} 的要求未写明期限，故不推定、不提醒（第二十一条）；请查明后登记",
        "{kind}: what was asked for on {day} names no day, so none is guessed and nobody is reminded (Art. 21); find "
        "out and record it",
        "{note}",
    ),
    Code.LAPSED_UNDECIDED: _Sentence(
        "有效期已满（{day} 后推定失效），系统未见复核申请记录，也未见主管部门的决定，提醒已结束；请查明后登记其一",
        "validity is over (presumed lapsed after {day}), neither a review application nor the authority's decision is "
        "on record, and reminders have ended; find out and record one of them",
        f"{_EVENT} review_applied --on DATE | {_EVENT} cancelled --on DATE --set cause=lapse",
    ),
    Code.RESULT_AWAITED: _Sentence(
        "{kind}之日 {day} 已过，申请在案，未见结果；请查明后登记",
        "{kind}: {day} is past, an application is on record and its result is not; find out and record it",
        f"{_EVENT} {{results}} --on DATE",
    ),
    Code.PLAN_FINISHED: _Sentence(
        "{kind}：提醒已全部结束（建议日期 {day}），仍未登记办结；请核实，已办结的请登记",
        "{kind}: reminders have ended (safe day {day}) and it is not recorded as done; find out and, if it is, record "
        "it",
        f"{_EVENT} TYPE --on DATE",
    ),
    Code.RUNG_EMPTY: _Sentence(
        "没有可用的负责人邮箱，{count} 项事项的督办越过负责人（最早的建议日期为 {day}）；请取得负责人的邮箱后导入",
        "no director has a working address, so the ladder went past that rung (matters: {count}, the first safe day "
        "{day}); get one and import it",
        _CONTACTS,
    ),
    Code.UNIT_MISSING: _Sentence(
        "未登记推荐单位，不会列入任何督办清单；请补填后重新导入",
        "no recommending unit is on record, so it is on no unit's list; fill it in and import again",
        _IMPORT,
    ),
    Code.UNIDENTIFIED: _Sentence(
        "仅以名称识别（{count} 项认定），更名后无法对应；请补填统一社会信用代码后重新导入",
        "known by its name alone, which may change (certifications: {count}); fill in its unified social credit "
        "code and import again",
        _IMPORT,
    ),
    Code.POSSIBLY_SAME: _Sentence(
        "仅以名称识别（{count} 项认定），另有同名企业已登记统一社会信用代码；请核实，如为同一企业，以该代码重新导入，"
        "并撤销误记在名称下的事件（编号见 duban events）",
        "known by its name alone (certifications: {count}), and another enterprise of that name has a code; compare "
        "them, and if they are the same, import under the code and take back the events under the name (duban events "
        "lists their numbers)",
        f"{_IMPORT} && duban event CERTIFICATION {_TAKE_BACK}",
    ),
    Code.DATE_AHEAD: _Sentence(
        "{count} 项事件的日期尚未到来（{note}），期限据此推算而事情尚未发生；如属误记，请撤销",
        "events are dated after today ({note}), so dates rest on what has not happened yet; if it is a mistake, take "
        "it back",
        f"{_EVENT} {_TAKE_BACK}",
    ),
    Code.OVERRIDDEN: _Sentence(
        "{kind}：建议日期由人工设定为 {day}（{note}），优先于一切规则；请核对，不再适用的请恢复推算",
        "{kind}: the safe day was set by hand to {day} ({note}) and beats every rule; see whether it still holds, and "
        "if not, lift it",
        "duban override {subject} {kind_code} --occurrence {occurrence} --lift --reason TEXT",
    ),
    Code.YEAR_NOT_ANNOUNCED: _Sentence(
        "{count} 项未办结事项的日期为暂定：{year} 年起的放假安排尚未导入；公布后请导入",
        "dates of open matters are provisional ({count}): no notice from {year} on is in the table; import it once it "
        "is announced",
        "duban holidays import FILE",
    ),
    Code.UNWATCHED: _Sentence(
        "{kind}尚未办结而没有下次检查日，不会再提醒；这是本系统的差错，请报告",
        "{kind}: open without a next day to look at it, so nobody will be reminded; a fault of this system, please "
        "report it",
    ),
}

_OF_UNITS = {
    Code.NO_ADDRESS: _Sentence(
        "没有可用的联系人邮箱，收不到督办清单和自身事项的提醒（{count} 项未办结，最早的建议日期为 {day}）；"
        "请取得联系人后导入",
        "no contact has a working address, so it gets neither its list nor reminders of its own duties ({count} open, "
        "the first safe day {day}); get a contact and import it",
        _CONTACTS,
    ),
    Code.RUNG_EMPTY: _Sentence(
        "督办阶梯的“{rung_zh}”一级无人可报，{count} 项事项越过这一级（最早的建议日期为 {day}）；"
        "请登记其联系人，上级督办单位须先登记",
        "there is nobody to tell on a rung of its ladder, {rung_en} (matters: {count}, the first safe day {day}); "
        "record the contact, after the superior body itself where it is one",
        f"duban overseers && {_CONTACTS}",
    ),
    Code.PLAN_FINISHED: _Sentence(
        _SENTENCES[Code.PLAN_FINISHED].zh,
        _SENTENCES[Code.PLAN_FINISHED].en,
        "duban unit done {unit} {kind_code} {occurrence} --on DATE",
    ),
}
"""What is told otherwise where it is about a recommending unit itself."""


def told(code: Code, where: str, of_unit: bool, kind: Kind | None, fields: Mapping[str, object]) -> str:
    """The sentence of a finding about ``where``; ``fields`` are what its words leave open."""
    sentence = (_OF_UNITS if of_unit else {}).get(code, _SENTENCES[code])
    holder = Holder.UNIT if of_unit else Holder.ENTERPRISE
    titles = {each: "" if kind is None else WORDS[each].of_kind(kind, holder).title for each in Language}
    zh = sentence.zh.format_map({**fields, "kind": titles[Language.ZH]})
    en = sentence.en.format_map({**fields, "kind": titles[Language.EN]})
    command = f": {sentence.command.format_map(fields)}" if sentence.command else ""
    return f"{where}：{zh} / {en}{command}" if where else f"{zh} / {en}{command}"


def rest(number: int) -> str:
    """What stands for the findings that a list leaves out."""
    return f"另有 {number} 条未列出 / and {number} more"
