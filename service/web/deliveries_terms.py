"""What the outbox and the job log keep by a code, in words: why a letter ended, what an answer finds fault with, what
a run skipped and counted, and how the stages of a plan are called.
"""

import re
from collections.abc import Callable, Mapping

from service.domain.rungs import Rung
from service.letters.letter import Language
from service.letters.rungs import RUNGS

Words = Mapping[str, tuple[str, str]]

REASONS: Words = {
    "newer_stage": ("已有更新的提醒", "a newer reminder took its place"),
    "date_moved": ("日期已变，另发新信", "the date has moved: another letter goes"),
    "address_held_back": ("该地址已停用", "the address is held back"),
    "not_overseen": ("已不由该单位督办", "that body oversees it no more"),
    "answered": ("已有答复", "answered since"),
    "another_unit": ("事项已归其他单位", "the matter is another unit's now"),
    "closed": ("事项已办结", "the matter is closed"),
    "open_again": ("事项又已打开", "the matter is open again"),
    "nothing_to_chase": ("本期已无待督办事项", "nothing is left to chase this week"),
    "retried": ("经人工重投", "retried by a person"),
    "by_hand": ("经人工中止", "aborted by a person"),
    "relays_rest": ("邮件中继暂停中，稍后自动再试", "the mail relays rest: tried again by itself"),
    "enough_for_today": ("当日信件已够多，留到下一工作日", "enough letters for today: waits for the next working day"),
    "rate_limit": ("按限速排队", "waits for its turn (rate limit)"),
    "given_back": ("本轮未投，稍后再投", "given back untried: goes later"),
    "restored": ("恢复备份时结束", "ended when a backup was restored"),
    "dropped": ("隔离后未予放行", "dropped from quarantine"),
    "link_ended": ("登录链接已失效", "the link has ended"),
}

VERDICTS: Words = {
    "address": ("地址不存在或已停用", "the address does not work"),
    "mailbox_full": ("邮箱已满", "the mailbox is full"),
    "rate": ("发送过于频繁", "too many letters at once"),
    "later": ("对方要求稍后再试", "asked to come later"),
    "message": ("信件本身被拒", "the letter itself"),
    "policy": ("对方策略拒收", "their policy"),
    "login": ("中继登录失败", "our login at the relay"),
    "relay": ("中继故障", "the relay"),
    "ours": ("本系统的问题", "this system"),
}

MEANINGS: Words = {
    "permanent": ("无法送达", "cannot be delivered"),
    "delayed": ("中继仍在尝试", "a relay is still trying"),
    "delivered": ("已送达回执", "delivered"),
    "auto_reply": ("自动回复", "automatic reply"),
    "unsigned": ("称未送达，但无签名可证", "says it failed, without our signature"),
    "unread": ("未能读懂", "was not understood"),
}

SKIPPED: Words = {
    "not_reached": ("未到提醒日", "no stage reached"),
    "no_address": ("无可用联系人", "no working address"),
    "no_unit": ("未登记推荐单位", "no recommending unit"),
    "already_planned": ("已计划过", "planned before"),
    "relays_rest": ("中继暂停", "relays rest"),
    "rate_limit": ("限速等待", "rate limit"),
    "invariant_broken": ("不变量不成立", "an invariant is broken"),
    "no_good_scan": ("当日扫描未完成", "no complete scan"),
    "letters_wait": ("有信件积压", "letters wait"),
    "relay_at_fault": ("中继有故障", "a relay is at fault"),
    "not_taken": ("外部监测未应答", "the ping was not taken"),
}

COUNTS: Words = {
    "pinged": ("已报平安", "pinged"),
    "added": ("新增", "added"),
    "changed": ("更改", "changed"),
    "unchanged": ("未变", "unchanged"),
    "errors": ("错误", "errors"),
    "findings": ("提示", "findings"),
    "moved": ("日期变动", "moved"),
    "opened": ("新开事项", "opened"),
    "closed": ("办结", "closed"),
    "replanned": ("重新计划", "replanned"),
    "settled": ("由暂定转为确定", "settled"),
    "days": ("日", "days"),
    "put_off": ("推迟", "put off"),
    "climbed": ("督办上一级", "to the next rung"),
    "called": ("唤起", "called"),
    "approved": ("放行", "approved"),
    "too_early": ("仍在投递", "too early"),
    "known": ("已登记过", "known"),
    "canary": ("自检信", "canary"),
    "assumed": ("视为已发", "assumed sent"),
}

OUTBOX_JOBS: Words = {
    "quarantine": ("隔离处理", "quarantine"),
    "event": ("登记事件", "event"),
    "override": ("人工改期", "override"),
    "round": ("申报通知", "rounds"),
    "unit_rule": ("单位规则", "unit rule"),
    "unit_done": ("单位事项", "unit duty"),
}

CHANGES: Words = {
    "retried": ("重投", "retried"),
    "aborted": ("中止", "aborted"),
    "resent": ("改发他人", "sent to another person"),
    "settled_returned": ("处理退信", "returned mail settled"),
    "ran_dry": ("预演", "dry run"),
}

_ADDRESS = re.compile(r"\S*@\S*")
_BEFORE, _AFTER = re.compile(r"(\d+)d"), re.compile(r"\+(\d+)w")
_STAGES: Words = {
    "0d": ("办理日当天", "on the safe day"),
    "lapse": ("视为失效", "presumed lapsed"),
    "end": ("到期当天", "on its day"),
    "moved": ("日期变动", "date moved"),
    "closed": ("事项办结", "closed"),
    "undeliverable": ("", ""),
    **{rung: (RUNGS[Language.ZH][rung], RUNGS[Language.EN][rung]) for rung in Rung},
}


def stage_words(stage: str, say: Callable[[str, str], str]) -> str:
    """A stage of the plan in words; a list's week, and what has no word, as it is."""
    if stage in _STAGES:
        return say(*_STAGES[stage])
    if before := _BEFORE.fullmatch(stage):
        return say(f"提前 {before[1]} 天", f"{before[1]} days before")
    if after := _AFTER.fullmatch(stage):
        return say(f"逾期第 {after[1]} 周", f"week {after[1]} after")
    return stage


def without_addresses(text: str) -> str:
    """An answer of a mail system without the addresses in it, for where people's addresses are not shown."""
    return _ADDRESS.sub("…", text)
