"""The regulation: one file for each kind of obligation, each citing its clause; a new kind is a file and a line here.

Source: 《智能工厂梯度培育管理办法（暂行）》, 工信部联通装〔2025〕262号, in force from 2025-12-09.
"""

from service.domain.counting import Counting
from service.domain.duties import Duties
from service.domain.lifecycle import Life
from service.domain.obligation import Obligation
from service.domain.regulations import (
    acceptance_application,
    annual_report,
    annual_round,
    cultivation_end,
    inquiry_reply,
    list_report,
    major_change_filing,
    preliminary_acceptance,
    reapplication_opens,
    rectification,
    review_application,
    validity_end,
)

_REGULATIONS = (
    review_application.derive,
    acceptance_application.derive,
    major_change_filing.derive,
    cultivation_end.derive,
    validity_end.derive,
    preliminary_acceptance.derive,
    inquiry_reply.derive,
    rectification.derive,
    reapplication_opens.derive,
    annual_round.derive,
)
_REGULATIONS_OF_UNITS = (
    list_report.derive,
    annual_report.derive,
    annual_round.derive_unit,
)


def derive(life: Life, counting: Counting) -> list[Obligation]:
    """Every obligation, open and closed, that a life implies under the table, policy and rounds of the moment."""
    return [counting.settled(obligation) for regulation in _REGULATIONS for obligation in regulation(life, counting)]


def derive_unit(duties: Duties, counting: Counting) -> list[Obligation]:
    """Every duty of its own, open and done, that a unit has."""
    return [
        counting.settled(obligation)
        for regulation in _REGULATIONS_OF_UNITS
        for obligation in regulation(duties, counting)
    ]
