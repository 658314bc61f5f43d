"""The tables of the ladder: how far each matter has climbed, and the superior bodies that it may come to."""

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from service.store.tables import metadata

# One row for each time that a matter's ladder begins: a date that has moved begins another. `rungs`, `grace` and
# `policy` are frozen then. `look_on` is the next day on which a scan has to look; null at the top, or once it is over.
ladder = Table(
    "ladder",
    metadata,
    Column("obligation_id", ForeignKey("obligation.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("began_on", Date, nullable=False),
    Column("rungs", JSON, nullable=False),
    Column("grace", Integer, nullable=False),
    Column("policy", String(30), nullable=False),
    Column("rung", String(20), nullable=False),
    Column("since", Date, nullable=False),
    Column("look_on", Date, nullable=True, index=True),
)

# The rungs that a ladder went past since there was nobody to tell; `on_day` is when it first was at that.
passed_rung = Table(
    "passed_rung",
    metadata,
    Column("obligation_id", ForeignKey("obligation.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("rung", String(20), primary_key=True),
    Column("on_day", Date, nullable=False),
)

# Superior bodies 上级督办单位: each stands on one rung. `name_key` is the normalised name.
overseer = Table(
    "overseer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rung", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("name_key", String(200), nullable=False, unique=True),
    sqlite_autoincrement=True,
)

# What an overseer is told of: all that a unit has where no enterprise is named, else of that enterprise alone.
oversight = Table(
    "oversight",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("overseer_id", ForeignKey("overseer.id"), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    Column("enterprise_id", ForeignKey("enterprise.id"), nullable=True),
    UniqueConstraint("overseer_id", "unit_id", "enterprise_id"),
    Index("ix_oversight_unit_id_enterprise_id", "unit_id", "enterprise_id"),
)
