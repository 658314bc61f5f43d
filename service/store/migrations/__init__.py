"""The schema and its history. Every role refuses a database that is older or newer than its code."""

from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from service.domain.errors import RequestRefused, WorkFaulty
from service.store import workdays

_FOLDER = Path(__file__).parent


def config(connection: Connection | None = None) -> Config:
    """How Alembic finds the revisions, and the connection that it works on."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision that this code works with."""
    return ScriptDirectory.from_config(config()).get_heads()[0]


def present(connection: Connection) -> str | None:
    """The revision of the database; None where it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, now: datetime) -> None:
    """Bring the database to the newest schema, in one transaction; a new one gets the seed's working days.

    SQLite rebuilds a table to change it, which its foreign keys would forbid: they are off meanwhile, and checked
    before anything is committed.
    """
    with engine.connect() as connection:
        rebuilds = connection.dialect.name == "sqlite"
        if rebuilds:
            _keep_foreign_keys(connection, on=False)
        with connection.begin():
            command.upgrade(config(connection), "head")
            workdays.seed(connection, now)
            if rebuilds and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                raise WorkFaulty(
                    f"升级后外键不一致（表 {broken[0]}），未作任何更改；请报告此问题",
                    f"the upgrade would break a foreign key of {broken[0]}: nothing was changed, please report it",
                )
        if rebuilds:
            _keep_foreign_keys(connection, on=True)


def _keep_foreign_keys(connection: Connection, *, on: bool) -> None:
    """SQLite's setting, which counts only outside a transaction: said to the driver, which begins none by itself."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def require_newest(engine: Engine) -> None:
    """Raise RequestRefused, saying which it is, where the database is older or newer than this code."""
    with engine.begin() as connection:
        found = present(connection)
    wanted = newest()
    if found == wanted:
        return
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    if found is None or found in known:
        raise RequestRefused(
            f"数据库结构较旧（{found or '空'}，程序需要 {wanted}），请先运行 duban migrate",
            f"the database schema is older ({found or 'empty'}) than this program ({wanted}): run duban migrate first",
        )
    raise RequestRefused(
        f"数据库结构（{found}）比本程序（{wanted}）新，请升级程序",
        f"the database schema ({found}) is newer than this program ({wanted}): upgrade the program",
    )
