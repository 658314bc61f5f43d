"""The command ``duban``: one file for each family of commands; a refusal is one sentence on stderr and exit code 2."""

import logging
import sys

import structlog
import typer
from sqlalchemy.exc import OperationalError

from service.cli.audit import add_to as add_audit
from service.cli.demo import add_to as add_demo
from service.cli.explain import add_to as add_explain
from service.cli.findings import add_to as add_findings
from service.cli.foresight import add_to as add_foresight
from service.cli.holidays import add_to as add_holidays
from service.cli.intake import add_to as add_intake
from service.cli.noted import keep_note
from service.cli.outbox import add_to as add_outbox
from service.cli.override import add_to as add_override
from service.cli.overseers import add_to as add_overseers
from service.cli.people import add_to as add_people
from service.cli.policy import add_to as add_policy
from service.cli.quarantine import add_to as add_quarantine
from service.cli.restored import add_to as add_restored
from service.cli.returned import add_to as add_returned
from service.cli.roles import add_to as add_roles
from service.cli.rounds import add_to as add_rounds
from service.cli.units import add_to as add_units
from service.cli.user import add_to as add_user
from service.cli.watch import add_to as add_watch
from service.domain.errors import RequestRefused, WorkFaulty

app = typer.Typer(
    name="duban",
    help="督办：智能工厂认定的期限提醒 / reminders of the dates of smart-factory certifications",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for add_family in (
    add_demo,
    add_roles,
    add_intake,
    add_outbox,
    add_quarantine,
    add_explain,
    add_findings,
    add_foresight,
    add_holidays,
    add_override,
    add_policy,
    add_restored,
    add_returned,
    add_rounds,
    add_units,
    add_overseers,
    add_user,
    add_watch,
    add_audit,
    add_people,
):
    add_family(app)
keep_note(app)


def main() -> None:
    """Run the command and end the process with its exit code."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        sys.exit(app(standalone_mode=False))
    except typer.BadParameter as misuse:
        sys.exit(_said(f"用法有误 / wrong usage: {' '.join(misuse.format_message().split())}", 2))
    except typer.TyperException as misuse:
        sentence = str(misuse)  # without a command it is the whole help
        sys.exit(_said(sentence if "\n" in sentence else f"用法有误 / wrong usage: {sentence}", 2))
    except RequestRefused as refusal:
        sys.exit(_said(str(refusal), 2))
    except WorkFaulty as fault:
        sys.exit(_said(str(fault), 1))
    except OperationalError as failure:
        # The driver's text may repeat the URL; its first line names host and cause only.
        cause = str(failure.orig).splitlines()[0]
        sys.exit(_said(f"数据库不可用：{cause} / the database cannot be used: {cause}", 1))


def _said(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code
