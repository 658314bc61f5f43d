"""What the commands share: reading arguments, writing one JSON document or lines, progress on a terminal only."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from service import settings, wiring
from service.cli import noted
from service.domain.certification import Certification, RecommendingUnit
from service.domain.errors import RequestRefused
from service.flows.desk import Progress as Told
from service.flows.holders import unit_named
from service.store import certifications
from service.store.database import reading

AsJson = Annotated[bool, typer.Option("--json", help="只输出一个 JSON 文档 / print one JSON document, nothing else")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="业务日，默认今天（北京时间） / business day, default today"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只看结果，不保存 / show only, store nothing")]


@contextmanager
def house() -> Iterator[wiring.House]:
    """The house by the settings in force; what a command changes in it is noted first."""
    with wiring.opened(settings.load()) as opened:
        noted.note(opened)
        yield opened


def day(option: str, text: str) -> date:
    """The date that an option gives; RequestRefused names the option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RequestRefused(
            f"{option}“{text}”不是日期，请写作 2027-08-06", f'{option} "{text}" is no date: write it as 2027-08-06'
        ) from None


def day_given(option: str, text: str | None) -> date | None:
    """The date that an option gives, if it is given."""
    return None if text is None else day(option, text)


def business_day(as_of: str | None) -> date:
    """The day of ``--as-of``, or today."""
    return day_given("--as-of", as_of) or wiring.business_day()


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def print_rows(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table for people; on a pipe, lines with tabs under a line of headers."""
    if not sys.stdout.isatty():
        if any(headers):
            print("\t".join(headers))
        for row in rows:
            print("\t".join(str(cell) for cell in row))
        return
    table = Table(*headers)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console().print(table)


def print_effect(effect: Mapping[str, object], as_json: bool, *, dry_run: bool = False) -> None:
    """What a change led to, or on a dry run would lead to; for people an empty value is a dash."""
    if as_json:
        print_json(effect)
    else:
        said = {name: "、".join(value) if isinstance(value, list) else value for name, value in effect.items()}
        print_rows(("", ""), [(name, "–" if value in (None, "") else value) for name, value in said.items()])
    if dry_run:
        print("只是预览，什么也没有保存 / shown only: nothing was stored", file=sys.stderr)


def counted(counts: Mapping[str, object]) -> str:
    """Counts or particulars for people: those that are not zero or empty."""
    return " ".join(f"{name}={count}" for name, count in counts.items() if count)


@contextmanager
def progress(words: str, total: int | None = None) -> Iterator[Told]:
    """Tell how far long work has come: a bar on a terminal, nothing on a pipe."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(words, total=total)
        yield lambda done: bar.update(task, completed=done)


def unit(opened: wiring.House, text: str) -> RecommendingUnit:
    """The recommending unit of this name or alias; RequestRefused lists those on record."""
    with reading(opened.engine) as connection:
        return unit_named(connection, text)


def certification(opened: wiring.House, text: str) -> Certification:
    """The one certification that ``text`` finds; RequestRefused lists the candidates where it is not one."""
    with reading(opened.engine) as connection:
        found = certifications.matching(connection, text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise RequestRefused(f"没有找到“{text}”对应的认定", f'no certification matches "{text}"')
    listed = "; ".join(f"{each.id} {each.enterprise} {each.factory} ({each.level})" for each in found[:20])
    raise RequestRefused(
        f"“{text}”对应多个认定，请用编号指明：{listed}",
        f'"{text}" matches several certifications: name one by its number',
    )
