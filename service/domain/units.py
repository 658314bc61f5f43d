"""The 37 provincial recommending units 推荐单位 (Art. 9), by every name that lists give them.

31 provinces, autonomous regions and municipalities, the five cities with plans of their own 计划单列市, and the
Xinjiang corps 新疆生产建设兵团. Central groups (Art. 10) are not here: ops register them. A unit belongs to a
certification as its list says; it is never derived from where a factory stands.
"""

import re
from dataclasses import dataclass

from service.domain.certification import normalise_name


@dataclass(frozen=True)
class ProvincialUnit:
    """``name`` is what lists print; ``aliases`` are its other names, the office's own (…工业和信息化厅) understood."""

    name: str
    english: str
    aliases: tuple[str, ...]


def _province(name: str, short: str, english: str, *aliases: str) -> ProvincialUnit:
    return ProvincialUnit(name, english, (short, *aliases))


def _city(name: str, province: str, english: str) -> ProvincialUnit:
    short = name.removesuffix("市")
    return ProvincialUnit(name, english, (short, f"{name}({province})", f"{province}{name}", f"{province}({name})"))


PROVINCIAL_UNITS = (
    _province("北京市", "北京", "Beijing"),
    _province("天津市", "天津", "Tianjin"),
    _province("河北省", "河北", "Hebei"),
    _province("山西省", "山西", "Shanxi"),
    _province("内蒙古自治区", "内蒙古", "Inner Mongolia"),
    _province("辽宁省", "辽宁", "Liaoning"),
    _province("吉林省", "吉林", "Jilin"),
    _province("黑龙江省", "黑龙江", "Heilongjiang"),
    _province("上海市", "上海", "Shanghai"),
    _province("江苏省", "江苏", "Jiangsu"),
    _province("浙江省", "浙江", "Zhejiang"),
    _province("安徽省", "安徽", "Anhui"),
    _province("福建省", "福建", "Fujian"),
    _province("江西省", "江西", "Jiangxi"),
    _province("山东省", "山东", "Shandong"),
    _province("河南省", "河南", "Henan"),
    _province("湖北省", "湖北", "Hubei"),
    _province("湖南省", "湖南", "Hunan"),
    _province("广东省", "广东", "Guangdong"),
    _province("广西壮族自治区", "广西", "Guangxi", "广西自治区"),
    _province("海南省", "海南", "Hainan"),
    _province("重庆市", "重庆", "Chongqing"),
    _province("四川省", "四川", "Sichuan"),
    _province("贵州省", "贵州", "Guizhou"),
    _province("云南省", "云南", "Yunnan"),
    _province("西藏自治区", "西藏", "Xizang", "Tibet"),
    _province("陕西省", "陕西", "Shaanxi"),
    _province("甘肃省", "甘肃", "Gansu"),
    _province("青海省", "青海", "Qinghai"),
    _province("宁夏回族自治区", "宁夏", "Ningxia", "宁夏自治区"),
    _province("新疆维吾尔自治区", "新疆", "Xinjiang", "新疆自治区"),
    _city("大连市", "辽宁省", "Dalian"),
    _city("青岛市", "山东省", "Qingdao"),
    _city("宁波市", "浙江省", "Ningbo"),
    _city("厦门市", "福建省", "Xiamen"),
    _city("深圳市", "广东省", "Shenzhen"),
    _province("新疆生产建设兵团", "兵团", "Xinjiang Production and Construction Corps", "新疆兵团", "XPCC"),
)

# Offices are renamed by every reform of government, so any of these words after a unit's name means the unit.
_OFFICE = re.compile(r"(工业和信息化|经济和信息化|经济贸易和信息化|经济信息化|工信|经信)(主管部门|委员会|厅|局|委)$")


def _by_name() -> dict[str, ProvincialUnit]:
    """Every normalised name to its unit; no two units may share one."""
    found: dict[str, ProvincialUnit] = {}
    for unit in PROVINCIAL_UNITS:
        for name in {normalise_name(name) for name in (unit.name, unit.english, *unit.aliases)}:
            if found.setdefault(name, unit) is not unit:
                raise ValueError(f"{name} names both {found[name].name} and {unit.name}")
    return found


_BY_NAME = _by_name()


def find_unit(name: str) -> ProvincialUnit | None:
    """The provincial unit of this name, alias or office (江苏省工业和信息化厅); None where there is none."""
    return _BY_NAME.get(_OFFICE.sub("", normalise_name(name)))
