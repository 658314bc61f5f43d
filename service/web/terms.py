"""How the console calls what the store calls by a code; a code without a word of its own is shown as it is."""

from collections.abc import Mapping

from service.letters.letter import Language
from service.web import deliveries_terms as outbox
from service.web.certification_terms import CERTIFICATION_TERMS
from service.web.house_terms import ACTIONS, AUDITED, CHOICES, CHOSEN, HOLIDAY_COUNTS, LETTERS
from service.web.records_terms import RECORD_CHANGES, RECORD_TERMS

_TERMS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    **CERTIFICATION_TERMS,
    **RECORD_TERMS,
    "audited": AUDITED,
    "action": {**ACTIONS, **outbox.CHANGES, **RECORD_CHANGES},
    "choice": CHOICES,
    "chosen": CHOSEN,
    "effect": HOLIDAY_COUNTS,
    "letter": LETTERS,
    "reason": outbox.REASONS,
    "verdict": outbox.VERDICTS,
    "meaning": outbox.MEANINGS,
    "skipped": outbox.SKIPPED,
    "state": {
        "held": ("隔离待批", "held"),
        "planned": ("待发", "planned"),
        "called": ("已唤起", "called"),
        "sending": ("投递中", "sending"),
        "sent": ("已交中继", "sent"),
        "refused": ("被拒", "refused"),
        "unknown": ("结果不明", "unknown"),
        "bounced": ("退信", "bounced"),
        "withdrawn": ("撤回", "withdrawn"),
        "superseded": ("被取代", "superseded"),
        "aborted": ("人工中止", "aborted"),
    },
    "outcome": {
        "sent": ("已接受", "accepted"),
        "retry": ("稍后再试", "again later"),
        "refused": ("被拒", "refused"),
        "unknown": ("结果不明", "unknown"),
        "running": ("运行中", "running"),
        "done": ("完成", "done"),
        "failed": ("失败", "failed"),
    },
    "purpose": {
        "reminder": ("提醒", "reminder"),
        "correction": ("更正", "correction"),
        "cancellation": ("取消", "cancellation"),
        "escalation": ("上报督办", "escalation"),
        "list": ("督办清单", "list"),
        "undeliverable": ("联系人失效", "address failed"),
        "canary": ("自检", "self-check"),
        "sign_in": ("登录链接", "sign-in link"),
    },
    "job": {
        **outbox.OUTBOX_JOBS,
        "scan": ("扫描", "scan"),
        "deliver": ("投递", "deliver"),
        "escalate": ("督办清单", "lists"),
        "returned": ("退信处理", "returned mail"),
        "watch": ("自查", "self-check"),
        "heartbeat": ("心跳", "heartbeat"),
        "canary": ("自检信", "canary"),
        "import": ("导入认定", "import"),
        "contacts": ("导入联系人", "contacts"),
        "holidays": ("放假安排", "holidays"),
        "policy": ("政策", "policy"),
        "restored": ("恢复备份", "restored"),
        "prune": ("清理", "prune"),
        "take_back": ("撤回导入", "import taken back"),
    },
    "answer": {
        "acknowledged": ("已知悉", "acknowledged"),
        "snoozed": ("暂缓提醒", "put off"),
        "filed": ("称已办理", "says it is done"),
        "wrong_person": ("称联系人有误", "says wrong person"),
        "changed": ("报告重大变化", "reports a change"),
    },
    "cadence": {"monthly": ("月清单", "monthly"), "weekly": ("周清单", "weekly"), "daily": ("日清单", "daily")},
    "role": {
        "ops": ("运维", "operations"),
        "viewer": ("只读", "viewer"),
        "officer": ("推荐单位", "unit officer"),
        "contact": ("企业联系人", "contact"),
    },
    "contact_role": {
        "handler": ("经办人", "handler"),
        "director": ("负责人", "director"),
        "backup": ("备用联系人", "backup"),
    },
    "unit_kind": {
        "provincial": ("省级主管部门", "provincial department"),
        "central_group": ("中央企业集团", "central group"),
    },
    "count": {
        **outbox.MEANINGS,
        **outbox.COUNTS,
        "examined": ("检查", "examined"),
        "planned": ("计划", "planned"),
        "superseded": ("被取代", "superseded"),
        "quarantined": ("隔离", "quarantined"),
        "sent": ("已交中继", "sent"),
        "retry": ("稍后再试", "again later"),
        "refused": ("被拒", "refused"),
        "unknown": ("结果不明", "unknown"),
        "withdrawn": ("撤回", "withdrawn"),
        "units": ("推荐单位", "units"),
        "dry_run": ("预演", "dry run"),
        "letters": ("信件副本", "kept letters"),
        "attempts": ("投递记录", "attempts"),
        "runs": ("任务记录", "runs"),
        "returned_mail": ("退信", "returned mail"),
        "sessions": ("登录状态", "sessions"),
        "links": ("登录链接", "sign-in links"),
    },
}


def term(family: str, code: str, language: Language) -> str:
    """The word for a code of a family."""
    words = _TERMS.get(family, {}).get(code)
    if words is None:
        return code
    return words[0] if language is Language.ZH else words[1]
