"""The clauses that letters cite, and what each asks: in Chinese its own words, in English what it says.

Source: 《智能工厂梯度培育管理办法（暂行）》, 工信部联通装〔2025〕262号.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from service.domain.certification import UnitKind
from service.domain.obligation import Kind
from service.domain.periods import BY_HAND, POLICY
from service.letters.letter import Language, Matter

_CODE = "民法典"
_CLAUSE = re.compile(r"(\d+)(?:\((\d+)\))?")
_DIGITS = "零一二三四五六七八九"

_ZH = {
    "7(2)": "制定并发布年度通知，组织开展卓越级、领航级智能工厂申报、专家评审和名单发布。",
    "9(4)": "按年度向工业和信息化部报送本地区智能工厂梯度培育情况。",
    "10(4)": "按年度向工业和信息化部报送本集团智能工厂梯度培育情况，同步抄送国务院国资委。",
    "15": (
        "六部门按程序发布年度通知，明确智能工厂申报要求和建设重点方向，指导省级相关部门、有关中央企业集团开展智能"
        "工厂培育工作。"
    ),
    "16(3)": (
        "公示无异议的，由省级相关部门、有关中央企业集团发布名单，并报送工业和信息化部，有关中央企业集团同步抄送"
        "国务院国资委。"
    ),
    "16(4)": "先进级智能工厂有效期由省级工业和信息化主管部门、有关中央企业集团确定，并进行动态管理。",
    "17(1)": "先进级智能工厂建设单位按照年度通知要求提出申请。",
    "17(2)": (
        "省级相关部门、有关中央企业集团依据标准规范进行初审后，择优向工业和信息化部推荐，有关中央企业集团同步抄送"
        "国务院国资委。"
    ),
    "17(4)": (
        "卓越级智能工厂有效期为3年，建设单位应在有效期结束3个月前发起复核申请。六部门组织开展复核，复核通过的"
        "卓越级智能工厂有效期延长3年。有效期满未申请复核或复核未通过的，直接取消认定。"
    ),
    "18(1)": "卓越级智能工厂建设单位按照年度通知要求提出申请。",
    "18(2)": "省级相关部门、有关中央企业集团依据标准规范进行初审后，择优向工业和信息化部推荐。",
    "18(3)": (
        "六部门组织专家委、有关行业专家，对被推荐智能工厂开展形式审查、专家评审、现场抽查和公示，形成培育名单，"
        "培育期不超过2年。"
    ),
    "18(5)": (
        "建设单位应在培育期结束3个月前向推荐单位提交验收申请，经推荐单位初验后，六部门组织专家委开展验收评审、"
        "现场抽查和公示。公示无异议的，由六部门发布名单。"
    ),
    "18(6)": (
        "领航级智能工厂有效期为3年，建设单位应在有效期内持续开展未来模式探索，并在有效期结束3个月前发起复核申请。"
        "六部门组织开展复核，复核通过的领航级智能工厂有效期延长3年。有效期满未申请复核或复核未通过的，直接取消认定。"
    ),
    "19": "建设单位在智能工厂有效期内经营状况发生重大变化的，应在3个月内报上述相关单位备案。",
    "20": (
        "建设单位在智能工厂有效期内如发生较大安全（含网络安全、数据安全）、质量、环保等事故，或严重失信、偷漏税等违法"
        "违规行为，或被发现所提交材料或数据存在造假等问题，由各级工业和信息化、国资、市场监管主管部门进行相应处理。"
        "通过认定的直接取消认定，且至少3年内不得再次申报，同时按照信用管理相关规定进行记录和评价。"
    ),
    "21": (
        "收到举报信息的部门或集团应及时向被举报的建设单位核实，被举报的建设单位未按要求回复或经核实确实存在弄虚作假"
        "行为的，视情节轻重要求建设单位进行整改，情节严重的直接取消认定，且至少3年内不得再次申报，同时按照信用管理"
        "相关规定进行记录和评价。"
    ),
}

_EN = {
    "7(2)": (
        "The six ministries draw up and publish the yearly notice, and organise the applications for the excellence "
        "and pioneer levels, their expert review and the publication of the lists."
    ),
    "9(4)": (
        "The provincial authorities report to the Ministry of Industry and Information Technology each year on the "
        "graded cultivation of smart factories in their region."
    ),
    "10(4)": (
        "The central enterprise groups report to the Ministry of Industry and Information Technology each year on the "
        "graded cultivation of smart factories in their group, with a copy to the State-owned Assets Supervision and "
        "Administration Commission (SASAC) at the same time."
    ),
    "15": (
        "The six ministries publish the yearly notice in due procedure, which sets out what applications require and "
        "where the emphasis lies, and guide the provincial authorities and central enterprise groups in cultivating "
        "smart factories."
    ),
    "16(3)": (
        "Where the publicity brings no objection, the provincial authorities or the central enterprise group "
        "concerned publish the list and report it to the Ministry of Industry and Information Technology; a central "
        "enterprise group sends a copy to SASAC at the same time."
    ),
    "16(4)": (
        "The validity of an advanced-level smart factory is set by the provincial industry and information "
        "technology authority or the central enterprise group concerned, which also manages it."
    ),
    "17(1)": "The builder of an advanced-level smart factory applies as the yearly notice requires.",
    "17(2)": (
        "The provincial authorities or the central enterprise group concerned examine by the standards, then "
        "recommend the best to the Ministry of Industry and Information Technology; a central enterprise group sends "
        "a copy to SASAC at the same time."
    ),
    "17(4)": (
        "An excellence-level smart factory is valid for 3 years. Its builder is to apply for review 3 months before "
        "validity ends; the six ministries carry out the review, and passing it extends validity by 3 years. "
        "Recognition is withdrawn where validity ends without an application, or where the review is not passed."
    ),
    "18(1)": "The builder of an excellence-level smart factory applies as the yearly notice requires.",
    "18(2)": (
        "The provincial authorities or the central enterprise group concerned examine by the standards, then "
        "recommend the best to the Ministry of Industry and Information Technology."
    ),
    "18(3)": (
        "The six ministries have the recommended factories examined, inspected and publicised, and so draw up the "
        "cultivation list; cultivation lasts at most 2 years."
    ),
    "18(5)": (
        "The builder is to hand its acceptance application to the recommending unit 3 months before cultivation "
        "ends; after that unit's preliminary acceptance the six ministries arrange the acceptance review, on-site "
        "checks and publicity, and publish the list if no objection is raised."
    ),
    "18(6)": (
        "A pioneer-level smart factory is valid for 3 years. Its builder is to apply for review 3 months before "
        "validity ends; the six ministries carry out the review, and passing it extends validity by 3 years. "
        "Recognition is withdrawn where validity ends without an application, or where the review is not passed."
    ),
    "19": (
        "A builder whose business changes in a major way within the factory's validity is to file the change with "
        "the authorities named in the article within 3 months."
    ),
    "20": (
        "Where, within validity, there is a major accident of safety (of networks and data too), quality or the "
        "environment, or a serious breach of trust or law such as tax evasion, or material or data prove falsified, "
        "the authorities deal with it. Recognition already given is withdrawn, and the builder may not apply again "
        "for at least 3 years; it is also recorded under the rules on credit."
    ),
    "21": (
        "Whoever receives a report verifies it with the builder concerned. A builder that does not reply as asked, or "
        "is found to have falsified, is required to rectify according to the gravity of the case; in a grave case "
        "recognition is withdrawn, and the builder may not apply again for at least 3 years. It is also recorded "
        "under the rules on credit."
    ),
}

_SAYS: Mapping[Language, Mapping[str, str]] = {Language.ZH: _ZH, Language.EN: _EN}


_NO_CLAUSE = {
    POLICY: {Language.ZH: "本系统口径", Language.EN: "Duban's own reading"},
    BY_HAND: {Language.ZH: "人工设定", Language.EN: "set by hand"},
}
_REPORTING = {UnitKind.PROVINCIAL: "9(4)", UnitKind.CENTRAL_GROUP: "10(4)"}


def article_of(matter: Matter) -> str:
    """The article that the matter rests on: of the yearly report, the one for the unit's kind."""
    if matter.kind is Kind.ANNUAL_REPORT and matter.unit_kind is not None:
        return _REPORTING[matter.unit_kind]
    return matter.article


def says(article: str, language: Language) -> str:
    """What an article of the regulation asks; empty for one that no letter quotes."""
    return _SAYS[language].get(article, "")


@lru_cache(maxsize=256)
def cite(law: str, language: Language) -> str:
    """``17(4)`` as 第十七条第（四）项 or Art. 17(4), ``民法典 203`` as 《民法典》第二百零三条 or Civil Code, …"""
    if law in _NO_CLAUSE:
        return _NO_CLAUSE[law][language]
    clauses = _CLAUSE.findall(law)
    if not clauses:
        return law
    of_code = law.startswith(_CODE)
    if language is Language.ZH:
        cited = "、".join(
            f"第{numeral(int(article))}条" + (f"第（{numeral(int(item))}）项" if item else "")
            for article, item in clauses
        )
        return f"《{_CODE}》{cited}" if of_code else cited
    cited = ", ".join(article + (f"({item})" if item else "") for article, item in clauses)
    return f"Civil Code, Art. {cited}" if of_code else f"Art. {cited}"


def numeral(number: int) -> str:
    """A number from 1 to 9999 in Chinese numerals, as articles are numbered: 17 is 十七, 203 二百零三."""
    written, gap = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // size % 10
        if digit:
            written += ("零" if gap and written else "") + _DIGITS[digit] + unit
        gap = digit == 0
    return written.removeprefix("一") if written.startswith("一十") else written
