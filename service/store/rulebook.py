"""The tables of what dates lean on besides the log: policy, overrides, the units' own rules, notices.

Of what people set nothing is overwritten but a notice by its newer version: rows are added, and the newest stands.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Integer, String, Table, Text

from service.store.instant import Instant
from service.store.tables import metadata

# A day as a year's notice names it, a December day as two notices may: of them that of the later year stands.
workday = Table(
    "workday",
    metadata,
    Column("day", Date, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("name", String(50), nullable=False),
    Column("source", String(100), nullable=False),
    Column("notice", String(100), nullable=False),
    Column("loaded_at", Instant, nullable=False),
)

announced_year = Table(
    "announced_year",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("source", String(100), nullable=False),
    Column("notice", String(100), nullable=False),
    Column("loaded_at", Instant, nullable=False),
)

# What a person has set in the place of a counted date; rows are only ever added, the newest of an obligation stands.
# `due_on` and `safe_due_on` both null: the override is lifted.
override = Table(
    "override",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("certification_id", ForeignKey("certification.id"), nullable=True, index=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=True, index=True),
    Column("kind", String(30), nullable=False),
    Column("occurrence", String(30), nullable=False),
    Column("due_on", Date, nullable=True),
    Column("safe_due_on", Date, nullable=True),
    Column("reason", String(300), nullable=False),
    Column("author", String(100), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    CheckConstraint("(certification_id IS NULL) <> (unit_id IS NULL)", name="one_subject"),
    sqlite_autoincrement=True,
)

# What a unit has set of its own (Art. 9(4), 10(4), 16(4)), from a day on; rows are only ever added, and of a day the
# newest stands. `annual_report` is a month and day, as 12-20. What a rule leaves null an earlier one may say.
unit_rule = Table(
    "unit_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=False, index=True),
    Column("effective_on", Date, nullable=False),
    Column("validity_months", Integer, nullable=True),
    Column("review_months_before", Integer, nullable=True),
    Column("lapses", Boolean, nullable=True),
    Column("annual_report", String(5), nullable=True),
    Column("basis", String(200), nullable=False),
    Column("author", String(100), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

# What a unit has done of its own duties: `about` is the obligation's occurrence. Rows are only ever added; a null
# `on_day` takes the entry back.
unit_act = Table(
    "unit_act",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("about", String(30), nullable=False),
    Column("on_day", Date, nullable=True),
    Column("note", Text, nullable=False),
    Column("author", String(100), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

# A year's notice 年度通知 (Art. 7(2), 15) for one level; `apply_by` is for enterprises, `recommend_by` for units.
round_notice = Table(
    "round_notice",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("level", String(20), primary_key=True),
    Column("notice", String(100), nullable=False),
    Column("announced_on", Date, nullable=False),
    Column("apply_by", Date, nullable=False),
    Column("recommend_by", Date, nullable=False),
    Column("author", String(100), nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

# A unit's own earlier day for its enterprises in a round.
unit_round = Table(
    "unit_round",
    metadata,
    Column("unit_id", ForeignKey("unit.id"), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("level", String(20), primary_key=True),
    Column("apply_by", Date, nullable=False),
    Column("author", String(100), nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

# The policies that were ever in force, as written; the newest is. Without any, the built-in one is.
policy = Table(
    "policy",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", String(30), nullable=False, unique=True),
    Column("document", Text, nullable=False),
    Column("author", String(100), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
