"""What a superior body 上级督办单位 is told of."""

from collections.abc import Iterable
from dataclasses import dataclass

from service.domain.certification import UnitKind
from service.domain.errors import RequestRefused
from service.domain.rungs import OVERSEEING, Rung


@dataclass(frozen=True)
class Oversight:
    """An overseer on its rung, and what it is told of: of one enterprise of a unit, or of all that the unit has."""

    overseer_id: int
    rung: Rung
    unit_id: int
    enterprise_id: int | None

    def covers(self, unit_id: int, enterprise_id: int) -> bool:
        """Whether it is told of the matters of an enterprise (0: of the unit's own duties) of a unit."""
        return self.unit_id == unit_id and self.enterprise_id in (None, enterprise_id)


def told(oversights: Iterable[Oversight], rung: Rung, unit_id: int, enterprise_id: int) -> list[int]:
    """The overseers of a rung that are told of such a matter."""
    covering = (each for each in oversights if each.rung is rung and each.covers(unit_id, enterprise_id))
    return list(dict.fromkeys(each.overseer_id for each in covering))


def check(rung: Rung, unit_kind: UnitKind, *, enterprises: bool) -> None:
    """Raise RequestRefused for an overseer that there cannot be."""
    if rung not in OVERSEEING:
        raise RequestRefused(
            f"--rung：{rung} 不是上级督办单位；应为 {'、'.join(OVERSEEING)} 之一",
            f"--rung: {rung} is no superior body; it is one of {', '.join(OVERSEEING)}",
        )
    if rung is Rung.CITY and not enterprises:
        raise RequestRefused(
            "市级只督办本市的企业：请用 --enterprise 逐一指明",
            "a city is told of its own enterprises alone: name them with --enterprise",
        )
    if rung is Rung.SASAC and (enterprises or unit_kind is not UnitKind.CENTRAL_GROUP):
        raise RequestRefused(
            "国务院国资委只抄送中央企业集团自己的报送（第十条第四项、第十六条第三项、第十七条第二项）："
            "--unit 须为中央企业集团，且不带 --enterprise",
            "SASAC is copied on a central group's own reports alone (Art. 10(4), 16(3), 17(2)): --unit must be such a "
            "group, without --enterprise",
        )
