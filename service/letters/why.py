"""The reasons why a letter has or has not gone, in sentences: what is so, and what can be done about it."""

from collections.abc import Mapping
from datetime import tzinfo

from service.domain.obligation import Closed, Holder
from service.domain.people import Role
from service.domain.why import Because, Reason
from service.letters.letter import Language
from service.letters.stages import stage_named
from service.letters.words import WORDS

_Pair = tuple[str, str]

_SENTENCES: Mapping[Because, _Pair] = {
    Because.ONLY_PROPOSED: (
        "只在公示名单上，尚未正式公布：没有期限，因此不提醒。公布后登记“列入名单”事件。",
        "It is on a proposed list only and not listed yet: nothing is due, so nobody is reminded. Once published, "
        "record the listing.",
    ),
    Because.CANCELLED: (
        "认定已于 {on} 取消，各事项随之结束。",
        "The certification was cancelled on {on}, and its matters ended with it.",
    ),
    Because.VALIDITY_NOT_SET: (
        "先进级的有效期由推荐单位确定（第十六条第四项），公布之日尚无规定：不推算期限，因此不提醒。"
        "请推荐单位告知后登记其规定。",
        "The validity of an advanced factory is set by its recommending unit (Art. 16(4)), which had set none when it "
        "was listed: no date is guessed, so nobody is reminded. Record the unit's rule.",
    ),
    Because.REVIEW_NOT_SET: (
        "推荐单位未规定先进级的复核期限（第十六条第四项）：只在有效期届满当日告知。",
        "The recommending unit has set no period for the review (Art. 16(4)): only the end of validity is told.",
    ),
    Because.END_UNKNOWN: (
        "截止日未知：没有公布日、培育月数或载明的截止日，不推算期限，因此不提醒。请用“更正”补记。",
        "Its end is not known: neither a list's day, months nor a printed end is on record, no date is guessed and "
        "nobody is reminded. Record what is missing as a correction.",
    ),
    Because.DAY_UNNAMED: (
        "{on} 的核实或整改要求没有写明期限：不推算，因此不提醒。问明后用“更正”补记。",
        "The inquiry or order of {on} names no day: none is guessed, so nobody is reminded. Ask, and record it as a "
        "correction.",
    ),
    Because.NOTHING_OPEN: (
        "没有未办结的事项，因此没有可提醒的。",
        "Nothing is open, so there is nothing to remind of.",
    ),
    Because.CLOSED: ("已结束（{said}），不再提醒。", "It is closed ({said}): no further reminder."),
    Because.NO_UNIT: (
        "该事项由推荐单位办理，而这项认定没有登记推荐单位：无人可发。请导入时补填推荐单位。",
        "It is for the recommending unit to do, and none is on record: there is nobody to write to. Fill in the unit.",
    ),
    Because.NO_CONTACT: (
        "{said}没有登记任何联系人：无人可发。请导入联系人。",
        "{said} has no contact on record: there is nobody to write to. Import a contact.",
    ),
    Because.ALL_HELD_BACK: (
        "{said}的联系人邮箱都已停用（多次退信）：无人可发。请核实后恢复，或导入新的联系人。",
        "Every address of {said} is held back after returned mail: there is nobody to write to. Find out and let one "
        "work again, or import another.",
    ),
    Because.TO_BE_LOOKED_AT: (
        "已到“{stage}”一档，等待下一次扫描（每日 8:30 和 14:00）列入发信。",
        'The step "{stage}" is reached; the next scan (08:30 and 14:00 daily) plans the letter.',
    ),
    Because.NOT_YET: (
        "还没有到第一次提醒的日子：{on} 发第一封（{stage}）。",
        "The first reminder is not due yet: it goes on {on} ({stage}).",
    ),
    Because.NEXT: ("下一次提醒在 {on}（{stage}）。", "The next reminder goes on {on} ({stage})."),
    Because.TOLD_ON_THE_DAY: (
        "这是届满或开放之日，只在当日（{on}）告知一次。",
        "It is the day on which something ends or opens, told once, on {on}.",
    ),
    Because.PENDING: (
        "申请已在案，等待结果，不再催办；只在期满当日告知。",
        "An application is on record and its result awaited: nobody is urged, only the end is told on its day.",
    ),
    Because.PLAN_FINISHED: (
        "计划内的提醒都已到期，此后不再提醒。若已办结，请登记相应事件。",
        "Every step of the plan has passed, and no further reminder follows. If it is done, record the event.",
    ),
    Because.UNWATCHED: (
        "未办结而没有下次检查日（{said}）：这是本系统的差错，请报告运维。",
        "It is open without a next look ({said}): a fault of Duban's own, report it to operations.",
    ),
    Because.HELD_BACK: ("邮箱已停用{said}，不再发往此处。", "The address is held back{said}: nothing goes there."),
    Because.NOT_ASKED: (
        "{said}不在“{stage}”一档的收信人之列：先提醒经办人，临近期限才加发负责人，没有经办人时才发备用联系人。",
        'A {said} gets no letter at the step "{stage}": handlers come first, directors are added near the deadline, '
        "and a backup is asked only where there is no handler.",
    ),
    Because.FROM_THE_NEXT_ON: (
        "“{stage}”一档发信时还不是收信人（或邮箱当时已停用），从下一次提醒起收信。",
        'When the letters of "{stage}" were planned this was no recipient yet, or the address was held back: the next '
        "reminder goes here too.",
    ),
    Because.QUARANTINED: (
        "当日信件远多于往常，“{stage}”的信被整批隔离，等待运维批准。",
        'The day planned far more letters than usual: the one of "{stage}" is held in quarantine until operations '
        "approve.",
    ),
    Because.WAITS_FOR_RETRY: (
        "“{stage}”的信暂时未被接收，{at} 再试。中继的答复：{said}",
        'The letter of "{stage}" was not accepted for now and goes again at {at}. The relay said: {said}',
    ),
    Because.PUT_OFF: (
        "“{stage}”的信已列入，{said}，{at} 后发出。",
        'The letter of "{stage}" is planned: {said}; it goes after {at}.',
    ),
    Because.WAITS_FOR_WORKER: (
        "“{stage}”的信已列入，等待投递，通常在一分钟内。若久候不发，请看“任务”是否在运行。",
        'The letter of "{stage}" is planned and waits to be carried, usually within a minute. If it stays, see whether '
        "the jobs run.",
    ),
    Because.ON_ITS_WAY: ("“{stage}”的信正在投递。", 'The letter of "{stage}" is on its way.'),
    Because.SENT: (
        "已发：“{stage}”的信于 {at} 交给中继，此后没有退回。",
        'It was sent: the relay took the letter of "{stage}" at {at}, and it has not come back.',
    ),
    Because.REFUSED: (
        "“{stage}”的信于 {at} 被中继拒收，须先处理原因再重试。中继的答复：{said}",
        'The relay refused the letter of "{stage}" for good at {at}; mend the cause, then retry. It said: {said}',
    ),
    Because.BOUNCED: (
        "“{stage}”的信发出后于 {at} 退回：{said}",
        'The letter of "{stage}" went out and came back at {at}: {said}',
    ),
    Because.UNKNOWN: (
        "“{stage}”的信于 {at} 在交付时断线，不知对方是否收到；为免重复，未自动重发。",
        'The line broke while the letter of "{stage}" was handed over at {at}: whether it arrived nobody knows, and it '
        "does not go again by itself.",
    ),
    Because.WITHDRAWN: ("“{stage}”的信在发出前撤回：{said}。", 'The letter of "{stage}" was withdrawn: {said}.'),
    Because.SUPERSEDED: ("“{stage}”的信未发：{said}。", 'The letter of "{stage}" did not go: {said}.'),
    Because.ABORTED: ("“{stage}”的信被中止：{said}。", 'The letter of "{stage}" was stopped: {said}.'),
}

CODES: Mapping[str, _Pair] = {
    Closed.FILED: ("已办理", "filed"),
    Closed.RENEWED: ("复核通过，已进入下一有效期", "renewed"),
    Closed.NOT_PASSED: ("未通过", "not passed"),
    Closed.ENDED: ("期限已过，自行结束", "over by itself"),
    Closed.CANCELLED: ("认定已取消", "the certification was cancelled"),
    Closed.NO_LONGER_APPLIES: ("不再适用", "no longer applies"),
    Holder.ENTERPRISE: ("企业", "the enterprise"),
    Holder.UNIT: ("推荐单位", "the recommending unit"),
    Role.HANDLER: ("经办人", "handler"),
    Role.DIRECTOR: ("负责人", "director"),
    Role.BACKUP: ("备用联系人", "backup contact"),
    "closed": ("事项已结束", "the matter was closed"),
    "open_again": ("事项重新开启", "the matter is open again"),
    "newer_stage": ("由更新一档的信取代", "a letter of a newer step took its place"),
    "date_moved": ("日期变动，另行通知", "the date moved, and a newer letter tells of it"),
    "not_overseen": ("已不由该单位督办", "that body oversees it no more"),
    "answered": ("已有答复", "it was answered since"),
    "another_unit": ("现由其他单位推荐", "it is another unit's now"),
    "address_held_back": ("收信邮箱已停用", "the address is held back"),
    "by_hand": ("由运维人工中止", "by a person"),
    "dropped": ("隔离的一批被整批放弃", "its quarantine was dropped"),
    "restored": ("恢复备份时视为已发", "taken as sent after a restore"),
    "retried": ("由人工重试", "a person asked for it again"),
    "relays_rest": ("各中继暂停接信", "every relay rests"),
    "enough_for_today": (
        "今天发给此人的信已够多，留到下一个工作日",
        "enough went to this reader today; it goes on the next working day",
    ),
    "rate_limit": ("发信频率已达上限", "the rate limit is reached"),
    "given_back": ("投递进程停机时退回", "a worker that stopped gave it back"),
    "plan_finished": ("提醒计划已结束", "its plan is finished"),
}


def why(reason: Reason, language: Language, zone: tzinfo) -> str:
    """The reason as a sentence, times in ``zone``."""
    zh = language is Language.ZH
    pattern = _SENTENCES[reason.because][not zh]
    said = code_named(reason.said, language)
    if reason.because is Because.HELD_BACK and said:
        said = f"（{said}）" if zh else f" ({said})"
    at = "" if reason.at is None else f"{reason.at.astimezone(zone):%Y-%m-%d %H:%M}"
    on = "" if reason.on is None else WORDS[language].written(reason.on)
    return pattern.format(on=on, at=at, stage=stage_named(reason.stage, language), said=said)


def code_named(code: str, language: Language) -> str:
    """The words for a code of ours; what is none, such as a relay's answer, stays as it is."""
    found = CODES.get(code)
    return code if found is None else found[language is not Language.ZH]
