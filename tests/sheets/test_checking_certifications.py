from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.certification import Facts, Level
from service.domain.errors import RequestRefused
from service.domain.people import Role
from service.letters.letter import Language
from service.sheets.certifications import COLUMNS, CheckedSheet, check_certifications
from service.sheets.people import SheetContact
from service.sheets.sheet import LISTED_AT_MOST, Row, Sheet

Check = Callable[..., CheckedSheet]
Cells = dict[str, Any]

USCC, OTHER_USCC = "91350100M000100Y43", "91350100M000100Y56"


def faults(checked: CheckedSheet) -> list[tuple[int, str]]:
    return [(error.row, error.column) for error in checked.errors]


def codes(checked: CheckedSheet) -> list[str]:
    return [finding.code for finding in checked.findings]


def test_a_full_row_is_read_into_a_certification_with_its_contact(check: Check) -> None:
    checked = check(
        {
            "统一社会信用代码": USCC.lower(),
            "企业名称": " 甲方（演示）有限公司 ",
            "智能工厂名称": "演示智能工厂",
            "级别": "领航级",
            "推荐单位": "山东省工业和信息化厅",
            "批次": 2025.0,
            "培育期起": 45985,
            "培育月数": 24.0,
            "培育期至": "2027年11月23日",
            "状态": "培育",
            "日期依据": "名单印发日期",
            "联系人": "负责人（演示）",
            "邮箱": "Director@例子.中国",
            "联系人角色": "负责人",
            "语言": "EN",
            "来源": "https://a.example/list",
        }
    )
    assert checked.errors == []
    assert checked.findings == []
    (certification,) = checked.certifications
    stated = certification.stated
    assert (stated.uscc, stated.enterprise, stated.factory) == (USCC, "甲方（演示）有限公司", "演示智能工厂")
    assert (stated.level, stated.unit, stated.batch) == (Level.PIONEER, "山东省", "2025")
    assert stated.facts == Facts(
        cultivation_from=date(2025, 11, 24), cultivation_months=24, cultivation_until=date(2027, 11, 23)
    )
    assert not stated.proposed
    assert (stated.date_basis, stated.source_url) == ("名单印发日期", "https://a.example/list")
    assert certification.rows == (2,)
    assert certification.contacts == (
        SheetContact("负责人（演示）", "Director@xn--fsqu00a.xn--fiqs8s", Role.DIRECTOR, Language.EN),
    )


def test_a_contact_is_a_handler_who_reads_chinese_unless_the_row_says_else(
    check: Check, excellence: Cells, contact: Cells
) -> None:
    (certification,) = check({**excellence, **contact}).certifications
    assert [(c.role, c.language) for c in certification.contacts] == [(Role.HANDLER, Language.ZH)]


# Bad cells: the column, what stands in it, and what the message says.
BAD = [
    ("级别", "省级", "级别“省级”无法识别，应为：先进级"),
    ("级别", "基础级", "无法识别"),
    ("级别", "", "级别不能为空"),
    ("企业名称", "  ", "企业名称不能为空"),
    ("企业名称", "甲方\n演示公司", "第 3 个字符是换行或不可见字符（U+000A）"),
    ("企业名称", "甲方\u202e演示", "U+202E"),
    ("智能工厂名称", "工厂\x00", "U+0000"),
    ("批次", "2025\u200b年度", "U+200B"),
    ("日期依据", "第一行\r\n第二行", "U+000D"),
    ("来源", "https://a.example/\t", "U+0009"),
    ("企业名称", "长" * 201, "内容有 201 个字符，不得超过 200 个"),
    ("智能工厂名称", "\ufdfa" * 20, "不得超过 200 个"),
    ("来源", "h" * 2001, "不得超过 2000 个"),
    ("企业名称", date(2025, 12, 9), "应为文本"),
    ("企业名称", True, "应为文本"),
    ("批次", 1.5, "应为文本"),
    ("公布日期", "2025-02-30", "日历上没有“2025-02-30”这一天"),
    ("公布日期", "9/12/2025", "按年月日"),
    ("公布日期", "1998-01-01", "不在 2000 至 2050 年之间"),
    ("公布日期", datetime(2025, 1, 1, 8), "含有时刻"),  # noqa: DTZ001 -- a spreadsheet has no time zones
    ("公布日期", "", "缺少日期"),
    ("有效期至", "2025-12-09", "截止日 2025-12-09 不晚于起始日 2025-12-09"),
    ("有效期至", "2025-12-08", "不晚于起始日"),
    ("统一社会信用代码", USCC[:17] + "4", "校验位不对"),
    ("统一社会信用代码", USCC[:17], "18 位"),
    ("统一社会信用代码", 913501000001000943, "末几位可能已丢失"),
    ("推荐单位", "江苏省南京市", "不是省级推荐单位"),
    ("推荐单位", "演示集团（虚构）", "先登记该集团"),
    ("状态", "在审", "状态“在审”无法识别"),
    ("状态", "培育", "只有领航级有培育期"),
    ("培育期起", "2025-12-09", "第十八条第三项"),
    ("培育月数", 24, "第十八条第三项"),
    ("培育期至", "2026-12-09", "第十八条第三项"),
    ("邮箱", "handler@a.example\nBcc: b@b.example", "换行"),
    ("邮箱", "handler@a.example\n", "换行"),
    ("邮箱", "handler", "不是有效的电子邮箱"),
    ("邮箱", "a@b@c.example", "不是有效的电子邮箱"),
    ("邮箱", "handler@localhost", "不是有效的电子邮箱"),
    ("邮箱", "经办人@a.example", "非英文字符"),
    ("邮箱", "", "缺少邮箱"),
    ("联系人", "", "缺少联系人姓名"),
    ("联系人", "经办人\r", "U+000D"),
    ("联系人角色", "董事长", "联系人角色“董事长”无法识别"),
    ("语言", "法文", "语言“法文”无法识别"),
]


@pytest.mark.parametrize(("column", "cell", "message"), BAD)
def test_a_faulty_cell_is_named_by_row_and_column_and_keeps_its_row_out(
    check: Check, excellence: Cells, contact: Cells, column: str, cell: Any, message: str
) -> None:
    good = {**excellence, **contact, "企业名称": "丙方演示有限公司"}
    checked = check(good, {**excellence, **contact, column: cell})
    assert [error.row for error in checked.errors] == [3]
    assert checked.errors[0].column == column
    assert message in checked.errors[0].message
    assert " / " in checked.errors[0].message
    assert [certification.rows for certification in checked.certifications] == [(2,)]


BAD_OF_PIONEERS = [
    ({"培育月数": "25"}, "培育月数", "超过第十八条第三项规定的 2 年"),
    ({"培育月数": "0"}, "培育月数", "1 至 24 的整数"),
    ({"培育月数": "", "培育期至": "2027-11-25"}, "培育期至", "超过第十八条第三项规定的 2 年"),
    ({"培育月数": "", "培育期至": "2025-11-24"}, "培育期至", "不晚于起始日"),
    ({"培育期至": "2027-10-24"}, "培育期至", "24 个月为 2027-11-24"),
    ({"培育期起": "", "公布日期": "2025-11-24"}, "培育月数", "无从起算"),
    ({"培育期起": ""}, "公布日期", "缺少日期"),
    ({"有效期至": "2028-11-24"}, "有效期至", "培育期内尚无有效期"),
    ({"状态": "认定"}, "公布日期", "缺少日期"),
    ({"状态": "培育", "培育期起": "", "培育月数": "", "公布日期": "2025-11-24"}, "培育期起", "缺少日期"),
]


@pytest.mark.parametrize(("changes", "column", "message"), BAD_OF_PIONEERS)
def test_dates_of_a_cultivation_that_cannot_stand_together_are_faults(
    check: Check, pioneer: Cells, changes: Cells, column: str, message: str
) -> None:
    checked = check({**pioneer, **changes})
    assert (2, column) in faults(checked)
    assert message in next(error.message for error in checked.errors if error.column == column)
    assert checked.certifications == []


@pytest.mark.parametrize("until", ["2027-11-24", "2027-11-23"])
def test_a_printed_end_may_be_the_anniversary_or_the_day_before(check: Check, pioneer: Cells, until: str) -> None:
    assert check({**pioneer, "培育期至": until}).errors == []


def test_all_faults_of_a_row_and_of_a_sheet_are_told_at_once(check: Check, excellence: Cells) -> None:
    checked = check(
        {**excellence, "级别": "甲级", "公布日期": "待定", "邮箱": "nobody"},
        excellence,
        {**excellence, "企业名称": "", "推荐单位": "某省"},
    )
    assert sorted(faults(checked)) == [
        (2, "公布日期"),
        (2, "级别"),
        (2, "邮箱"),
        (4, "企业名称"),
        (4, "推荐单位"),
    ]


def test_beyond_a_thousand_faults_the_rest_are_counted(check: Check, excellence: Cells) -> None:
    checked = check(*({**excellence, "级别": "甲级"} for _ in range(LISTED_AT_MOST + 5)))
    assert len(checked.errors) == LISTED_AT_MOST + 1
    assert "另有 5 处错误" in checked.errors[-1].message


@pytest.mark.parametrize("needed", ["企业名称", "级别"])
def test_a_sheet_without_a_required_column_is_refused(check: Check, excellence: Cells, needed: str) -> None:
    del excellence[needed]
    with pytest.raises(RequestRefused, match=f"第 1 行应为表头，其中缺少必需的列：{needed}"):
        check(excellence)


def test_a_column_that_is_there_twice_is_refused_in_either_language(check: Check, excellence: Cells) -> None:
    with pytest.raises(RequestRefused, match="“级别”出现两次"):
        check({**excellence, "Level": "卓越级"})


def test_an_unknown_column_is_reported_and_the_rest_taken_in(check: Check, excellence: Cells) -> None:
    checked = check({**excellence, "备注\n": "加急", "": ""})
    assert checked.errors == []
    assert codes(checked) == ["unknown_column", "unidentified"]
    assert "“备注”" in checked.findings[0].message


def test_something_under_no_header_is_reported(check: Check, excellence: Cells) -> None:
    checked = check(excellence, {**excellence, "批次": "2026年度", "": "加急"})
    assert ("unknown_column", 3) in [(finding.code, finding.row) for finding in checked.findings]


def test_a_row_with_more_cells_than_the_header_is_a_fault() -> None:
    sheet = Sheet(
        "名单.csv",
        Row(1, ("企业名称", "级别", "公布日期")),
        [Row(2, ("甲公司", "卓越级", "2025-12-09", "")), Row(3, ("乙", "公司", "卓越级", "2025-12-09"))],
    )
    checked = check_certifications(sheet)
    assert (3, "第 4 列") in faults(checked)
    assert {error.row for error in checked.errors} == {3}


def test_sheets_that_nobody_read_are_named() -> None:
    sheet = Sheet("a.xlsx", Row(1, ("企业名称", "级别", "公布日期")), [Row(2, ("甲", "卓越级", 46000))], ("第二批",))
    finding = check_certifications(sheet).findings[0]
    assert (finding.code, finding.row) == ("sheets_not_read", None)
    assert "第二批" in finding.message


HEADERS = [(column.name, column.zh) for column in COLUMNS]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(len(HEADERS))),
    english=st.lists(st.booleans(), min_size=len(HEADERS), max_size=len(HEADERS)),
    dress=st.sampled_from(["{}", " {} ", "\ufeff{}", "{}*", "\u3000{}"]),
)
def test_the_order_and_the_language_of_the_headers_do_not_matter(
    order: list[int], english: list[bool], dress: str
) -> None:
    cells = {
        "uscc": USCC,
        "enterprise": "甲公司",
        "factory": "一号工厂",
        "level": "pioneer",
        "recommending_unit": "Jiangsu",
        "batch": "2025",
        "cultivation_from": "2025-11-24",
        "cultivation_months": "24",
        "date_basis": "名单",
        "contact_name": "经办人（演示）",
        "contact_email": "h@a.example",
        "contact_role": "backup",
        "language": "en",
        "source_url": "https://a.example",
    }

    def sheet(indexes: list[int], titles: list[str]) -> Sheet:
        row = Row(2, tuple(cells.get(HEADERS[index][0], "") for index in indexes))
        return Sheet("名单.csv", Row(1, tuple(titles)), [row])

    plain = sheet(list(range(len(HEADERS))), [name for name, _ in HEADERS])
    dressed = sheet(order, [dress.format(HEADERS[i][0].upper() if english[i] else HEADERS[i][1]) for i in order])
    checked = check_certifications(dressed)
    assert checked.errors == []
    assert checked == check_certifications(plain)


def test_an_english_header_is_named_as_the_file_has_it(check: Check) -> None:
    checked = check({"Enterprise": "甲公司", "LEVEL": "excellence", "Listed On": "soon"})
    assert faults(checked) == [(2, "Listed On")]


def test_a_proposed_row_needs_no_date(check: Check, excellence: Cells) -> None:
    for word in ("公示", "拟入选公示", "Proposed"):
        checked = check({**excellence, "公布日期": "", "状态": word})
        assert checked.errors == []
        assert checked.certifications[0].stated.proposed


def test_the_dates_of_a_proposed_row_are_not_used_and_that_is_said(check: Check, excellence: Cells) -> None:
    checked = check({**excellence, "状态": "公示"})
    assert checked.certifications[0].stated.facts == Facts()
    assert "dates_of_proposed" in codes(checked)


def test_a_cultivation_without_months_or_end_is_a_finding_and_no_day_is_guessed(check: Check, pioneer: Cells) -> None:
    checked = check({**pioneer, "培育月数": ""})
    assert checked.errors == []
    assert "cultivation_end_unknown" in codes(checked)
    assert checked.certifications[0].stated.facts == Facts(cultivation_from=date(2025, 11, 24))


@pytest.mark.parametrize(("listed_on", "status"), [("2025-11-24", ""), ("2025-11-20", ""), ("2025-12-01", "培育")])
def test_the_date_of_a_cultivation_list_does_not_begin_a_validity(
    check: Check, pioneer: Cells, listed_on: str, status: str
) -> None:
    checked = check({**pioneer, "公布日期": listed_on, "状态": status})
    assert checked.errors == []
    assert "list_of_cultivation" in codes(checked)
    assert checked.certifications[0].stated.facts.listed_on is None


def test_a_pioneer_listed_after_its_cultivation_keeps_both_dates(check: Check, pioneer: Cells) -> None:
    facts = check({**pioneer, "公布日期": "2027-09-01"}).certifications[0].stated.facts
    assert (facts.listed_on, facts.cultivation_from) == (date(2027, 9, 1), date(2025, 11, 24))


def test_an_advanced_factory_without_validity_is_a_finding(check: Check, excellence: Cells) -> None:
    advanced = {**excellence, "级别": "先进级"}
    assert "validity_not_set" in codes(check(advanced))
    assert "validity_not_set" not in codes(check({**advanced, "有效期至": "2028-12-08"}))


def test_a_row_without_a_unit_or_a_code_is_a_finding(check: Check, excellence: Cells) -> None:
    checked = check({**excellence, "推荐单位": ""})
    assert checked.errors == []
    assert codes(checked) == ["unidentified", "unit_missing"]


def test_a_group_on_record_is_a_unit_and_keeps_the_name_on_record(check: Check, excellence: Cells) -> None:
    checked = check({**excellence, "推荐单位": "演示集团(虚构)"}, known_units=["演示集团（虚构）"])
    assert checked.certifications[0].stated.unit == "演示集团（虚构）"


def test_another_contact_of_the_same_certification_is_added(check: Check, excellence: Cells, contact: Cells) -> None:
    director = {"联系人": "负责人（演示）", "邮箱": "director@a.example", "联系人角色": "负责人"}
    checked = check({**excellence, **contact}, {**excellence, **director, "企业名称": "甲方演示有限公司 "})
    assert checked.errors == []
    (certification,) = checked.certifications
    assert certification.rows == (2, 3)
    assert [person.role for person in certification.contacts] == [Role.HANDLER, Role.DIRECTOR]


@pytest.mark.parametrize("with_contact", [True, False])
def test_the_same_row_twice_is_a_fault_that_names_both(
    check: Check, excellence: Cells, contact: Cells, with_contact: bool
) -> None:
    row = {**excellence, **(contact if with_contact else {})}
    checked = check(row, {**row, "企业名称": "另一家演示公司"}, row)
    assert faults(checked) == [(4, "企业名称")]
    assert "与第 2 行重复" in checked.errors[0].message


def test_the_same_address_with_another_name_or_role_is_a_fault(check: Check, excellence: Cells, contact: Cells) -> None:
    other = {"联系人": "负责人（演示）", "邮箱": "HANDLER@a.example"}
    checked = check({**excellence, **contact}, {**excellence, **other})
    assert faults(checked) == [(3, "邮箱")]
    assert "与第 2 行" in checked.errors[0].message


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("公布日期", "2025-12-10"),
        ("有效期至", "2028-12-08"),
        ("推荐单位", "青岛市"),
        ("日期依据", "另一依据"),
        ("来源", "https://b.example"),
        ("状态", "公示"),
    ],
)
def test_rows_of_one_certification_that_contradict_each_other_are_a_fault(
    check: Check, excellence: Cells, contact: Cells, column: str, cell: str
) -> None:
    checked = check({**excellence, "统一社会信用代码": USCC}, {**excellence, **contact, column: cell})
    assert [error.row for error in checked.errors] == [3]
    assert "与第 2 行是同一认定" in checked.errors[0].message


def test_one_code_with_two_names_in_one_certification_is_a_fault(
    check: Check, excellence: Cells, contact: Cells
) -> None:
    first = {**excellence, "统一社会信用代码": USCC}
    assert faults(check(first, {**first, **contact, "企业名称": "更名后演示公司"})) == [(3, "企业名称")]


@pytest.mark.parametrize(
    ("column", "cell"), [("智能工厂名称", "二号工厂"), ("级别", "先进级"), ("批次", "2026年度"), ("企业名称", "丁公司")]
)
def test_another_factory_level_batch_or_enterprise_is_another_certification(
    check: Check, excellence: Cells, column: str, cell: str
) -> None:
    checked = check(excellence, {**excellence, column: cell})
    assert checked.errors == []
    assert len(checked.certifications) == 2


def test_a_row_without_a_code_belongs_to_the_one_enterprise_of_its_name(
    check: Check, excellence: Cells, contact: Cells
) -> None:
    checked = check({**excellence, **contact}, {**excellence, "批次": "2026年度", "统一社会信用代码": USCC})
    assert [certification.stated.uscc for certification in checked.certifications] == [USCC, USCC]
    assert checked.findings == []


def test_a_row_without_a_code_stays_unidentified_where_two_enterprises_share_its_name(
    check: Check, excellence: Cells
) -> None:
    checked = check(
        excellence,
        {**excellence, "统一社会信用代码": USCC},
        {**excellence, "统一社会信用代码": OTHER_USCC},
    )
    assert checked.errors == []
    assert [certification.stated.uscc for certification in checked.certifications] == ["", USCC, OTHER_USCC]
    assert codes(checked) == ["ambiguous_enterprise", "unidentified"]
