"""The bundled sample: a published list as an import sheet, with invented contacts; README.md says what is real."""

from importlib.resources import files
from pathlib import Path

DEMO_UNIT = "演示推荐单位（虚构）"
"""An invented central group, for the rows whose source names no place; it must be on record before the import."""


def sheet() -> Path:
    """The import sheet of certifications."""
    return _bundled("published.csv")


def contacts() -> Path:
    """The import sheet of the recommending units' contacts."""
    return _bundled("contacts.csv")


def _bundled(name: str) -> Path:
    return Path(str(files(__name__) / name))
