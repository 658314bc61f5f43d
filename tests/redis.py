"""A real Redis for the tests: Debian's ``redis-server``, on a port of its own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.keeping import PLACES, await_answer, free_ports, kept, private_folder
from tests.requirements import require


@contextmanager
def running_redis(port: int = 0, data: Path | None = None) -> Iterator[str]:
    """The URL of a server that runs until the end of the block; with ``data``, it remembers there what it has."""
    program = shutil.which("redis-server", path=PLACES)
    require("redis", program is not None, "there is no redis-server (Debian: apt install redis-server)")
    home = private_folder("duban-redis-")
    port = port or free_ports(1)[0]
    remembering = f'--dir "{data}" --appendonly yes' if data else "--appendonly no"
    start = f'{program} --bind 127.0.0.1 --port {port} --save "" {remembering} & servers=$!'
    with kept(home, start, {}):
        await_answer(home, port, b"PING\r\n", b"+PONG")
        yield f"redis://127.0.0.1:{port}/0"
