"""The words of the house's own pages: what the audit names, and what a policy chooses."""

from collections.abc import Mapping

from service.domain.rungs import Rung
from service.letters.letter import Language
from service.letters.rungs import RUNGS

AUDITED: Mapping[str, tuple[str, str]] = {
    "account": ("账户", "account"),
    "contact": ("联系人", "contact"),
    "command": ("命令行", "command line"),
    "certification": ("认定", "certification"),
    "enterprise": ("企业", "enterprise"),
    "delivery": ("信件", "letter"),
    "unit": ("推荐单位", "unit"),
    "policy": ("政策", "policy"),
    "holidays": ("工作日表", "working days"),
    "obligation": ("事项", "matter"),
    "intake": ("导入", "import"),
    "quarantine": ("隔离", "quarantine"),
    "returned": ("退信", "returned mail"),
    "list": ("列表", "list"),
    "answers": ("答复", "answers"),
    "answer": ("答复", "answer"),
    "round": ("年度申报", "round"),
    "audit": ("审计", "audit"),
}

ACTIONS: Mapping[str, tuple[str, str]] = {
    "account_added": ("新设账户", "account added"),
    "account_closed": ("停用账户", "account closed"),
    "account_opened": ("启用账户", "account opened"),
    "link_made": ("发放登录链接", "sign-in link made"),
    "signed_in": ("登录", "signed in"),
    "signed_out": ("退出", "signed out"),
    "sign_in_failed": ("登录失败", "sign-in failed"),
    "locked": ("账户锁定", "locked"),
    "password_set": ("设置口令", "password set"),
    "saw": ("查看", "saw"),
    "exported": ("导出", "exported"),
    "event_recorded": ("登记事件", "event recorded"),
    "override_set": ("人工设定日期", "days set by hand"),
    "override_lifted": ("恢复推算的日期", "days set by hand lifted"),
    "ran": ("运行命令", "ran"),
    "notice_loaded": ("导入放假安排", "notice loaded"),
    "policy_applied": ("启用政策", "policy applied"),
    "test_letter_sent": ("发送测试信", "test letter sent"),
    "contact_corrected": ("更正联系人", "contact corrected"),
    "contact_erased": ("删除个人信息", "contact erased"),
    "contact_exported": ("导出个人信息", "contact exported"),
}

CHOICES: Mapping[str, tuple[str, str]] = {
    "start": ("旧批次有效期的起点", "where the validity of earlier batches starts"),
    "inclusive_end": ("期间包含对应日当天", "a period includes its corresponding day"),
    "strict_before": ("“几个月前”不含当日", '"months before" leaves the day itself out'),
    "roll": ("建议日期遇休息日", "a safe day on a rest day"),
    "hour": ("截止时刻", "hour of a deadline"),
    "working_days": ("规定未设期限时，推荐单位的办理工作日", "working days of a unit where the text sets none"),
    "days_before": ("提前几天提醒", "reminders, days before"),
    "director_from_days": ("提前多少天起同时提醒负责人", "the director too, from so many days before"),
    "weeks_without_end": ("逾期后每周提醒，至多几周", "weekly reminders after the day, at most so many"),
    "ladder": ("督办阶梯，由低到高", "the ladder, the lowest rung first"),
    "grace": ("几个工作日无答复即上一级", "working days of silence before the next rung"),
}

CHOSEN: Mapping[str, tuple[str, str]] = {
    "listed": ("公布之日", "the day it was listed"),
    "in_force": ("办法施行之日（2025-12-09）", "the regulation's first day (2025-12-09)"),
    "back": ("提前到上一个工作日", "goes back to the working day before"),
    "none": ("不变", "stays"),
    "True": ("是", "yes"),
    "False": ("否", "no"),
    **{rung: (RUNGS[Language.ZH][rung], RUNGS[Language.EN][rung]) for rung in Rung},
}

HOLIDAY_COUNTS: Mapping[str, tuple[str, str]] = {
    "moved": ("日期变动", "dates that move"),
    "settled": ("由暂定转为确定", "provisional dates settled"),
    "opened": ("新增事项", "matters opened"),
    "closed": ("终结事项", "matters closed"),
    "replanned": ("仅提醒改期", "reminders alone rescheduled"),
    "unchanged": ("不变", "unchanged"),
}

LETTERS: Mapping[str, tuple[str, str]] = {
    "reminder": ("提醒", "reminder"),
    "milestone": ("届满通知", "milestone"),
    "lapse": ("视为失效通知", "presumed lapse"),
    "correction": ("更正", "correction"),
    "cancellation": ("取消", "cancellation"),
    "opening": ("可重新申请通知", "new application possible"),
    "list": ("督办清单", "the unit's list"),
    "canary": ("自检", "self-check"),
}
