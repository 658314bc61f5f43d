"""Synthetic certifications, labelled as such, in any number."""

import csv
from datetime import date
from pathlib import Path

from service.flows import intake
from service.wiring import House

DAY = date(2027, 8, 6)
_HEADER = ("enterprise", "factory", "level", "cultivation_from", "cultivation_months", "contact_name", "contact_email")


def fill(house: House, letters: int) -> None:
    """``letters`` cultivating pioneers, each of which has one letter due on ``DAY``."""
    path = Path(house.engine.url.database or "").with_suffix(".csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(_HEADER)
        for number in range(letters):
            rows.writerow(
                (
                    f"合成企业{number}有限公司",
                    f"合成智能工厂{number}",
                    "pioneer",
                    "2025-11-24",
                    "24",
                    "合成经办人",
                    f"handler@e{number}.enterprise.example",
                )
            )
    done = intake.import_sheet(house.desk, path, DAY, "bench")
    assert done.added == letters, done.errors[:3]
