"""No word of another's: in any letter that was carried, on any page, in any file, or by guessing a number or link.

Two units and three enterprises, of which both units recommend a factory of the third.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from io import BytesIO
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from service.domain.delivery import Refused, Sent, Verdict
from service.domain.lifecycle import EventType
from service.domain.visitors import VisitorRole
from service.flows import answers, sign_in
from service.store.tables import certification, contact, delivery, obligation, unit_list
from service.web.page import STRANGERS, Page
from service.web.pages import PAGES
from tests.house import EXCELLENCE, LINKS, House, Received
from tests.site import Answer, Site, Visit, opened_site

FIRST, SECOND = date(2028, 8, 8), date(2028, 8, 14)
"""Thirty days before the safe day, and a Monday on which lists go."""


def row(enterprise: str, factory: str, unit: str, address: str, **cells: str) -> dict[str, str]:
    named = {"enterprise": f"{enterprise}有限公司", "factory": factory, "recommending_unit": unit}
    return EXCELLENCE | named | {"contact_name": f"{enterprise}经办", "contact_email": address} | cells


SHEET = (
    row("甲方演示", "苏甲工厂", "江苏省", "handler@a.example"),
    row("乙方演示", "浙乙工厂", "浙江省", "handler@b.example"),
    row("丙方演示", "苏丙工厂", "江苏省", "handler@c.example"),
    row("丙方演示", "浙丙工厂", "浙江省", "handler@c.example"),
    row("甲方演示", "苏甲先进", "江苏省", "handler@a.example", level="advanced", listed_on="2028-08-01"),
    row("乙方演示", "浙乙先进", "浙江省", "handler@b.example", level="advanced", listed_on="2028-08-01"),
)
PEOPLE = (
    {"owner_kind": "unit", "owner": "江苏省", "name": "苏联络", "role": "handler", "email": "unit@u.example"},
    {"owner_kind": "unit", "owner": "浙江省", "name": "浙联络", "role": "handler", "email": "unit@v.example"},
    {"owner_kind": "enterprise", "owner": "甲方演示有限公司", "name": "甲方负责", "role": "director"}
    | {"email": "director@a.example"},
    {"owner_kind": "enterprise", "owner": "乙方演示有限公司", "name": "乙方负责", "role": "director"}
    | {"email": "director@b.example"},
)
OF_A = {"甲方", "苏甲", "@a.example"}
OF_B = {"乙方", "浙乙", "@b.example"}
OF_C = {"丙方", "@c.example"}
KNOWS = {
    "@a.example": OF_A,
    "@b.example": OF_B,
    "@c.example": OF_C | {"苏丙", "浙丙"},
    "@u.example": OF_A | OF_C | {"苏丙", "苏联络", "@u.example"},
    "@v.example": OF_B | OF_C | {"浙丙", "浙联络", "@v.example"},
}
"""What each side may read of, by the end of its people's addresses."""

EVERY_WORD = set().union(*KNOWS.values())


def of_others(side: str, said: str) -> set[str]:
    """The words of another that a text holds, for whoever reads it."""
    return {word for word in EVERY_WORD - KNOWS[side] if word in said}


def side_of(address: str) -> str:
    return address[address.index("@") :]


def cells(content: bytes) -> str:
    """Everything that a workbook says, by another library than wrote it."""
    workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
    return "\n".join([*workbook.sheet_names, *(str(each) for sheet in sheets for each in sheet.to_python())])


def parts(letter: Received) -> Iterator[str]:
    """Each part of a message in words: text, HTML, calendar, the cells of a workbook."""
    for part in letter.mail.walk():
        if part.is_multipart():
            continue
        content = part.get_content()
        is_workbook = part.get_content_type().endswith("spreadsheetml.sheet")
        yield cells(content) if is_workbook else content.decode() if isinstance(content, bytes) else content


@pytest.fixture
def world(house: House) -> tuple[House, list[Received]]:
    """Letters of every kind, carried on two days; the address of a director is refused."""
    house.take_in(*SHEET)
    house.meet(*PEOPLE)
    house.wire.answer = lambda parcel: (
        Refused("550 5.1.1", 550, Verdict.ADDRESS) if parcel.recipient == "director@b.example" else Sent("250")
    )
    house.scan(FIRST)
    house.deliver(FIRST)
    house.record(EventType.REVIEW_APPLIED, date(2028, 6, 1), of="2")
    of_c = {"owner_kind": "enterprise", "owner": "丙方演示有限公司", "name": "丙方同事"}
    house.meet(of_c | {"role": "backup", "email": "handler@c.example"}, of_c | {"email": "second@c.example"})
    house.take_in(row("丙方演示", "浙丙工厂", "浙江省", "second@c.example", listed_on="2025-12-05"))
    for address in ("handler@a.example", "handler@c.example", "unit@v.example"):
        sign_in.ask_for_link(house.desk, address, "192.0.2.1")
    house.scan(SECOND)
    house.escalate(SECOND)
    house.deliver(SECOND)
    return house, house.letters()


@pytest.fixture
def open_world(world: tuple[House, list[Received]]) -> Iterator[Site]:
    with opened_site(world[0], SECOND) as site:
        yield site


def test_no_letter_holds_a_word_of_anothers(world: tuple[House, list[Received]]) -> None:
    house, letters = world
    assert {each.purpose for each in house.rows(delivery) if each.state == "sent"} >= {
        *("reminder", "correction", "cancellation", "list", "undeliverable", "sign_in")
    }
    assert {side_of(letter.to) for letter in letters} == set(KNOWS)
    for letter in letters:
        said = "\n".join([str(value) for value in letter.mail.values()] + list(parts(letter)))
        assert of_others(side_of(letter.to), said) == set(), letter.subject


def visitors(site: Site) -> dict[str, tuple[VisitorRole, Visit]]:
    """An officer by account, one by a mailed link, and a contact of the enterprise that both units share."""
    return {
        "@u.example": (VisitorRole.OFFICER, site.as_role(VisitorRole.OFFICER, "江苏省")),
        "@v.example": (VisitorRole.OFFICER, site.as_contact("unit@v.example")),
        "@c.example": (VisitorRole.CONTACT, site.as_contact("handler@c.example")),
    }


ROWS = {
    "certifications": certification,
    "contacts": contact,
    "deliveries": delivery,
    "lists": unit_list,
    "matters": obligation,
}
"""Whose numbers a page's addresses have, by the first part of its path."""


def addresses(house: House, page: Page) -> Iterator[str]:
    """The page's addresses with the number of each of its rows, and one that none has; lists also as files."""
    if "{id" in page.path:
        numbered = ROWS[page.path.split("/")[1]]
        for number in range(1, max(row.id for row in house.rows(numbered)) + 2):
            path = re.sub(r"\{id(:\w+)?\}", str(number), page.path)
            yield re.sub(r"\{number(:\w+)?\}", "1", path)
    else:
        yield from (page.path, f"{page.path}?as=xlsx", f"{page.path}?as=csv", f"{page.path}?q={quote('方')}")


def said(answer: Answer) -> str:
    """What a page or a file says, a workbook by its cells."""
    if answer.headers.get("content-type", "").endswith("spreadsheetml.sheet"):
        return cells(answer.body)
    return answer.body.decode("utf-8-sig", "replace")


def test_no_page_and_no_file_shows_a_word_of_anothers_whatever_number_is_asked_for(
    world: tuple[House, list[Received]], open_world: Site
) -> None:
    house, _ = world
    for side, (role, visit) in visitors(open_world).items():
        shown = 0
        for page in PAGES:
            if page.method != "GET" or page.roles is STRANGERS or role not in page.roles:
                continue
            for path in addresses(house, page):
                answer = visit.get(path)
                assert answer.status in (200, 303, 404), path
                assert of_others(side, said(answer)) == set(), path
                shown += answer.status == 200
        assert shown > 20, "it was not shut out of everything"


def test_a_unit_is_never_given_anothers_list(world: tuple[House, list[Received]], open_world: Site) -> None:
    theirs = {each.id: each.unit_id for each in world[0].rows(unit_list)}
    assert set(theirs.values()) == {1, 2}
    for side, unit_id in (("@u.example", 1), ("@v.example", 2)):
        _, visit = visitors(open_world)[side]
        given = {id for id in theirs if visit.get(f"/lists/told/{id}").status == 200}
        assert given == {id for id, owner in theirs.items() if owner == unit_id}
        other = 3 - unit_id
        for path in (f"/lists/{other}", f"/lists/{other}?as=xlsx", f"/lists/{other}/told"):
            assert visit.get(path).status == 404


def links(letters: Iterable[Received]) -> dict[str, str]:
    """The answer link of each letter that has one, and who got it."""
    found = ((word, letter.to) for letter in letters for word in re.findall(r"https://\S+/answer/\S+", letter.text))
    return {urlsplit(link).path: address for link, address in found}


def test_a_link_shows_its_readers_matter_and_counting_it_up_or_down_shows_nothing(
    world: tuple[House, list[Received]], open_world: Site
) -> None:
    found = links(world[1])
    assert len(found) >= 5
    stranger = open_world.stranger()
    for path, address in found.items():
        page = stranger.get(path)
        assert page.status == 200
        assert of_others(side_of(address), page.html) == set()
        id, _, signature = path.rpartition("/")[2].partition(".")
        for other in (int(id) - 1, int(id) + 1, int(id) + 1000):
            wrong = f"/answer/{other}.{signature}"
            assert stranger.get(wrong).status == 404
            assert stranger.post(wrong, {"kind": "acknowledged"}, csrf=False).status == 404
        assert stranger.post(f"/sign-in/{id}.{signature}", csrf=False).status != 303


@pytest.fixture(scope="module")
def signatures() -> Mapping[int, str]:
    return {id: LINKS.token(answers.LINK, id).partition(".")[2] for id in range(1, 30)}


@given(id=st.integers(1, 29), other=st.integers(1, 29), at=st.integers(0, 31), letter=st.sampled_from("abcz234567"))
def test_no_other_text_than_ours_is_a_link(
    signatures: Mapping[int, str], id: int, other: int, at: int, letter: str
) -> None:
    changed = signatures[id][:at] + letter + signatures[id][at + 1 :]
    is_ours = other == id and changed == signatures[id]
    assert (LINKS.id_in(answers.LINK, f"{other}.{changed}") == other) is is_ours
    assert LINKS.id_in(sign_in.LINK, f"{id}.{signatures[id]}") is None
