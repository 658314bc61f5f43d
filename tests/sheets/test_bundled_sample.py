from collections import Counter
from datetime import date

from service import sample
from service.domain.certification import Facts, Level
from service.domain.people import OwnerKind, Role
from service.sheets.certifications import CheckedSheet, check_certifications
from service.sheets.contacts import check_contacts
from service.sheets.reading import read_sheet


def checked() -> CheckedSheet:
    return check_certifications(read_sheet(sample.sheet()), [sample.DEMO_UNIT])


def test_the_sample_has_no_faults_and_every_published_row() -> None:
    found = checked()
    assert found.errors == []
    assert Counter((c.stated.level, c.stated.proposed) for c in found.certifications) == {
        (Level.PIONEER, False): 12,
        (Level.EXCELLENCE, False): 8,
        (Level.EXCELLENCE, True): 18,
        (Level.ADVANCED, False): 2,
        (Level.ADVANCED, True): 11,
    }


def test_every_column_of_the_sample_is_known_and_what_it_leaves_open_is_reported() -> None:
    assert Counter(finding.code for finding in checked().findings) == {"unidentified": 51, "validity_not_set": 2}


def test_pioneers_are_in_cultivation_from_the_date_of_the_list_for_24_assumed_months() -> None:
    pioneers = [c.stated for c in checked().certifications if c.stated.level is Level.PIONEER]
    expected = Facts(cultivation_from=date(2025, 11, 24), cultivation_months=24)
    assert all(stated.facts == expected for stated in pioneers)
    assert all("24个月为假定" in stated.date_basis for stated in pioneers)


def test_a_proposed_row_of_the_sample_states_no_date() -> None:
    proposed = [c.stated for c in checked().certifications if c.stated.proposed]
    assert all(stated.facts == Facts() and "不计算期限" in stated.date_basis for stated in proposed)


def test_dates_taken_from_the_news_are_marked_unverified() -> None:
    listed = [c.stated for c in checked().certifications if c.stated.facts.listed_on]
    assert all("未核实" in stated.date_basis for stated in listed)


def test_every_unit_of_the_sample_is_said_to_be_assumed_or_invented() -> None:
    for stated in (c.stated for c in checked().certifications):
        assert ("虚构" in stated.date_basis) == (stated.unit == sample.DEMO_UNIT)
        assert ("推定" in stated.date_basis) == (stated.unit != sample.DEMO_UNIT)


def test_contacts_of_the_sample_are_invented_and_reach_nobody() -> None:
    certifications = checked().certifications
    people = [person for certification in certifications for person in certification.contacts]
    units = check_contacts(read_sheet(sample.contacts()), [sample.DEMO_UNIT])
    assert units.errors == []
    assert units.findings == []
    people += [owned.contact for owned in units.contacts]
    assert all("（演示）" in person.name and person.address.endswith(".example") for person in people)
    national = [c for c in certifications if c.stated.level is not Level.ADVANCED]
    assert all(any(person.role is Role.HANDLER for person in c.contacts) for c in national)
    pioneers = [c for c in national if c.stated.level is Level.PIONEER]
    assert all(any(person.role is Role.DIRECTOR for person in c.contacts) for c in pioneers)


def test_every_unit_of_the_sample_has_somebody_for_its_list() -> None:
    units = check_contacts(read_sheet(sample.contacts()), [sample.DEMO_UNIT]).contacts
    assert all(owned.owner_kind is OwnerKind.UNIT for owned in units)
    assert {owned.owner for owned in units} == {c.stated.unit for c in checked().certifications}
