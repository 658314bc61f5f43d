"""Where to listen, as DUBAN_METRICS_ADDRESS names it."""

import re
from typing import Final

from service.domain.errors import RequestRefused

_ENDPOINT: Final = re.compile(r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):(?P<port>[0-9]{1,5})", re.ASCII)


def endpoint(text: str) -> tuple[str, int]:
    """The host and port of ``host:port`` or ``[IPv6]:port``. Raises RequestRefused."""
    found = _ENDPOINT.fullmatch(text)
    if found is None or not 0 < int(found["port"]) < 65536:
        raise RequestRefused(
            "DUBAN_METRICS_ADDRESS：应写作 主机:端口，如 127.0.0.1:9464（所有地址：0.0.0.0:9464）",
            "DUBAN_METRICS_ADDRESS: write it as HOST:PORT, such as 127.0.0.1:9464 (every address: 0.0.0.0:9464)",
        )
    return found["host"].strip("[]"), int(found["port"])
