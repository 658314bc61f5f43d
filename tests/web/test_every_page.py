"""Every page and change of the console, walked as every role: whose rows it gives, and to whom it opens at all."""

import re
from collections.abc import Mapping

import pytest

from service.domain.visitors import VisitorRole
from service.store.tables import metadata
from service.web.page import STRANGERS, Page
from service.web.pages import PAGES
from tests.house import EXCELLENCE, House
from tests.site import Site, Visit

OTHER = EXCELLENCE | {
    "enterprise": "乙方秘密有限公司",
    "factory": "乙方秘密工厂",
    "recommending_unit": "浙江省",
    "contact_name": "乙方秘密联系人",
    "contact_email": "secret@b.example",
}
UNITS = (
    {"owner_kind": "unit", "owner": "江苏省", "name": "联络员（演示）", "email": "unit@a.example"},
    {"owner_kind": "unit", "owner": "浙江省", "name": "乙方秘密联络员", "email": "secret@v.example"},
)
SECRET = ("乙方秘密", "secret@")


def address(page: Page, numbers: Mapping[str, object]) -> str:
    """The page's address with the number of another's row wherever it asks for one."""
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: str(numbers.get(found[1], 2)), page.path)


def visitors(site: Site) -> dict[VisitorRole, Visit]:
    """One visitor of each role; unit officer and contact are of the first certification, not of the other."""
    return {
        VisitorRole.VIEWER: site.as_role(VisitorRole.VIEWER),
        VisitorRole.OFFICER: site.as_role(VisitorRole.OFFICER, "江苏省"),
        VisitorRole.CONTACT: site.as_contact("handler@a.example"),
        VisitorRole.OPS: site.as_ops(),  # the last, since what they change (closing an account) the others would feel
    }


@pytest.fixture
def two_units(site: Site, house: House) -> Site:
    """Two certifications of different enterprises and units, with letters and lists sent to each; the other's rows
    have id 2."""
    house.take_in(EXCELLENCE, OTHER)
    house.meet(*UNITS)
    house.scan()
    house.escalate()
    house.deliver()
    house.letters()
    return site


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.method} {page.path}")
def test_a_page_opens_to_its_roles_alone_and_never_shows_anothers_rows(two_units: Site, page: Page) -> None:
    where = address(page, {})
    ask = (lambda visit: visit.get(where)) if page.method == "GET" else (lambda visit: visit.post(where, {"id": "2"}))
    if page.roles is not STRANGERS:
        assert ask(two_units.stranger()).status == 303, "a stranger is sent to the door"
    for role, visit in visitors(two_units).items():
        answer = ask(visit)
        assert answer.status < 500
        if page.roles is not STRANGERS and role not in page.roles:
            assert answer.status == 403
        if role in (VisitorRole.OFFICER, VisitorRole.CONTACT):
            shown = answer.body.decode("utf-8", "replace")
            assert [word for word in SECRET if word in shown] == []


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page.method == "POST" and page.roles is not STRANGERS],
    ids=lambda page: page.path,
)
def test_a_change_of_anothers_row_changes_nothing(two_units: Site, page: Page) -> None:
    if page.path in ("/sign-out", "/password"):
        return
    for role in (VisitorRole.OFFICER, VisitorRole.CONTACT, VisitorRole.VIEWER):
        visit = visitors(two_units)[role]
        before = _content(two_units.house)
        visit.post(address(page, {}), {"id": "2"})
        assert _content(two_units.house) == before


def _content(house: House) -> dict[str, list[object]]:
    """Every row that is somebody's; what the doors note of themselves is left out."""

    doors = {"audit", "session", "sign_in", "account", "allowance", "run"}
    return {
        table.name: [tuple(row) for row in house.rows(table)]
        for table in metadata.sorted_tables
        if table.name not in doors
    }
