"""Ends a process whose database was migrated under it."""

from time import monotonic

import structlog
from dramatiq import Broker, MessageProxy, Middleware
from dramatiq.middleware import SkipMessage
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from service.domain.errors import RequestRefused
from service.store import migrations
from service.store.database import reading

_log = structlog.get_logger()
_LOOK_SECONDS = 5.0


class SchemaGuard(Middleware):
    """Looks at the schema before every message, and while nothing is rung, every few seconds.

    Once it is not this code's, no message is worked on: its bell is not rung again, for the row that it was about
    stands in the database, and whoever is of the new schema calls it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._newest = migrations.newest()
        self._look_at = monotonic() + _LOOK_SECONDS
        self.refusal: RequestRefused | None = None
        """Which schema was found; None as long as all is well."""

    def tripped(self) -> bool:
        """Whether the process has to end. Asked often, it looks every few seconds."""
        if monotonic() >= self._look_at:
            self._look()
        return self.refusal is not None

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """Let no message through to a database that this code does not know."""
        self._look()
        if self.refusal is not None:
            raise SkipMessage

    def _look(self) -> None:
        if self.refusal is not None:
            return
        self._look_at = monotonic() + _LOOK_SECONDS
        try:
            with reading(self._engine) as connection:
                found = migrations.present(connection)
            if found != self._newest:
                migrations.require_newest(self._engine)
        except RequestRefused as refusal:
            self.refusal = refusal
            _log.error("schema_changed", found=found, wanted=self._newest)
        except SQLAlchemyError:
            pass  # a database that is away is not another one; whoever needs it says so
