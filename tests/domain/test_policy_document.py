"""A policy as written: every key known, every value checked, and no safe day after its statutory one."""

import re
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.certification import Level
from service.domain.choice_rules import ALLOWED, COUNTS_FOR
from service.domain.choices import DEFAULT, OF_PERIOD, Choices, Layer, ReminderPlan, Rolling, Start
from service.domain.counting import Counting
from service.domain.duties import Duties
from service.domain.errors import RequestRefused
from service.domain.history import live
from service.domain.lifecycle import Event
from service.domain.obligation import MILESTONES, Kind, Obligation, Subject, SubjectKind
from service.domain.plan import stages
from service.domain.policy import Policy, check
from service.domain.policy_document import parsed, tables, written
from service.domain.regulations import derive, derive_unit
from service.domain.rounds import Round
from service.domain.rulebook import Rulebook
from service.domain.unit_rules import UnitRule
from service.domain.workdays import Workdays
from service.store.official_days import official_workdays
from tests.builders import event, log

DAY = timedelta(days=1)
OFFICIAL = official_workdays()
FORECAST = Workdays((), ())
"""A table of which no year is announced."""

GUIDE = Path(__file__).parents[2] / "docs" / "policy.md"

FULL = """
version = "2027-1.a"
[default]
start = "in_force"
inclusive_end = false
strict_before = false
roll = "none"
hour = "09:30"
working_days = 15
days_before = [120, 30, 0]
director_from_days = 7
weeks_without_end = 4
[unit."江苏省"]
start = "listed"
days_before = [0]
[kind.major_change_filing]
roll = "back"
[obligation."12/review_application/0"]
strict_before = true
[obligation."unit-3/annual_report/2027"]
hour = "23:59"
"""


def with_line(table: str, line: str) -> str:
    return f'version = "2027-1"\n[{table}]\n{line}\n'


def test_every_choice_of_every_layer_is_read() -> None:
    assert parsed(FULL) == Policy(
        "2027-1.a",
        Choices(Start.IN_FORCE, False, False, Rolling.NONE, "09:30", 15, ReminderPlan((120, 30, 0), 7, 4)),
        {"江苏省": Layer(start=Start.LISTED, days_before=(0,))},
        {**Policy().kinds, Kind.MAJOR_CHANGE_FILING: Layer(roll=Rolling.BACK)},
        {
            "12/review_application/0": Layer(strict_before=True),
            "unit-3/annual_report/2027": Layer(hour="23:59"),
        },
    )


def test_what_a_document_does_not_say_is_as_built_in() -> None:
    assert parsed('version = "2027-1"') == Policy("2027-1")


def test_there_is_a_rule_for_every_choice() -> None:
    assert list(ALLOWED) == [each.name for each in fields(Layer)]


@pytest.mark.parametrize(
    "name",
    ["江苏省", "江苏", "Jiangsu", "江苏省工业和信息化厅", " 江 苏 省 "],
)
def test_a_province_is_known_by_every_name_that_lists_give_it(name: str) -> None:
    assert list(parsed(with_line(f'unit."{name}"', 'hour = "09:00"')).units) == ["江苏省"]


def test_a_group_is_known_by_its_normalised_name() -> None:
    assert list(parsed(with_line('unit."演示 集团（虚构）"', "")).units) == ["演示集团(虚构)"]


def test_a_document_says_of_a_round_what_differs_from_the_built_in_plan() -> None:
    policy = parsed(with_line("kind.annual_round", 'hour = "12:00"\ndays_before = [30, 0]'))
    assert policy.kinds == {Kind.ANNUAL_ROUND: Layer(hour="12:00", days_before=(30, 0), weeks_without_end=0)}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        pytest.param("version = 1\n[default", "TOML", id="no TOML"),
        pytest.param("", "version: None", id="no version"),
        pytest.param("version = 2027", "version: 2027", id="a number as version"),
        pytest.param('version = ""', "version: ''", id="an empty version"),
        pytest.param('version = "２０２７"', "version", id="a full-width version"),
        pytest.param(f'version = "{"9" * 31}"', "1 to 30", id="a long version"),
        pytest.param('version = "2027 1"', "hyphens", id="a version with a space"),
        pytest.param('version = "2027-1"\nhour = "17:00"', "'hour'; there are version, default", id="no table"),
        pytest.param(with_line("defaults", ""), "'defaults'", id="an unknown table"),
        pytest.param('version = "2027-1"\ndefault = 3', r"\[default\] must be a table, and not 3", id="default"),
        pytest.param('version = "2027-1"\n[[unit]]', "must be a table", id="an array of tables"),
        pytest.param(with_line("kind", 'hour = "17:00"'), r"\[kind\.'hour'\] must be a table", id="a group's key"),
        pytest.param(with_line("kind.review", ""), r"\[kind\.'review'\].*review_application", id="an unknown kind"),
        pytest.param(with_line('obligation."12"', ""), "12/review_application/0", id="no matter"),
        pytest.param(with_line('unit."江苏"', '[unit."江苏省"]'), "twice", id="a unit named twice"),
        pytest.param(with_line('unit." "', ""), "without a name", id="a unit without a name"),
        pytest.param(with_line("default", "rolling = 1"), r"\[default\] 'rolling'.*roll,", id="an unknown key"),
        pytest.param(with_line("kind.review_application", 'start = "listed"'), "one end", id="start of a kind"),
        pytest.param(
            with_line('obligation."12/review_application/0"', "inclusive_end = true"), "one end", id="end of a matter"
        ),
        pytest.param(with_line("kind.validity_end", "days_before = [0]"), "takes nothing", id="a milestone's plan"),
        pytest.param(
            with_line('obligation."unit-3/list_report/2027-01-01"', 'roll = "none"'), "takes nothing", id="no roll"
        ),
        pytest.param(
            with_line("kind.annual_report", "working_days = 5"), "counts for preliminary_acceptance, list_report",
            id="a period that the matter has none of",
        ),
    ],
)  # fmt: skip
def test_what_is_no_policy_is_refused_naming_the_place_and_what_is_allowed(document: str, words: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        parsed(document)
    assert re.search(words, refused.value.en)
    assert refused.value.zh.startswith("政策文件：")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("start", ['"printed"', "true", "1", "[]", "2025-12-09"]),
        ("inclusive_end", ['"true"', "1", "0", "[true]"]),
        ("strict_before", ['"false"', "0", "{}"]),
        ("roll", ['"forward"', '"BACK"', "false", '["back"]']),
        ("hour", ['"24:00"', '"9:00"', '"17:60"', '"17:00:00"', "17:00:00", "17", '"１７:００"', '"17:00\\n"']),
        ("working_days", ["0", "251", "-1", "true", "20.0", '"20"', f"0x{'f' * 5000}"]),
        ("days_before", ["[]", "[30, 7]", "[0, 7]", "[7, 7, 0]", "[1001, 0]", "[7, -1, 0]", "[true, 0]", "[1, false]",
                         "[7.0, 0]", "0", '"0"', "[[0]]"]),
        ("director_from_days", ["-1", "1001", "false", "nan"]),
        ("weeks_without_end", ["-1", "53", "true", "inf"]),
    ],
)  # fmt: skip
def test_a_value_out_of_its_rule_is_refused_in_every_layer_that_may_say_it(key: str, values: list[str]) -> None:
    kind = min(COUNTS_FOR.get(key, Kind))
    places = ["default", 'unit."江苏省"']
    places += [] if key in OF_PERIOD else [f"kind.{kind}", f'obligation."12/{kind}/0"']
    for place in places:
        for value in values:
            with pytest.raises(RequestRefused) as refused:
                parsed(with_line(place, f"{key} = {value}"))
            assert f"{key}：" in refused.value.zh
            assert ALLOWED[key].en in refused.value.en


def test_a_forward_roll_is_refused_with_the_reason() -> None:
    with pytest.raises(RequestRefused, match="may pass the statutory one") as refused:
        parsed(with_line("default", 'roll = "forward"'))
    assert "可能晚于法定日期" in refused.value.zh


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("#" * (64 * 1024 + 1), id="too long"),
        pytest.param("#" + "督" * 22_000, id="too many bytes"),
        pytest.param("x = " + "[" * 30_000, id="brackets without end"),
        pytest.param(f"default{'.a' * 5000} = 1", id="tables without end"),
        pytest.param(f"version = 0x{'f' * 60_000}", id="a number without end"),
        pytest.param('version = "\ud800"', id="half a character"),
    ],
)
def test_a_hostile_document_is_refused_like_any_other(document: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        parsed(document)
    assert len(str(refused.value)) < 600


def test_the_longest_document_is_read() -> None:
    line = 'version = "2027-1"\n'
    assert parsed(line + "#" * (64 * 1024 - len(line))).version == "2027-1"


def test_the_guides_example_is_a_policy() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    policy = parsed(example)
    assert policy.units
    assert policy.single
    assert policy.kinds.keys() > Policy().kinds.keys()


def test_the_guide_names_every_key_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| `([^`]+)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    default = written(Policy()).split("\n\n")[1].splitlines()[1:]
    assert [f"{key} = {value}" for key, value in rows.items()] == default


# What follows holds for every document that is accepted.

_plans = st.sets(st.integers(0, 1000), max_size=8).map(lambda days: sorted(days | {0}, reverse=True))
_values: dict[str, st.SearchStrategy[Any]] = {
    "start": st.sampled_from(["listed", "in_force"]),
    "inclusive_end": st.booleans(),
    "strict_before": st.booleans(),
    "roll": st.sampled_from(["back", "none"]),
    "hour": st.times().map(lambda time: f"{time:%H:%M}"),
    "working_days": st.integers(1, 250),
    "days_before": _plans,
    "director_from_days": st.integers(0, 1000),
    "weeks_without_end": st.integers(0, 52),
}


def _layers(kind: Kind | None = None) -> st.SearchStrategy[Layer]:
    names = [name for name in _values if kind is None or (name not in OF_PERIOD and kind in COUNTS_FOR.get(name, Kind))]
    said = st.fixed_dictionaries({}, optional={name: _values[name] for name in names})
    return said.map(lambda found: Layer(**{name: ALLOWED[name].read(value) for name, value in found.items()}))


_of_kinds = st.sampled_from(Kind).flatmap(lambda kind: st.tuples(st.just(kind), _layers(kind)))
_singles = _of_kinds.map(lambda pair: (f"12/{pair[0]}/0", pair[1]))
policies = st.builds(
    Policy,
    version=st.just("2027-1"),
    default=_layers().map(lambda layer: layer.over(DEFAULT)),
    units=st.dictionaries(st.sampled_from(["江苏省", '演"示"集团']), _layers()),
    kinds=st.lists(_of_kinds).map(lambda pairs: {**Policy().kinds, **dict(pairs)}),
    single=st.lists(_singles).map(dict),
)


@given(policies)
def test_a_policy_written_and_read_again_is_the_same(policy: Policy) -> None:
    read = parsed(written(policy))
    kinds = {
        kind: Layer(**(Policy().kinds.get(kind, Layer()).said() | layer.said())) for kind, layer in policy.kinds.items()
    }
    assert (read.default, read.units, read.single, read.kinds) == (policy.default, policy.units, policy.single, kinds)
    assert tables(parsed(written(read))) == tables(read)


def _lives(on: date) -> list[tuple[Level, list[Event]]]:
    """Lives that between them have every matter of a certification."""
    late = [on + days * DAY for days in (200, 300, 320, 400)]
    excellence = log(
        event("listed", on),
        event("changed", late[0]),
        event("inquiry_received", late[1], late[2]),
        event("rectification_ordered", late[2], late[3]),
    )
    cancelled = log(event("listed", on), event("cancelled", late[0], cause="accident"))
    printed = log(event("listed", on, on + 1000 * DAY))
    cultivated = log(event("cultivation_listed", on, months="24"), event("acceptance_applied", late[0]))
    return [
        (Level.EXCELLENCE, excellence),
        (Level.EXCELLENCE, printed),
        (Level.EXCELLENCE, cancelled),
        (Level.PIONEER, cultivated),
    ]


def _all(rulebook: Rulebook, on: date, counting: Counting) -> list[tuple[Subject, Obligation]]:
    of, of_unit = Subject(SubjectKind.CERTIFICATION, 12), Subject(SubjectKind.UNIT, 1)
    footing = rulebook.footing(1)
    found = [(of, each) for level, events in _lives(on) for each in derive(live(level, events, footing), counting)]
    duties = Duties((on,), rulebook.rules[1], rulebook.rounds, on.year + 1)
    return found + [(of_unit, each) for each in derive_unit(duties, counting)]


def _rulebook(policy: Policy, on: date) -> Rulebook:
    rule = UnitRule(on, annual_report=(on.month, min(on.day, 28)), basis="虚构")
    round = Round(on.year, Level.PIONEER, "虚构", on + 30 * DAY, on + 90 * DAY, on + 120 * DAY)
    return Rulebook(policy, {1: "江苏省"}, {1: (rule,)}, (round,))


@given(policies, st.dates(date(2025, 12, 9), date(2040, 12, 31)), st.sampled_from([OFFICIAL, FORECAST]))
def test_no_policy_makes_a_safe_day_later_than_the_statutory_one(policy: Policy, on: date, table: Workdays) -> None:
    rulebook = _rulebook(parsed(written(policy)), on)
    counting = rulebook.counting(table, Subject(SubjectKind.CERTIFICATION, 12), 1, rulebook.rounds)
    found = _all(rulebook, on, counting)
    assert {each.kind for _, each in found} == set(Kind)
    for subject, each in found:
        check(subject, each)
        if each.kind in MILESTONES:
            continue
        assert each.dates.safe_due_on <= each.dates.due_on <= each.dates.late_after
        plan = counting.choices(each.kind, each.occurrence).plan
        assert "0d" in {stage.name for stage in stages(each.kind, each.dates, plan, table)}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("strict_before", False),
        ("roll", Rolling.NONE),
        ("working_days", 7),
        ("days_before", (45, 0)),
        ("director_from_days", 0),
        ("weeks_without_end", 3),
    ],
)
def test_a_choice_counts_for_exactly_the_kinds_that_it_is_accepted_for(key: str, value: Any) -> None:
    on = date(2026, 3, 2)
    rulebook = _rulebook(Policy(kinds={}), on)
    seen = []
    for choices in (DEFAULT, Layer(**{key: value}).over(DEFAULT)):
        counting = Counting(OFFICIAL, lambda _kind, _occurrence, choices=choices: choices, rulebook.rounds)
        seen.append(
            {
                (*named, each.kind, each.occurrence): (
                    each.dates,
                    stages(each.kind, each.dates, choices.plan, OFFICIAL),
                )
                for *named, each in _all(rulebook, on, counting)
            }
        )
    was, stands = seen
    assert was.keys() == stands.keys()
    assert {name[1] for name in was if was[name] != stands[name]} == set(COUNTS_FOR[key])
