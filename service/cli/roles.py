"""``duban up``, ``web``, ``worker``, ``scheduler``, ``migrate``: the roles of a running service."""

import os
import sys
from contextlib import ExitStack
from time import sleep
from typing import Annotated

import typer

from jobs import actors, brokers, metrics, running, scheduler, supervisor
from jobs.guard import SchemaGuard
from service import settings, wiring
from service.flows.desk import LEGAL_ZONE
from service.store import migrations
from service.web.serving import served

Threads = Annotated[int, typer.Option(min=1, max=256, help="工作线程数 / worker threads")]
Processes = Annotated[
    int, typer.Option(min=1, max=64, help="进程数，有进程退出即重启 / processes; one that ends is started again")
]
_LOOK_SECONDS = 0.2
Host = Annotated[str, typer.Option(help="网页监听的地址 / the address that the console listens on")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="网页监听的端口 / its port")]
Supervisor = Annotated[int | None, typer.Option(hidden=True, help="监管进程 / the process that started this one")]


def add_to(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(up)
    app.command()(web)
    app.command()(worker)
    app.command("scheduler")(schedule)
    app.command()(migrate)


def up(host: Host = "127.0.0.1", port: Port = 8000, threads: Threads = 8) -> None:
    """一个进程内运行网页、调度与投递，直到收到停止信号 / console, scheduler and worker in one process."""
    _run(works=True, schedules=True, threads=threads, console=(host, port))


def web(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """只运行网页 / the console alone."""
    told = running.told_by_signal()
    with wiring.opened(settings.load()) as house, served(house, host, port) as address:
        typer.echo(f"控制台 / console: {address}    Ctrl+C 停止 / stops it", err=True)
        while not told():
            sleep(_LOOK_SECONDS)
    typer.echo("督办已停止 / Duban has stopped", err=True)


def worker(processes: Processes = 1, threads: Threads = 8, supervised_by: Supervisor = None) -> None:
    """只运行投递 / the worker alone."""
    if processes == 1:
        _run(works=True, schedules=False, threads=threads, parent=supervised_by)
    else:
        _supervise(processes, threads)


def schedule() -> None:
    """只运行调度 / the scheduler alone."""
    _run(works=False, schedules=True, threads=1)


def migrate() -> None:
    """把数据库升级到最新结构 / bring the database to the newest schema."""
    with wiring.built(settings.load()) as house:
        migrations.upgrade(house.engine, wiring.now())
    typer.echo(f"{migrations.newest()}")


def _run(
    *,
    works: bool,
    schedules: bool,
    threads: int,
    parent: int | None = None,
    console: tuple[str, int] | None = None,
) -> None:
    with wiring.opened(settings.load()) as house:
        bells = brokers.open_broker(house.settings.broker_url, house.engine, wiring.now)
        guard = SchemaGuard(house.engine)
        bells.add_middleware(guard)
        work = wiring.Work(house)
        actors.declare(bells, work)
        clockwork = scheduler.Scheduler(house.engine, bells, wiring.now, LEGAL_ZONE) if schedules else None
        told = running.told_by_signal()

        def over() -> bool:
            return told() or guard.tripped() or (parent is not None and os.getppid() != parent)

        with ExitStack() as doors:
            address = "" if parent else house.settings.metrics_address
            doors.enter_context(metrics.served(address, house.desk, wiring.business_day))
            if console:
                typer.echo(f"控制台 / console: {doors.enter_context(served(house, *console))}", err=True)
            typer.echo("督办已启动，Ctrl+C 停止 / Duban is up, Ctrl+C stops it", err=True)
            code = running.run(bells, clockwork, works, over, threads, stopping=work.stop)
        if code != 0:
            sys.stderr.flush()
            os._exit(code)  # something hangs, so nothing more is waited for
        if guard.refusal:
            raise guard.refusal
        typer.echo("督办已停止 / Duban has stopped", err=True)


def _supervise(processes: int, threads: int) -> None:
    # -P: the working directory is no place to import from.
    program = [sys.executable, "-P", "-c", "from service.cli import main; main()"]
    command = [*program, "worker", "--threads", str(threads), "--supervised-by", str(os.getpid())]
    with wiring.opened(settings.load()) as house:  # a first look, so that what is wrong is said once
        brokers.open_broker(house.settings.broker_url, house.engine, wiring.now).close()
        with metrics.served(house.settings.metrics_address, house.desk, wiring.business_day):
            code = supervisor.supervise(command, processes, running.told_by_signal())
    raise typer.Exit(code)
