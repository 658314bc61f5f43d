"""The rungs of the ladder 督办阶梯, the lowest first."""

from enum import StrEnum
from typing import Final


class Rung(StrEnum):
    """经办人, 负责人, 推荐单位, 市级, 省级, 部, 国务院国资委."""

    HANDLER = "handler"
    DIRECTOR = "director"
    UNIT = "unit"
    CITY = "city"
    PROVINCE = "province"
    MINISTRY = "ministry"
    SASAC = "sasac"


PLACE: Final = {rung: place for place, rung in enumerate(Rung)}
OVERSEEING: Final = (Rung.CITY, Rung.PROVINCE, Rung.MINISTRY, Rung.SASAC)
"""The rungs of superior bodies 上级督办单位: they are written to about one matter, and get no list."""
