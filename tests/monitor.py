"""Whoever watches from outside: a web server of the tests' own that is pinged."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


class Monitor:
    """Answers every GET with ``status`` and keeps what was asked for; it waits for ``answers`` first."""

    def __init__(self) -> None:
        self.status = 200
        self.asked: list[str] = []
        self.answers = Event()
        self.answers.set()
        monitor = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                monitor.asked.append(self.path)
                monitor.answers.wait()
                self.send_response(monitor.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def url(self, path: str = "/ping/a-secret") -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}{path}"


@contextmanager
def monitoring() -> Iterator[Monitor]:
    """A monitor on a port of the kernel's choice."""
    monitor = Monitor()
    thread = Thread(target=monitor.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield monitor
    finally:
        monitor.answers.set()
        monitor.server.shutdown()
        thread.join()
        monitor.server.server_close()
