"""A real RabbitMQ for the tests: Debian's ``rabbitmq-server``, on ports of its own, with an epmd of its own.

It takes some seconds to start, so the processes of a parallel run share one, each with a virtual host of its own.
"""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pika import BlockingConnection, URLParameters

from tests.keeping import PLACES, await_answer, free_ports, joined, kept, private_folder
from tests.requirements import require

_HELLO = b"AMQP\x00\x00\x09\x01"
_OTHERS_SECONDS = 5
_VHOSTS = ("main", *(f"gw{number}" for number in range(16)))
_QUEUES = ("duban.ticks", "duban.deliveries", "conformance")
_SUFFIXES = ("", ".DQ", ".XQ")

_START = """
epmd -address 127.0.0.1 -port "$ERL_EPMD_PORT" & servers=$!
rabbitmq-server & servers="$! $servers"
"""

_CONFIGURATION = """
listeners.tcp.1 = 127.0.0.1:{port}
distribution.listener.interface = 127.0.0.1
load_definitions = {definitions}
log.file = false
log.console = true
disk_free_limit.absolute = 10MB
"""


@contextmanager
def running_rabbitmq(port: int = 0, data: Path | None = None, wait: float | None = None) -> Iterator[tuple[Path, str]]:
    """The home and the URL (without its virtual host) of a server that runs until the end of the block.

    With ``data``, a private folder, it remembers there what it has, and starts again with it.
    """
    found = shutil.which("rabbitmq-server", path=PLACES)
    require("rabbitmq", found is not None, "there is no rabbitmq-server (Debian: apt install rabbitmq-server)")
    home = private_folder("duban-rabbitmq-")
    amqp, epmd, distribution = free_ports(3)
    port = port or amqp
    definitions = home / "definitions.json"
    definitions.write_text(json.dumps(_definitions()))
    (home / "rabbitmq.conf").write_text(_CONFIGURATION.format(port=port, definitions=definitions))
    (home / "plugins").write_text("[].")
    environment = {
        "ERL_EPMD_PORT": str(epmd),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": "duban@localhost",
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(data or home),
        "RABBITMQ_LOG_BASE": str(home),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_FEATURE_FLAGS_FILE": str((data or home) / "feature_flags"),
        "RUNNING_UNDER_SYSTEMD": "true",  # the script becomes the server, which can then be told to end
    }
    with kept(home, _START, environment, wait):
        await_answer(home, port, _HELLO, b"\x01\x00\x00")
        yield home, f"amqp://guest:guest@127.0.0.1:{port}"


@contextmanager
def shared_rabbitmq(place: Path, process: str) -> Iterator[str]:
    """The URL of the server that the processes with this ``place`` share, with the virtual host of ``process``."""
    with ExitStack() as stack:
        with (place / "rabbitmq.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            url = _joined(stack, place / "rabbitmq") or _started(stack, place / "rabbitmq")
        yield f"{url}/{process}"


def wipe(url: str) -> None:
    """Delete the queues of Duban and of the tests, and those that dramatiq keeps beside them."""
    connection = BlockingConnection(URLParameters(url))
    channel = connection.channel()
    for queue in _QUEUES:
        for suffix in _SUFFIXES:
            channel.queue_delete(queue + suffix)
    connection.close()


def _joined(stack: ExitStack, note: Path) -> str | None:
    try:
        home, url = note.read_text().split("\n")
        stack.enter_context(joined(Path(home)))
    except OSError:
        return None
    return url


def _started(stack: ExitStack, note: Path) -> str:
    home, url = stack.enter_context(running_rabbitmq(wait=_OTHERS_SECONDS))
    note.write_text(f"{home}\n{url}")
    return url


def _definitions() -> dict[str, object]:
    """The virtual hosts, and ``guest`` with the password ``guest`` (salt and SHA-256, as the server keeps it)."""
    guest = {
        "name": "guest",
        "password_hash": "AAAAAPEoQ8a3jY6DABRiJzkoKooQbXiBp2iGLke7d+FVKzJx",
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": "administrator",
    }
    every = {"user": "guest", "configure": ".*", "write": ".*", "read": ".*"}
    return {
        "users": [guest],
        "vhosts": [{"name": name} for name in _VHOSTS],
        "permissions": [{"vhost": name, **every} for name in _VHOSTS],
    }
