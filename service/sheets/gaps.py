"""What a certification leaves open: reported, never guessed."""

from service.domain.certification import Level
from service.sheets.grouping import SheetCertification
from service.sheets.sheet import Remarks

VALIDITY_NOT_SET = "validity_not_set"


def report_gaps(certification: SheetCertification, remarks: Remarks) -> None:
    """A finding for each thing that the rows do not say and that somebody will miss."""
    stated, facts = certification.stated, certification.stated.facts
    if not stated.uscc:
        remarks.finding(
            "unidentified",
            stated.row,
            "未填统一社会信用代码，暂以企业名称识别",
            "no unified social credit code: the enterprise is known by its name for now",
        )
    if not stated.unit:
        remarks.finding(
            "unit_missing",
            stated.row,
            "未填推荐单位，不会列入任何推荐单位的督办清单",
            "no recommending unit: it will be on no unit's list",
        )
    if facts.cultivation_from and facts.cultivation_months is None and facts.cultivation_until is None:
        remarks.finding(
            "cultivation_end_unknown",
            stated.row,
            "培育月数和培育期至均未填：不推定截止日，暂无验收申请期限",
            "neither months nor end of cultivation: no date is guessed, no deadline until one is given",
        )
    if stated.level is Level.ADVANCED and facts.listed_on and facts.valid_through is None:
        remarks.finding(
            VALIDITY_NOT_SET,
            stated.row,
            "先进级有效期由推荐单位确定（第十六条第四项），本行未填：暂无复核申请期限",
            "the unit sets the validity of an advanced factory (Art. 16(4)): no deadline until it is given",
        )
