"""What the rungs of the ladder are called."""

from collections.abc import Mapping

from service.domain.rungs import Rung
from service.letters.letter import Language

RUNGS: Mapping[Language, Mapping[Rung, str]] = {
    Language.ZH: {
        Rung.HANDLER: "经办人",
        Rung.DIRECTOR: "负责人",
        Rung.UNIT: "推荐单位",
        Rung.CITY: "市级督办单位",
        Rung.PROVINCE: "省级督办单位",
        Rung.MINISTRY: "工业和信息化部",
        Rung.SASAC: "国务院国资委",
    },
    Language.EN: {
        Rung.HANDLER: "the handler",
        Rung.DIRECTOR: "the director",
        Rung.UNIT: "the recommending unit",
        Rung.CITY: "the city",
        Rung.PROVINCE: "the province",
        Rung.MINISTRY: "the ministry",
        Rung.SASAC: "SASAC",
    },
}
