"""A person's data in the console and at the command line: shown whole, corrected, erased, and truly gone."""

import json
import zlib
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from service.domain.delivery import Purpose, Refused
from service.domain.errors import RequestRefused
from service.domain.findings import Code
from service.domain.people import Role
from service.domain.visitors import VisitorRole
from service.flows import personal, returned
from service.letters.letter import Language
from service.store import audit as chain
from service.store import deliveries, findings, letters, lists
from service.store.answering import answer
from service.store.audit import Intact
from service.store.deliveries import Plan
from service.store.doors import audit, session
from service.store.found import Asked
from service.store.kept import intake, intake_change, letter
from service.store.tables import certification, contact, delivery, metadata, unit_list
from tests.browser import NARROW, WIDE, Browser
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House
from tests.site import OPERATOR, Site

NAME, ADDRESS = EXCELLENCE["contact_name"], EXCELLENCE["contact_email"]


@pytest.fixture
def told(house: House) -> House:
    """One enterprise whose handler got a reminder."""
    house.take_in(EXCELLENCE)
    house.sent()
    return house


def traces(house: House, words: tuple[str, ...] = (NAME, ADDRESS)) -> Iterator[tuple[str, str]]:
    """Where any of these words still stands in the database, also within what is compressed."""
    for table in metadata.sorted_tables:
        for row in house.rows(table):
            for name, value in row._asdict().items():
                content = zlib.decompress(value) if isinstance(value, bytes) else str(value).encode()
                if any(word.encode() in content for word in words):
                    yield table.name, name


def keep_list(house: House, words: str) -> None:
    """The kept copy of a list to the unit of the enterprise, with these words in it."""
    with house.engine.begin() as connection:
        unit_id = connection.execute(select(certification.c.unit_id)).scalar_one()
        planned = {"unit_id": unit_id, "period": "2028-W30", "on_day": TODAY, "rows": 1}
        list_id = connection.execute(unit_list.insert().values(**planned).returning(unit_list.c.id)).scalar_one()
        to = connection.execute(select(contact.c.id).where(contact.c.owner_kind == "unit")).scalar_one()
        deliveries.plan(
            connection, [Plan(lists.SUBJECT, list_id, 0, Purpose.LIST, "2028-W30", to)], TODAY, house.clock()
        )
        [id] = connection.scalars(select(delivery.c.id).where(delivery.c.purpose == Purpose.LIST))
        letters.keep(connection, {id: words.encode()}, house.clock())


def test_everything_that_is_kept_is_in_one_file(site: Site, told: House) -> None:
    person, visit = site.as_contact(ADDRESS), site.as_ops()
    person.get("/")
    whole = json.loads(visit.get("/people/1/export?as=json").body)
    assert whole["contact"][0]["name"] == NAME
    assert whole["contact"][0]["owner"] == EXCELLENCE["enterprise"]
    assert [len(whole[kind]) for kind in ("deliveries", "letters", "attempts", "sessions", "links")] == [2, 1, 1, 1, 1]
    assert EXCELLENCE["enterprise"] in whole["letters"][0]["text"]
    assert {row["action"] for row in whole["audit"]} >= {"signed_in", "contact_exported"}
    sheet = visit.get("/people/1/export?as=xlsx")
    assert "contact-1-" in sheet.headers["content-disposition"]
    assert ADDRESS.encode() in ZipFile(BytesIO(sheet.body)).read("xl/sharedStrings.xml")
    assert visit.get("/people/1/export?as=exe").status == 404
    assert visit.get("/people/9").status == 404


def test_what_is_wrong_is_corrected(site: Site, told: House) -> None:
    visit = site.as_ops()
    fields = {"name": "更正后（演示）", "address": "new@a.example", "role": "director", "language": "en"}
    assert visit.post("/people/1/correct", fields).to == "/people/1?done=corrected"
    [row] = told.rows(contact)
    assert (row.name, row.address, row.role, row.language, row.working) == (*fields.values(), True)
    [noted] = [row for row in told.rows(audit) if row.action == "contact_corrected"]
    assert noted.details == {"fields": "name address role language"}
    before = len(told.rows(delivery))
    told.scan()
    assert len(told.rows(delivery)) == before, "what was told once is not told again"


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"address": "x"}, {"role": "king"}, {"language": "fr"}, {"address": DIRECTOR["contact_email"]}],
)
def test_a_correction_that_cannot_be_is_refused_and_kept_in_the_form(
    site: Site, told: House, wrong: dict[str, str]
) -> None:
    told.take_in(EXCELLENCE | DIRECTOR)
    before = told.rows(contact)
    given = {"name": "某人（演示）", "address": "new@a.example", "role": "handler", "language": "zh"} | wrong
    answer = site.as_ops().post("/people/1/correct", given)
    assert answer.status == 422
    assert f'value="{given["address"]}"' in answer.html
    assert told.rows(contact) == before


def test_an_erased_person_is_nowhere_any_more_and_the_audit_still_holds(site: Site, told: House) -> None:
    person, visit = site.as_contact(ADDRESS), site.as_ops()
    told.meet({"owner_kind": "unit", "owner": "江苏省", "name": "演示", "role": "handler", "email": "unit@js.example"})
    keep_list(told, f"{NAME} {ADDRESS}")
    assert {table for table, _ in traces(told)} >= {"contact", "intake"}
    assert len(told.rows(letter)) == 2, "the reminder, and the unit's list, which names the contact"
    assert visit.post("/people/1/erase", {"number": "2"}).status == 422
    assert visit.post("/people/1/erase", {"number": "1"}).to == "/people/1?done=erased"

    assert list(traces(told)) == []
    assert (told.rows(letter), [row for row in told.rows(session) if row.contact_id]) == ([], [])
    assert person.get("/").status == 303
    assert [row for row in told.rows(intake_change) if row.subject_kind == "contact" and row.subject_id == 1] == []
    assert zlib.decompress(told.rows(intake)[0].sheet) == b""
    with told.engine.begin() as connection:
        assert isinstance(chain.verify(connection), Intact)
    assert "已删除" in visit.get("/people/1").text
    assert visit.post("/people/1/erase", {"number": "1"}).status == 422


def test_what_was_answered_from_letters_loses_its_words_and_who_it_names(told: House) -> None:
    told.take_in(EXCELLENCE | DIRECTOR)
    by_them = {"receipt": "R-1", "note": f"{NAME} 说"}
    naming = {"name": NAME, "address": ADDRESS.upper(), "note": "请改发给他"}
    blank = {"obligation_id": 1, "revision": 0, "kind": "x", "on_day": None, "until_day": None, "decision": ""}
    blank |= {"decided_by": "", "decided_at": None, "at": told.clock()}
    delivery_id = next(row.id for row in told.rows(delivery))
    with told.engine.begin() as connection:
        for contact_id, details in ((1, by_them), (2, naming)):
            row = blank | {"delivery_id": delivery_id, "contact_id": contact_id, "details": details}
            connection.execute(answer.insert().values(**row))
    assert personal.export(told.desk, 1, OPERATOR).kinds["answers"][0]["details"] == by_them
    personal.erase(told.desk, 1, OPERATOR)
    assert [row.details for row in told.rows(answer)] == [{"receipt": "R-1"}, {}]


def test_erasing_revives_no_reminder_and_stops_what_waits(told: House) -> None:
    late = TODAY + timedelta(days=75)
    told.scan(late)
    assert told.states()["planned"] > 0
    personal.erase(told.desk, 1, OPERATOR)
    assert told.states()["planned"] == 0
    assert {row.reason for row in told.rows(delivery) if row.state == "withdrawn"} >= {"erased"}
    before = len(told.rows(delivery))
    told.scan(late)
    told.deliver(late)
    assert (len(told.rows(delivery)), told.letters()) == (before, [])


def test_the_findings_say_truthfully_that_nobody_is_left(told: House) -> None:
    def found(code: Code) -> int:
        with told.engine.begin() as connection:
            return findings.total(connection, code, Asked(TODAY))

    before = found(Code.NO_ADDRESS)
    personal.erase(told.desk, 1, OPERATOR)
    assert found(Code.NO_ADDRESS) == before + 1
    assert found(Code.ADDRESS_HELD_BACK) == 0, "it is not a failing address that somebody could mend"


def test_an_erased_person_cannot_be_let_work_again_and_may_be_registered_anew(told: House) -> None:
    personal.erase(told.desk, 1, OPERATOR)
    with pytest.raises(RequestRefused):
        returned.restore(told.desk, [1])
    with pytest.raises(RequestRefused):
        personal.correct(
            told.desk, 1, OPERATOR, name="x", address="x@a.example", role=Role.HANDLER, language=Language.ZH
        )
    told.take_in(EXCELLENCE)
    assert [(row.owner_kind, row.address) for row in told.rows(contact)] == [("erased", ""), ("enterprise", ADDRESS)]


def test_two_of_one_enterprise_are_erased_and_what_relays_said_of_them_is_gone(house: House) -> None:
    house.wire.answer = lambda parcel: Refused(f"550 <{parcel.recipient}> no such user", 550)
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)
    house.scan(TODAY + timedelta(days=75))
    house.deliver(TODAY + timedelta(days=75))
    personal.erase(house.desk, 1, OPERATOR)
    personal.erase(house.desk, 2, OPERATOR)
    left = set(traces(house, (NAME, ADDRESS, *DIRECTOR.values())))
    of_a_role = {("contact", "role"), ("ladder", "rungs"), ("ladder", "rung"), ("passed_rung", "rung")}
    assert left <= of_a_role, "director is a role and a rung too"


def test_nobody_is_erased_while_a_letter_to_them_is_on_the_wire(told: House) -> None:
    with told.engine.begin() as connection:
        connection.execute(delivery.update().values(state="sending"))
    with pytest.raises(RequestRefused):
        personal.erase(told.desk, 1, OPERATOR)
    assert told.rows(contact)[0].address == ADDRESS


def test_only_ops_see_personal_data(site: Site, told: House) -> None:
    for visit in (site.as_role(VisitorRole.VIEWER), site.as_role(VisitorRole.OFFICER, "江苏省")):
        assert visit.get("/people/1").status == 403
        assert visit.get("/people/1/export?as=json").status == 403
        assert visit.post("/people/1/erase", {"number": "1"}).status == 403


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_person_is_corrected_and_erased_in_a_browser(
    site: Site, told: House, browser: Browser, size: tuple[int, int]
) -> None:
    browser.size(size)
    browser.enter(site, site.as_ops())
    browser.open(site, "/people/1")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
    browser.fill("input[name=name]", "更正后（演示）")
    assert "已更正" in browser.press("form[action$='/correct'] button")
    browser.fill("input[name=number]", "1")
    browser.driver.execute_script("window.confirm = () => true")
    assert "已删除" in browser.press("form[action$='/erase'] button")
    assert (browser.complaints(), browser.overflows(), browser.inaccessible()) == ([], False, [])
