"""How the console calls what is of imports, contacts, units, held days and findings."""

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]

RECORD_CHANGES: Words = {
    "imported": ("导入", "imported"),
    "import_taken_back": ("撤回导入", "import taken back"),
    "contact_added": ("新增联系人", "contact added"),
    "contact_changed": ("修改联系人", "contact changed"),
    "fewer_letters": ("停收汇总信", "stopped digests"),
    "every_letter": ("恢复汇总信", "takes digests again"),
    "contact_restored": ("恢复邮箱", "address restored"),
    "contact_held_back": ("停用邮箱", "address held back"),
    "contact_links_ended": ("终止链接", "links ended"),
    "filing_recorded": ("登记办理", "filing recorded"),
    "list_day_set": ("设定清单日", "day of lists set"),
    "round_added": ("登记年度申报", "round recorded"),
    "round_removed": ("撤销年度申报", "round taken back"),
    "round_day_set": ("登记内部截止日", "unit's own day set"),
    "unit_added": ("登记单位", "unit added"),
    "unit_rule_set": ("登记单位规则", "unit rule set"),
    "unit_duty_done": ("登记单位事项", "unit duty recorded"),
    "quarantine_approved": ("放行隔离", "quarantine approved"),
    "quarantine_dropped": ("丢弃隔离", "quarantine dropped"),
}

RECORD_TERMS: Mapping[str, Words] = {
    "sheet": {"certifications": ("认定名单", "certifications"), "contacts": ("联系人名单", "contacts")},
    "changed_on": {
        "certification": ("认定", "certification"),
        "event": ("事件", "event"),
        "contact": ("联系人", "contact"),
        "enterprise": ("企业", "enterprise"),
    },
    "column": {
        "role": ("角色", "role"),
        "name": ("名称", "name"),
        "language": ("语言", "language"),
        "unit_id": ("推荐单位编号", "unit no."),
        "proposed": ("拟认定", "proposed"),
        "date_basis": ("日期依据", "basis of the date"),
        "source_url": ("来源", "source"),
        "uscc": ("统一社会信用代码", "code"),
    },
    "owner": {
        "enterprise": ("企业", "enterprise"),
        "unit": ("推荐单位", "unit"),
        "overseer": ("上级督办单位", "overseer"),
    },
    "language": {"zh": ("中文", "Chinese"), "en": ("英文", "English")},
    "decision": {
        "": ("待决定", "undecided"),
        "approved": ("已放行", "approved"),
        "dropped": ("已丢弃", "dropped"),
    },
    "finding": {
        "no_address": ("没有可用的联系人邮箱", "No contact with a working address"),
        "address_held_back": ("邮箱已停用且无人替代", "An address held back, and nobody instead"),
        "validity_not_set": ("先进级有效期未定", "Validity of advanced factories not set"),
        "review_not_set": ("复核申请期限未定", "Period for review applications not set"),
        "annual_report_not_set": ("年度报送日期未定", "Day of the yearly report not set"),
        "cultivation_end_unknown": ("培育期止日不明", "End of cultivation not known"),
        "reply_day_unknown": ("答复或整改期限不明", "Day to reply or rectify by not known"),
        "lapsed_undecided": ("已视为失效，结果待定", "Presumed lapsed, undecided"),
        "result_awaited": ("已申请，结果待登记", "Applied for, result awaited"),
        "rung_empty": ("督办阶梯有一级无人可报", "Nobody to tell on a rung of the ladder"),
        "plan_finished": ("提醒已全部发出仍未办结", "All reminders sent, still open"),
        "unit_missing": ("未登记推荐单位", "No recommending unit"),
        "unidentified": ("缺统一社会信用代码", "Enterprise without its code"),
        "possibly_same": ("疑为同一企业", "Possibly the same enterprise"),
        "date_ahead": ("事件日期尚未到来", "Event dated after today"),
        "overridden": ("日期由人工设定", "Day set by hand"),
        "year_not_announced": ("放假安排尚未公布", "Holidays not announced yet"),
        "unwatched": ("没有下次检查日（系统差错）", "Not looked at any more (a fault of ours)"),
    },
}
