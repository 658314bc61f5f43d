"""The regulation: one file for each kind of obligation, each citing its clause; a new kind is a file and a line here.

Source: 《智能工厂梯度培育管理办法（暂行）》, 工信部联通装〔2025〕262号, in force from 2025-12-09.
"""

from service.domain.lifecycle import Life
from service.domain.obligation import Obligation
from service.domain.regulations import (
    acceptance_application,
    cultivation_end,
    inquiry_reply,
    major_change_filing,
    preliminary_acceptance,
    reapplication_opens,
    rectification,
    review_application,
    validity_end,
)
from service.domain.workdays import Workdays

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
)


def derive(life: Life, workdays: Workdays) -> list[Obligation]:
    """Every obligation, open and closed, that a life implies under the working-day table of the moment."""
    return [obligation for regulation in _REGULATIONS for obligation in regulation(life, workdays)]
