"""Serving the console from this process, beside whatever else it does."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from threading import Thread
from time import sleep

import uvicorn

from service.domain.errors import RequestRefused
from service.web.app import application
from service.wiring import House

_STOP_SECONDS = 5
_WAITING = 128


@contextmanager
def served(house: House, host: str, port: int, today: date | None = None) -> Iterator[str]:
    """Serve the console on a thread until the end of the block; its address. Port 0: one that the system chooses.

    ``today`` is the business day that every page is shown as of; None is the real one.
    Raises RequestRefused where the address cannot be listened on.
    """
    listening = _listening(host, port)
    config = uvicorn.Config(
        application(house, today),
        log_level="warning",
        lifespan="off",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, name="web", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        sleep(0.01)
    name, number = listening.getsockname()[:2]
    try:
        yield f"http://{f'[{name}]' if ':' in name else name}:{number}"
    finally:
        server.should_exit = True
        thread.join(_STOP_SECONDS * 2)
        listening.close()


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=_WAITING)
    except OSError as failure:
        raise RequestRefused(
            f"无法在 {host}:{port} 提供网页（{failure.strerror}），请用 --port 换一个端口",
            f"cannot listen on {host}:{port} ({failure.strerror}): choose another with --port",
        ) from None
