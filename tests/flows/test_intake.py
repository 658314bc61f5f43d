"""A sheet into the record: all of it or nothing, and the same sheet again changes nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from service.domain.errors import RequestRefused
from service.flows import intake
from service.store.tables import certification, contact, enterprise, event, obligation, run, unit
from tests.house import DIRECTOR, EXCELLENCE, TODAY, USCC_A, USCC_B, House


def counts(done: Any) -> tuple[int, int, int]:
    return done.added, done.changed, done.unchanged


def test_a_sheet_adds_its_certifications_with_holder_unit_and_contacts(house: House) -> None:
    done = house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)

    assert counts(done) == (1, 0, 0)
    assert [row.name for row in house.rows(unit)] == ["江苏省"]
    assert [row.role for row in house.rows(contact)] == ["handler", "director"]
    assert {row.kind for row in house.rows(obligation)} == {"review_application", "validity_end"}
    assert [(row.job, row.counts["added"]) for row in house.rows(run)] == [("import", 1)]


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        pytest.param({"level": "gold"}, "level", id="a wrong level"),
        pytest.param({"listed_on": "2025-02-30"}, "listed_on", id="an impossible date"),
        pytest.param(
            {"level": "pioneer", "listed_on": "", "cultivation_from": "2025-11-24", "cultivation_months": "25"},
            "cultivation_months",
            id="a cultivation longer than 2 years",
        ),
        pytest.param({"uscc": USCC_A[:-1] + "0"}, "uscc", id="a bad check digit"),
        pytest.param({}, "enterprise", id="a duplicate row"),
        pytest.param(
            {"contact_email": "a@b.example\nBcc: c@d.example"}, "contact_email", id="an address with a newline"
        ),
        pytest.param({"recommending_unit": "某某省"}, "recommending_unit", id="an unknown province"),
        pytest.param({"listed_on": "2000-01-01"}, "", id="a date before the working-day table"),
        pytest.param({"listed_on": "", "valid_through": "2050-12-29"}, "", id="a plan past the table of feasts"),
    ],
)
def test_one_faulty_row_is_named_and_nothing_is_taken_in(house: House, wrong: dict[str, str], column: str) -> None:
    house.take_in(EXCELLENCE | {"factory": "已登记的工厂"})
    before, told = house.sizes(), house.rows(run)
    good = EXCELLENCE | {"enterprise": "丙方演示有限公司", "recommending_unit": "海南省"}
    again = EXCELLENCE if wrong == {} else EXCELLENCE | {"factory": "另一工厂"}
    done = house.take_in(good, EXCELLENCE, again | wrong)

    assert [(error.row, error.column) for error in done.errors] == [(4, column)]
    assert " / " in done.errors[0].message
    assert counts(done) == (0, 0, 0)
    assert house.sizes() == before
    assert house.rows(run)[len(told) :][0].counts["errors"] == 1


def test_every_faulty_row_is_named_at_once(house: House) -> None:
    done = house.take_in(EXCELLENCE | {"level": "gold", "listed_on": "soon"}, EXCELLENCE | {"enterprise": ""})

    assert {(error.row, error.column) for error in done.errors} == {
        (2, "level"),
        (2, "listed_on"),
        (3, "enterprise"),
    }


def test_what_is_no_sheet_is_refused_and_the_refusal_is_in_the_job_log(house: House) -> None:
    before = house.sizes()
    path = house.folder / "letter.xlsx"
    path.write_bytes(b"%PDF-1.7 this is not a workbook")
    with pytest.raises(RequestRefused, match=r"letter\.xlsx"):
        intake.import_sheet(house.desk, path, TODAY, "test")

    assert house.sizes() == before
    assert house.rows(run)[-1].outcome == "failed"
    assert "letter.xlsx" in house.rows(run)[-1].error


def test_a_sheet_in_gb18030_is_taken_in_as_it_was_meant(house: House) -> None:
    path = house.sheet(EXCELLENCE | {"enterprise": "镕基精密㐀有限公司"})
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))

    assert counts(intake.import_sheet(house.desk, path, TODAY, "test")) == (1, 0, 0)
    assert house.rows(enterprise)[0].name == "镕基精密㐀有限公司"


def test_a_dry_run_counts_what_it_would_do_and_stores_nothing(house: House) -> None:
    house.take_in(EXCELLENCE)
    before = house.sizes()
    rows = [
        EXCELLENCE | {"listed_on": "2025-12-02"},
        EXCELLENCE | {"factory": "二号工厂", "recommending_unit": "海南省"},
    ]

    assert counts(house.take_in(*rows, dry_run=True)) == (1, 1, 0)
    assert house.sizes() == before
    assert counts(house.take_in(*rows)) == (1, 1, 0)


def test_the_same_sheet_again_changes_nothing(house: House) -> None:
    rows = [
        EXCELLENCE | {"uscc": USCC_A},
        EXCELLENCE | {"uscc": USCC_A} | DIRECTOR,
        EXCELLENCE | {"enterprise": "乙方", "status": "proposed", "listed_on": "", "contact_email": "b@b.example"},
        EXCELLENCE
        | {"enterprise": "丙方", "level": "pioneer", "listed_on": "", "cultivation_from": "2025-11-24"}
        | {"cultivation_months": "24", "contact_email": "c@c.example"},
    ]
    house.take_in(*rows)
    tables = (certification, enterprise, event, obligation, contact, unit)
    before = [house.rows(table) for table in tables]
    again = house.take_in(*rows)

    assert counts(again) == (0, 0, 3)
    assert [house.rows(table) for table in tables] == before


def test_what_a_later_sheet_leaves_empty_stays_as_it_was(house: House) -> None:
    house.take_in(EXCELLENCE | {"date_basis": "名单日期", "source_url": "https://list.example/1"})
    silent = EXCELLENCE | {"recommending_unit": "", "contact_name": "", "contact_email": ""}
    done = house.take_in(silent)
    row = house.rows(certification)[0]

    assert counts(done) == (0, 0, 1)
    assert (row.date_basis, row.source_url, row.unit_id) == ("名单日期", "https://list.example/1", 1)


def test_what_was_proposed_becomes_listed_and_never_proposed_again(house: House) -> None:
    proposed = EXCELLENCE | {"status": "proposed", "listed_on": ""}
    house.take_in(proposed)
    assert counts(house.take_in(EXCELLENCE)) == (0, 1, 0)
    assert not house.rows(certification)[0].proposed

    assert counts(house.take_in(proposed)) == (0, 0, 1)
    assert len(house.rows(obligation)) == 2


def test_a_changed_date_is_a_correction_on_the_log(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.take_in(EXCELLENCE | {"listed_on": "2025-12-02"})
    listed, corrected = house.rows(event)

    assert (listed.type, listed.on_day) == ("listed", date(2025, 12, 9))
    assert (corrected.type, corrected.details) == ("corrected", {"field": "listed_on", "value": "2025-12-02"})
    assert (corrected.author, corrected.recorded_at) == ("test", house.clock.now)


def test_a_date_that_cannot_follow_what_is_on_record_is_an_error_of_its_row(house: House) -> None:
    house.take_in(EXCELLENCE | {"valid_through": "2028-12-08"})
    before = house.sizes()
    done = house.take_in(EXCELLENCE | {"listed_on": "2029-01-01"})

    assert [error.row for error in done.errors] == [2]
    assert house.sizes() == before


def test_a_pioneer_listed_after_its_acceptance_ends_its_cultivation_and_begins_its_validity(house: House) -> None:
    cultivating = EXCELLENCE | {"level": "pioneer", "listed_on": "", "cultivation_from": "2025-11-24"}
    cultivating |= {"cultivation_months": "24"}
    house.take_in(cultivating)
    assert {row.kind: row.closed for row in house.rows(obligation)} == {
        "acceptance_application": "",
        "cultivation_end": "",
    }
    done = house.take_in(cultivating | {"listed_on": "2027-12-01"})

    assert counts(done) == (0, 1, 0)
    assert {row.kind: row.closed for row in house.rows(obligation)} == {
        **{"acceptance_application": "ended", "cultivation_end": "ended"},
        **{"review_application": "", "validity_end": ""},
    }


def test_an_enterprise_known_by_name_keeps_its_certifications_when_its_code_comes(house: House) -> None:
    house.take_in(EXCELLENCE)
    done = house.take_in(EXCELLENCE | {"uscc": USCC_A}, EXCELLENCE | {"uscc": USCC_A, "factory": "二号工厂"})

    assert counts(done) == (1, 1, 0)
    assert [(row.identity, row.uscc) for row in house.rows(enterprise)] == [(USCC_A, USCC_A)]
    assert {row.enterprise_id for row in house.rows(certification)} == {1}
    assert counts(house.take_in(EXCELLENCE)) == (0, 0, 1)


def test_a_new_name_follows_the_code(house: House) -> None:
    house.take_in(EXCELLENCE | {"uscc": USCC_A})
    renamed = EXCELLENCE | {"uscc": USCC_A, "enterprise": "甲方演示（集团）股份有限公司"}

    assert counts(house.take_in(renamed)) == (0, 1, 0)
    assert [row.name for row in house.rows(enterprise)] == ["甲方演示（集团）股份有限公司"]
    assert counts(house.take_in(renamed)) == (0, 0, 1)


def test_two_codes_of_one_name_never_share_the_record_that_had_the_name_alone(house: House) -> None:
    house.take_in(EXCELLENCE)
    rows = [
        EXCELLENCE | {"uscc": USCC_A, "factory": "一号工厂"},
        EXCELLENCE | {"uscc": USCC_B, "factory": "二号工厂", "contact_email": "handler@b.example"},
    ]
    assert counts(house.take_in(*rows)) == (2, 0, 0)

    assert [row.uscc for row in house.rows(enterprise)] == ["", USCC_A, USCC_B]
    assert [row.enterprise_id for row in house.rows(certification)] == [1, 2, 3]
    assert counts(house.take_in(*rows)) == (0, 0, 2)


def test_names_that_differ_in_width_spaces_and_brackets_are_one_enterprise(house: House) -> None:
    house.take_in(EXCELLENCE | {"enterprise": "甲方(演示) ABC公司"})
    done = house.take_in(EXCELLENCE | {"enterprise": "甲方（演示）ＡＢＣ公司", "factory": "二号工厂"})

    assert counts(done) == (1, 0, 0)
    assert len(house.rows(enterprise)) == 1


def test_one_certification_stated_under_two_names_of_a_code_is_an_error(house: House) -> None:
    """Only the record knows that both rows mean the same enterprise."""
    house.take_in(EXCELLENCE | {"uscc": USCC_A, "factory": "已登记的工厂"})
    before = house.sizes()
    done = house.take_in(EXCELLENCE, EXCELLENCE | {"uscc": USCC_A, "enterprise": "新名称有限公司"})

    assert [(error.row, error.column) for error in done.errors] == [(3, "enterprise")]
    assert house.sizes() == before


def test_one_address_given_to_two_people_of_an_enterprise_is_an_error(house: House) -> None:
    other = {"factory": "二号工厂", "contact_role": "director", "contact_email": "Handler@A.example"}
    done = house.take_in(EXCELLENCE, EXCELLENCE | other)

    assert [(error.row, error.column) for error in done.errors] == [(3, "contact_email")]
    assert house.sizes()["contact"] == 0


def test_one_person_of_two_certifications_is_one_contact_however_the_address_is_written(house: House) -> None:
    rows = [EXCELLENCE, EXCELLENCE | {"factory": "二号工厂", "contact_email": "Handler@a.example"}]
    house.take_in(*rows)

    assert [row.address for row in house.rows(contact)] == ["handler@a.example"]
    assert counts(house.take_in(*rows)) == (0, 0, 2)


def test_a_contact_whose_role_changes_is_changed_in_place(house: House) -> None:
    house.take_in(EXCELLENCE)
    done = house.take_in(EXCELLENCE | {"contact_role": "director", "language": "en", "contact_name": "新姓名"})
    [row] = house.rows(contact)

    assert counts(done) == (0, 1, 0)
    assert (row.role, row.language, row.name) == ("director", "en", "新姓名")


def test_a_large_sheet_is_taken_in_by_parts_and_its_enterprises_met_again_in_later_parts(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_CHUNK", 3)
    one = [EXCELLENCE | {"uscc": USCC_A, "factory": f"工厂{number}"} for number in range(4)]
    nameless = [{name: cell for name, cell in row.items() if name != "uscc"} for row in one[2:]]
    others = [
        EXCELLENCE | {"enterprise": f"企业{number}", "contact_email": f"h@e{number}.example"} for number in range(5)
    ]
    rows = [one[0], *others, one[1], *nameless]
    told: list[int] = []

    assert counts(intake.import_sheet(house.desk, house.sheet(*rows), TODAY, "test", progress=told.append)) == (9, 0, 0)
    assert told == [3, 6, 9]
    assert len(house.rows(enterprise)) == 6
    assert counts(house.take_in(*rows)) == (0, 0, 9)


def test_an_error_in_the_last_part_undoes_the_first(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "_CHUNK", 1)
    before = house.sizes()
    done = house.take_in(EXCELLENCE, EXCELLENCE | {"factory": "二号工厂", "listed_on": "2001-01-01"})

    assert [error.row for error in done.errors] == [3]
    assert house.sizes() == before


def test_two_imports_of_one_sheet_at_once_add_it_once(house: House) -> None:
    path, start = house.sheet(EXCELLENCE, EXCELLENCE | {"factory": "二号工厂"}), threading.Barrier(2)

    def take_in(_: int) -> tuple[int, int, int]:
        start.wait(10)
        return counts(intake.import_sheet(house.desk, path, TODAY, "test"))

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take_in, range(2))) == [(0, 0, 2), (2, 0, 0)]
    assert len(house.rows(event)) == 2
