"""The ladder in the scan: who comes to know of a matter that nobody answers about, on which day, and who never."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from service.domain.answer import Answer
from service.domain.delivery import Refused, Sent, Verdict
from service.domain.errors import RequestRefused
from service.domain.findings import Code, Whose
from service.domain.flood import Flood
from service.domain.lifecycle import EventType
from service.domain.rungs import OVERSEEING, Rung
from service.domain.unit_rules import UnitRule
from service.domain.visitors import EVERYTHING, Actor, ActorKind
from service.flows import answers, contacts, escalate, overseers, remind, restored, units
from service.flows.findings import find
from service.flows.policy import put_in_force
from service.flows.simulate import simulate
from service.store.climbing import ladder, overseer, passed_rung
from service.store.tables import contact, delivery, invite, obligation, run
from tests.house import DIRECTOR, EXCELLENCE, House, Received
from tests.workbooks import matters

SAFE = date(2026, 3, 13)
BEGINS = date(2026, 2, 11)
"""30 days before it; the Spring Festival rests from 02-15 to 02-23, Saturday 02-14 and 02-28 are worked."""
DAY = timedelta(days=1)
PRINTED = EXCELLENCE | {"listed_on": "", "valid_through": "2026-06-14"}
ALL = 'ladder = ["director", "unit", "city", "province", "ministry", "sasac"]'
OPS = Actor(ActorKind.ACCOUNT, 1)


def policy(house: House, text: str, version: str = "t-1") -> None:
    path = house.folder / "policy.toml"
    path.write_text(f'version = "{version}"\n[default]\n{text}\n', encoding="utf-8")
    put_in_force(house.desk, path, BEGINS, "test", limit=0)


def meet(house: House, kind: str, owner: str, email: str, role: str = "handler") -> None:
    person = {"owner_kind": kind, "owner": owner, "name": "演示", "role": role, "email": email}
    done = house.meet(person)
    assert done.errors == []


def oversee(house: House, name: str, rung: Rung, *enterprises: str, unit: str = "江苏省") -> None:
    overseers.add(house.desk, name, rung, unit, enterprises)
    meet(house, "overseer", name, f"{rung}@{'x' if unit == '江苏省' else 'y'}.example")


@pytest.fixture
def whole(house: House) -> House:
    """An enterprise whose safe day is 2026-03-13, its unit, and a superior body on each rung."""
    policy(house, ALL)
    house.take_in(PRINTED, PRINTED | DIRECTOR)
    meet(house, "unit", "江苏省", "unit@u.example")
    oversee(house, "甲市局（演示）", Rung.CITY, EXCELLENCE["enterprise"])
    oversee(house, "甲省厅（演示）", Rung.PROVINCE)
    oversee(house, "甲部（演示）", Rung.MINISTRY)
    return house


def pass_days(house: House, first: date, last: date) -> list[tuple[date, Received]]:
    """What goes to superior bodies from the first day to the last, each day scanned and delivered."""
    told = []
    for offset in range((last - first).days + 1):
        day = first + offset * DAY
        house.clock.now = house.clock.now.replace(year=day.year, month=day.month, day=day.day)
        letters = house.sent(day)
        told += [(day, each) for each in letters if each.to.split("@")[0] in OVERSEEING]
    return told


def rung(house: House) -> tuple[str, date]:
    """Where the newest ladder stands, and since when."""
    newest = max(house.rows(ladder), key=lambda row: (row.obligation_id, row.revision))
    return newest.rung, newest.since


def matter(house: House, kind: str = "review_application") -> int:
    return int(next(row.id for row in house.rows(obligation) if row.kind == kind))


def remarks(house: House, today: date) -> tuple[str, str]:
    """The sheet, and the remark, of the review on the unit's list."""
    rows = matters(escalate.workbook(house.desk, "江苏省", today))
    [found] = [row for row in rows if row["事项"] == "复核申请"]
    return str(found["状态"]), str(found["备注"])


def test_a_silent_enterprise_climbs_rung_by_rung_and_a_long_holiday_is_no_silence(whole: House) -> None:
    told = pass_days(whole, BEGINS - 3 * DAY, SAFE)
    assert [(day, letter.to) for day, letter in told] == [
        (date(2026, 2, 26), "city@x.example"),
        (date(2026, 3, 2), "province@x.example"),
        (date(2026, 3, 5), "ministry@x.example"),
    ]
    assert rung(whole) == ("ministry", date(2026, 3, 5))
    [row] = whole.rows(ladder)
    assert (row.obligation_id, row.began_on, row.policy, row.look_on) == (matter(whole), BEGINS, "t-1", None)
    assert row.rungs == ["director", "unit", "city", "province", "ministry"]
    letter = told[0][1]
    assert "自2026年2月8日起已提醒2次，系统未见答复" in letter.text
    assert "/answer/" not in letter.text
    assert letter.mail.get_content_type() == "multipart/alternative", "no invitation"


def test_each_is_written_to_once_however_often_a_day_is_scanned(whole: House) -> None:
    pass_days(whole, BEGINS, date(2026, 2, 26))
    assert whole.sent(date(2026, 2, 26)) == []
    assert whole.scan(date(2026, 2, 26)).planned == 0


def test_a_dry_run_tells_and_keeps_nothing(whole: House) -> None:
    pass_days(whole, BEGINS, date(2026, 2, 25))
    before = whole.rows(ladder), len(whole.rows(delivery))
    assert remind.scan(whole.desk, date(2026, 2, 26), dry_run=True).planned >= 1
    assert (whole.rows(ladder), len(whole.rows(delivery))) == before


def test_an_acknowledgement_stops_the_ladder_until_its_day_and_silence_resumes_it(whole: House) -> None:
    pass_days(whole, BEGINS, BEGINS)
    told = next(row.id for row in whole.rows(delivery) if row.purpose == "reminder" and row.state == "sent")
    token = whole.desk.links.token(answers.LINK, told)
    until = answers.answer(whole.desk, token, Answer.ACKNOWLEDGED, {}, BEGINS)
    assert until == date(2026, 2, 25)
    pass_days(whole, BEGINS + DAY, date(2026, 2, 27))
    assert rung(whole) == ("director", BEGINS)
    pass_days(whole, date(2026, 2, 28), date(2026, 2, 28))
    assert rung(whole) == ("unit", date(2026, 2, 28)), "02-26, 02-27 and Saturday 02-28 are worked"


def test_a_claim_that_is_reopened_keeps_nothing_quiet(whole: House) -> None:
    pass_days(whole, BEGINS, BEGINS)
    told = next(row.id for row in whole.rows(delivery) if row.purpose == "reminder" and row.state == "sent")
    token = whole.desk.links.token(answers.LINK, told)
    answers.answer(whole.desk, token, Answer.FILED, {"on": "2026-02-10", "receipt": "R-1"}, BEGINS)
    pass_days(whole, BEGINS + DAY, date(2026, 2, 24))
    assert rung(whole) == ("director", BEGINS)
    answers.decide(whole.desk, EVERYTHING, 1, OPS, date(2026, 2, 24), confirmed=False)
    pass_days(whole, date(2026, 2, 25), date(2026, 2, 25))
    assert rung(whole) == ("unit", date(2026, 2, 25))


def test_a_ladder_keeps_the_policy_of_the_day_on_which_it_began(whole: House) -> None:
    pass_days(whole, BEGINS, BEGINS)
    policy(whole, "ladder = []\ngrace = 60", "t-2")
    told = pass_days(whole, BEGINS + DAY, date(2026, 3, 5))
    assert [letter.to.split("@")[0] for _, letter in told] == ["city", "province", "ministry"]
    assert [(row.grace, row.policy) for row in whole.rows(ladder)] == [(3, "t-1")]


def test_an_empty_rung_is_passed_recorded_and_found_until_it_is_mended(house: House) -> None:
    policy(house, ALL)
    house.take_in(PRINTED)
    oversee(house, "甲部（演示）", Rung.MINISTRY)
    told = pass_days(house, BEGINS, date(2026, 3, 5))
    assert [(day, letter.to) for day, letter in told] == [(date(2026, 2, 14), "ministry@x.example")]
    assert [(row.rung, row.on_day) for row in house.rows(passed_rung)] == [
        *(("city", date(2026, 2, 14)), ("director", BEGINS)),
        *(("province", date(2026, 2, 14)), ("unit", date(2026, 2, 14))),
    ]

    def found() -> list[tuple[str | None, str]]:
        [of_code] = find(house.desk, SAFE, code=Code.RUNG_EMPTY)
        return [(each.owner, each.message) for each in of_code.shown]

    owners = [owner for owner, _ in found()]
    assert sorted(map(str, owners)) == ["ops", "ops", "ops", "江苏省"]
    assert all(word in " ".join(said for _, said in found()) for word in ("负责人", "市级", "省级", "推荐单位"))
    [theirs] = find(house.desk, SAFE, 1, Code.RUNG_EMPTY)
    assert [each.owner for each in theirs.shown] == ["江苏省"]
    assert next(find(house.desk, SAFE, Whose.OPS, Code.RUNG_EMPTY)).total == 3

    house.take_in(PRINTED | DIRECTOR)
    meet(house, "unit", "江苏省", "unit@u.example")
    oversee(house, "甲省厅（演示）", Rung.PROVINCE)
    [(owner, said)] = found()
    assert (owner, "市级" in said) == ("ops", True)
    oversee(house, "甲市局（演示）", Rung.CITY, EXCELLENCE["enterprise"])
    assert list(find(house.desk, SAFE, code=Code.RUNG_EMPTY)) == []


def test_where_nobody_is_above_the_ladder_goes_on_with_the_next_reminder_once_there_is(house: House) -> None:
    house.take_in(PRINTED)
    pass_days(house, BEGINS, date(2026, 2, 26))
    assert rung(house) == ("handler", BEGINS)
    assert {row.look_on for row in house.rows(ladder)} == {None}
    meet(house, "unit", "江苏省", "unit@u.example")
    pass_days(house, date(2026, 2, 27), date(2026, 3, 6))
    assert rung(house) == ("unit", date(2026, 3, 6)), "7 days before the safe day"


def test_a_row_whose_ladder_came_to_the_unit_stands_among_the_silent_with_its_rung(whole: House) -> None:
    pass_days(whole, BEGINS, date(2026, 2, 13))
    assert "督办" not in remarks(whole, date(2026, 2, 13))[1]
    pass_days(whole, date(2026, 2, 14), date(2026, 2, 14))
    assert rung(whole)[0] == "unit"
    told = remarks(whole, date(2026, 2, 14))
    assert "已督办至推荐单位" in told[1]
    pass_days(whole, date(2026, 2, 15), date(2026, 2, 26))
    assert "已督办至市级督办单位" in remarks(whole, date(2026, 2, 26))[1]


def test_after_days_without_a_scan_it_climbs_one_rung_a_scan_each_with_its_grace(whole: House) -> None:
    pass_days(whole, BEGINS, BEGINS)
    told = pass_days(whole, date(2026, 3, 9), date(2026, 3, 20))
    assert rung(whole)[0] == "ministry"
    assert [(day, letter.to) for day, letter in told] == [
        (date(2026, 3, 12), "city@x.example"),
        (date(2026, 3, 17), "province@x.example"),
        (date(2026, 3, 20), "ministry@x.example"),
    ]


def test_what_is_done_climbs_no_further_and_what_waits_is_withdrawn(whole: House) -> None:
    pass_days(whole, BEGINS, date(2026, 2, 25))
    whole.scan(date(2026, 2, 26))
    whole.record(EventType.REVIEW_APPLIED, date(2026, 2, 25))
    whole.deliver(date(2026, 2, 26))
    assert [row.state for row in whole.rows(delivery) if row.purpose == "escalation"] == ["withdrawn"]
    assert pass_days(whole, date(2026, 2, 27), date(2026, 3, 20)) == []
    assert [(row.rung, row.look_on) for row in whole.rows(ladder)] == [("city", None)]


def test_an_answer_that_comes_before_the_letter_leaves_takes_it_back(whole: House) -> None:
    pass_days(whole, BEGINS, date(2026, 2, 25))
    whole.scan(date(2026, 2, 26))
    told = next(row.id for row in whole.rows(delivery) if row.purpose == "reminder" and row.state == "sent")
    answers.answer(whole.desk, whole.desk.links.token(answers.LINK, told), Answer.ACKNOWLEDGED, {}, date(2026, 2, 26))
    whole.deliver(date(2026, 2, 26))
    [row] = [row for row in whole.rows(delivery) if row.purpose == "escalation"]
    assert (row.state, row.reason) == ("withdrawn", "answered")


def test_a_date_that_moves_begins_another_ladder(whole: House) -> None:
    pass_days(whole, BEGINS, date(2026, 2, 26))
    assert rung(whole)[0] == "city"
    whole.record(EventType.CORRECTED, date(2026, 2, 26), field="valid_through", value="2026-06-24")
    told = pass_days(whole, date(2026, 2, 27), date(2026, 3, 16))
    later = [(row.revision, row.began_on, row.rung) for row in whole.rows(ladder) if row.revision]
    assert later == [(1, date(2026, 2, 27), "ministry")]
    assert [letter.to for _, letter in told] == ["city@x.example", "province@x.example", "ministry@x.example"]
    assert [row.look_on for row in whole.rows(ladder)] == [None, None]


def test_a_body_is_told_of_what_it_oversees_alone_also_when_that_ends_before_the_letter_leaves(whole: House) -> None:
    other = PRINTED | {"enterprise": "乙方演示有限公司", "contact_email": "handler@b.example"}
    whole.take_in(other | {"recommending_unit": "浙江省"})
    meet(whole, "unit", "浙江省", "unit@zj.example")
    oversee(whole, "乙省厅（演示）", Rung.PROVINCE, unit="浙江省")
    told = pass_days(whole, BEGINS, date(2026, 3, 2))
    assert {letter.to for _, letter in told if "乙方" in letter.text} == {"province@y.example"}
    assert {letter.to for _, letter in told if "甲方" in letter.text} == {"city@x.example", "province@x.example"}

    whole.scan(date(2026, 3, 5))
    assert overseers.remove(whole.desk, "甲部（演示）", "江苏") == 1
    whole.deliver(date(2026, 3, 5))
    [row] = [row for row in whole.rows(delivery) if row.stage == "ministry"]
    assert (row.state, row.reason) == ("withdrawn", "not_overseen")


def test_a_city_is_told_of_its_own_enterprises_alone(whole: House) -> None:
    sibling = PRINTED | {"enterprise": "丙方演示有限公司", "contact_email": "handler@c.example"}
    whole.take_in(sibling, sibling | DIRECTOR)
    told = pass_days(whole, BEGINS, SAFE)
    of_sibling = {letter.to for _, letter in told if "丙方" in letter.text}
    assert of_sibling == {"province@x.example", "ministry@x.example"}


def test_sasac_gets_a_copy_of_a_groups_own_report_and_of_nothing_else(house: House) -> None:
    policy(house, ALL)
    contacts.add_group(house.desk, "演示集团")
    rule = UnitRule(date(2026, 1, 1), annual_report=(3, 13), basis="演示〔2026〕3号")
    house.take_in(PRINTED | {"recommending_unit": "演示集团"})
    units.set_rule(house.desk, "演示集团", rule, "test", BEGINS)
    meet(house, "unit", "演示集团", "unit@g.example")
    for name, each in (("甲部（演示）", Rung.MINISTRY), ("国资（演示）", Rung.SASAC)):
        oversee(house, name, each, unit="演示集团")
    told = pass_days(house, BEGINS, SAFE)
    copies = [letter for _, letter in told if letter.to.startswith("sasac")]
    assert [letter.subject for letter in copies] == ["【抄送】年度报送（2026年）提醒未获答复：演示集团"]
    assert "第十条第（四）项规定" in copies[0].text
    assert len({letter.to for _, letter in told}) == 2
    with pytest.raises(RequestRefused, match="SASAC"):
        overseers.add(house.desk, "国资（演示）", Rung.SASAC, "江苏省", [])


def test_days_that_pass_in_a_simulation_climb_as_the_real_ones_do(whole: House) -> None:
    done = simulate(whole.desk, BEGINS, SAFE)
    stages = {each.stage: each.day for each in done.carried if each.purpose == "escalation"}
    assert stages == {
        **{"city": date(2026, 2, 26), "province": date(2026, 3, 2), "ministry": date(2026, 3, 5)},
    }


def test_the_run_says_how_many_climbed(whole: House) -> None:
    pass_days(whole, BEGINS, date(2026, 2, 14))
    assert [row.counts.get("climbed", 0) for row in whole.rows(run) if row.job == "scan"] == [0, 0, 0, 1]


def test_a_body_that_oversees_nothing_goes_off_the_record_unless_somebody_was_its(house: House) -> None:
    house.take_in(PRINTED)
    overseers.add(house.desk, "甲部（演示）", Rung.MINISTRY, "江苏省", [])
    assert overseers.remove(house.desk, "甲部（演示）", None) == 1
    assert house.rows(overseer) == []
    oversee(house, "乙部（演示）", Rung.MINISTRY)
    assert overseers.remove(house.desk, "乙部（演示）", None) == 1
    assert [row.name for row in house.rows(overseer)] == ["乙部（演示）"]
    assert {row.owner_kind for row in house.rows(contact)} == {"enterprise", "overseer"}


def test_a_flood_holds_what_goes_up_the_ladder_with_all_the_rest(whole: House) -> None:
    pass_days(whole, BEGINS, date(2026, 2, 25))
    whole.desk = replace(whole.desk, flood=Flood(1, 1))
    scanned = whole.scan(date(2026, 2, 26))
    assert (scanned.planned, scanned.quarantined) == (1, 2), "two reminders and a letter to the city"


def test_after_a_restore_no_superior_body_is_taken_to_have_it_in_its_calendar(whole: House) -> None:
    pass_days(whole, BEGINS, date(2026, 2, 25))
    done = restored.take_over(whole.desk, date(2026, 2, 26), date(2026, 2, 26))
    assert done.assumed["escalation", "city"] == 1
    kinds = {row.id: row.owner_kind for row in whole.rows(contact)}
    assert {kinds[row.contact_id] for row in whole.rows(invite)} == {"enterprise"}


def test_a_letter_that_comes_back_goes_to_another_person_of_that_body(whole: House) -> None:
    meet(whole, "overseer", "甲市局（演示）", "second@x.example", "backup")
    pass_days(whole, BEGINS, date(2026, 2, 25))
    whole.wire.answer = lambda parcel: (
        Refused("550 no such user", 550, Verdict.ADDRESS) if parcel.recipient == "city@x.example" else Sent("250 ok")
    )
    whole.scan(date(2026, 2, 26))
    whole.deliver(date(2026, 2, 26))
    assert "second@x.example" in {letter.to for letter in whole.letters()}
