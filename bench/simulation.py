"""Ten years simulated: the real flows, day by day, on a copy, with nothing written and nothing carried."""

import csv
import resource
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from service import wiring
from service.domain.units import PROVINCIAL_UNITS
from service.flows import contacts, forecast, intake, simulate
from service.settings import Settings

_FIRST, _LAST = date(2026, 1, 1), date(2035, 12, 31)
_LISTED_FROM, _LISTED_OVER = date(2023, 1, 1), 1096  # one day after the other, so that every week has something due


def run(certifications: int) -> None:
    """Print how long the ten years of so many certifications took, and what would have gone out."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            _env_file=None,
            database_url=f"sqlite:///{folder}/bench.db",
            mail_url=f"maildir:{folder}/mailbox",
            secret_key="bench-key-that-is-long-enough",
        )
        with wiring.opened(settings) as house:
            _fill(house, Path(folder), certifications)
            wall, cpu = time.perf_counter(), time.process_time()
            done = simulate.simulate(house.desk, _FIRST, _LAST)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            started = time.perf_counter()
            foreseen = forecast.foresee(house.desk, _FIRST, _LAST)
            looked = time.perf_counter() - started
    letters = sum(done.totals.values())
    assert letters == sum(row.letters for row in foreseen), "the forecast and the simulation differ"
    print(f"{certifications:,} certifications, ten years simulated, SQLite:")
    print(f"  {wall:.1f} s ({cpu:.1f} s CPU), {letters:,} letters on {done.passed.days:,} days, {dict(done.totals)}")
    print(
        f"  {letters / wall:,.0f} letters/s; peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
    )
    print(f"  the forecast of the same ten years: {looked:.1f} s, the same number of letters")


def _fill(house: wiring.House, folder: Path, certifications: int) -> None:
    """Half excellence, half pioneers in cultivation, each with one contact; every unit has one too."""
    header = "enterprise,factory,level,recommending_unit,batch,listed_on,cultivation_from,cultivation_months"
    sheet = [[*header.split(","), "contact_name", "contact_email"]]
    for number in range(certifications):
        listed = str(_LISTED_FROM + timedelta(days=number % _LISTED_OVER))
        dates = ["excellence", listed, "", ""] if number % 2 else ["pioneer", "", listed, "24"]
        unit = PROVINCIAL_UNITS[number % len(PROVINCIAL_UNITS)].name
        person = ["合成经办人", f"handler@e{number}.enterprise.example"]
        named = [f"合成企业{number}有限公司", f"合成智能工厂{number}", dates[0], unit, "合成"]
        sheet.append([*named, *dates[1:], *person])
    done = intake.import_sheet(house.desk, _written(folder, sheet), _FIRST, "bench")
    assert done.added == certifications, done.errors[:3]
    people = [["owner_kind", "owner", "role", "name", "email"]]
    people += [
        ["unit", unit.name, "handler", "合成经办人", f"handler@u{number}.unit.example"]
        for number, unit in enumerate(PROVINCIAL_UNITS)
    ]
    met = contacts.import_contacts(house.desk, _written(folder, people), _FIRST, "bench")
    assert not met.errors, met.errors[:3]


def _written(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "sheet.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path
