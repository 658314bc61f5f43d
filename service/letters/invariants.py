"""What it means that an invariant is broken, and what to do about it, in both languages."""

from collections.abc import Mapping
from typing import Final

from service.domain.invariants import Invariant

_REPORT_ZH = "这是程序缺陷，请连同编号报告。"
_REPORT_EN = "This is a fault of the program: report it with the numbers."
_CALL_ZH = "请先由人工告知负责的人；"
_CALL_EN = "Let a person tell whoever is responsible."

SENTENCES: Final[Mapping[Invariant, tuple[str, str]]] = {
    Invariant.UNWATCHED: (
        f"未结事项没有下次检查日，也没有不检查的理由，不会再有提醒。{_CALL_ZH}{_REPORT_ZH}",
        "Open matters have no day for the next look and no reason for that: nobody will be reminded of them."
        f" {_CALL_EN} {_REPORT_EN}",
    ),
    Invariant.OVERLOOKED: (
        f"扫描已完成，检查日已到的事项却没有处理，提醒会推迟。请运行 duban scan；仍出现时，{_REPORT_ZH}",
        "A scan was done in full and left matters behind whose day had come: their reminders are late."
        " Run duban scan; if this stays, report it with the numbers.",
    ),
    Invariant.LOOKED_AT_TOO_LATE: (
        f"下次检查日晚于建议日期，期限前不会提醒。{_CALL_ZH}{_REPORT_ZH}",
        f"The next look comes after the safe day: nobody is reminded before it. {_CALL_EN} {_REPORT_EN}",
    ),
    Invariant.NEVER_TOLD: (
        f"建议日期已过，有可用的联系人，却从未计划过提醒。{_CALL_ZH}{_REPORT_ZH}",
        "The safe day has passed and somebody could have been told, but no reminder was ever planned."
        f" {_CALL_EN} {_REPORT_EN}",
    ),
    Invariant.NOT_DERIVED: (
        f"已认定的卓越级或领航级工厂没有任何办理事项，不会有提醒。请重新导入该行；{_REPORT_ZH}",
        "Factories on record as listed at the excellence or pioneer level have no matters, so nobody is reminded."
        f" Import their rows again. {_REPORT_EN}",
    ),
    Invariant.ABANDONED: (
        f"投递中断后没有重新投递，后来的信件却已发出。请运行 duban deliver；{_REPORT_ZH}",
        "Letters whose carrier is gone were not called again, while later ones were carried."
        f" Run duban deliver. {_REPORT_EN}",
    ),
    Invariant.PUT_OFF_TOO_FAR: (
        "待发信件被推迟到两天以后，超过最长的重试间隔，多半是时钟曾被拨快。"
        "请核对各机器的时间，再用 duban abort 编号、duban retry 编号 让其立即重发。",
        "Waiting letters are put off for more than two days, longer than any pause between attempts: most likely a"
        " clock was wrong. Check the clock of every machine, then duban abort ID and duban retry ID send them at once.",
    ),
    Invariant.SENT_UNPROVEN: (
        f"标为已发的信件没有邮件中继接受的记录，可能并未发出。请向收件人核实；{_REPORT_ZH}",
        "Letters are called sent without a relay's acceptance on record: they may never have gone."
        f" Ask the recipients. {_REPORT_EN}",
    ),
    Invariant.WAITING_THOUGH_CLOSED: (
        f"事项已办结，提醒仍在等待发出。投递时系统会再核对，不会误发；{_REPORT_ZH}",
        "Reminders of closed matters still wait. They are looked at once more before they go and will not be sent."
        f" {_REPORT_EN}",
    ),
    Invariant.REMINDED_TWICE: (
        f"同一事项有两封提醒等待发给同一人。投递时只发较新的一封；{_REPORT_ZH}",
        f"Two reminders of one matter wait for the same person. Only the newer one will be sent. {_REPORT_EN}",
    ),
    Invariant.ABOUT_NOTHING: (
        "待发信件所指的事项不存在，或其修订号高于事项，数据库可能只恢复了一部分。"
        "请核对备份，再用 duban abort 编号 中止；不是恢复造成的，请报告。",
        "Waiting letters are about matters that do not exist, or at a revision that these never had: the database may"
        " have been restored in part. Check the backup, then duban abort ID; without a restore, report it.",
    ),
    Invariant.HELD_FOR_NOBODY: (
        "信件停留在隔离中，而该隔离已有决定或不存在，没有人会放行。"
        f"请用 duban abort 编号、duban retry 编号 发出；{_REPORT_ZH}",
        "Letters are held in a quarantine that is decided or does not exist: nobody will ever let them go."
        f" duban abort ID and duban retry ID send them. {_REPORT_EN}",
    ),
    Invariant.INVITED_UNTOLD: (
        f"记录显示已向某人发出日历邀请，却没有对应的投递。请向收件人核对日历；{_REPORT_ZH}",
        "Somebody's calendar is on record as told, and no letter was carried. Ask what the calendar shows."
        f" {_REPORT_EN}",
    ),
}
