"""A process killed at any instant loses no letter; what goes twice is what the relay had accepted unknown to us."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.house import EXCELLENCE, TODAY
from tests.path.crash_program import POINTS, Point
from tests.path.crash_tables import RECORDING, Cells, Table
from tests.path.crashing import KILLED, Launcher, Scene, staged, twice

TABLE = Table("| point | command | 死于 | dies | SQLite | PostgreSQL |", ("sqlite", "postgresql"))
LETTERS = 16  # two groups of those that are settled together


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    launcher = Launcher()
    yield launcher
    launcher.close()


@pytest.fixture(scope="module")
def measured() -> Iterator[Cells]:
    """What each cell came to; the document is written from it when asked for."""
    cells: Cells = {}
    yield cells
    if RECORDING:
        TABLE.record({point.name: f"{point.command} | {point.zh} | {point.en} | " for point in POINTS}, cells)


def due_reminders(scene: Scene) -> tuple[set[str], list[str]]:
    return scene.take_in(LETTERS), ["scan"]


def planned_reminders(scene: Scene) -> tuple[set[str], list[str]]:
    people = scene.take_in(LETTERS)
    assert scene.house.scan().planned == LETTERS
    return people, ["deliver"]


def due_lists(scene: Scene) -> tuple[set[str], list[str]]:
    scene.day += timedelta(days=60)  # near enough to be listed
    units = {"江苏省": "unit0@u.example", "浙江省": "unit1@u.example", "山东省": "unit2@u.example"}
    scene.house.take_in(
        *(EXCELLENCE | {"enterprise": f"企业{unit}有限公司", "recommending_unit": unit} for unit in units)
    )
    scene.house.meet(
        *(
            {"owner_kind": "unit", "owner": unit, "name": "联络员（演示）", "email": address}
            for unit, address in units.items()
        )
    )
    return set(units.values()), ["escalate"]


def a_matter_to_close(launcher: Launcher, scene: Scene) -> tuple[set[str], list[str]]:
    people = scene.take_in(2)
    assert scene.run(launcher, "scan") == scene.run(launcher, "deliver") == 0
    assert scene.accepted().keys() == people
    scene.relay.received.clear()
    return {"handler@a0.example"}, ["event", "1", "review_applied", "--on", TODAY.isoformat()]


def crashed(launcher: Launcher, scene: Scene, point: Point) -> tuple[set[str], float]:
    """Die at the point, start again, and deliver; who had to get a letter, and how long it took from the death."""
    if point.command == "event":
        expected, words = a_matter_to_close(launcher, scene)
    else:
        stage = {"scan": due_reminders, "deliver": planned_reminders, "escalate": due_lists}[point.command]
        expected, words = stage(scene)
    assert scene.run(launcher, *words, fault=point.name) == KILLED
    died = time.monotonic()
    if point.name != "event-done":  # what is on record is not recorded again
        assert scene.run(launcher, *words) == 0, scene.said
    if point.command != "deliver":
        assert scene.run(launcher, "deliver") == 0, scene.said
    return expected, time.monotonic() - died


@pytest.mark.parametrize("database", TABLE.columns)
@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_a_crash_loses_nothing(
    point: Point,
    database: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    launcher: Launcher,
    measured: Cells,
) -> None:
    with staged(tmp_path, request.getfixturevalue(f"{database}_url")) as scene:
        expected, seconds = crashed(launcher, scene, point)
        accepted = scene.accepted()
        states = scene.states()
    lost, again = len(expected - accepted.keys()), twice(accepted)
    measured[point.name, database] = cell = f"{lost} · {again} · {seconds:.1f} s"
    print(f"{point.name} × {database}: {cell}")

    assert lost == 0
    assert set(states) <= {"sent", "withdrawn"}
    assert {len(message_ids) for message_ids in accepted.values()} == {1}, "under the same Message-ID, or not at all"
    assert bool(again) == point.accepted
    TABLE.compare(point.name, database, cell)


def test_the_document_has_a_row_for_every_point_and_no_other() -> None:
    TABLE.has_rows([point.name for point in POINTS])
