"""The queue of doorbells, opened by its URL: the database itself, Redis or RabbitMQ.

The libraries of the latter two are loaded only where they are used. Whatever a broker loses was only a bell: what is
owed stands in the database, and is called again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from dramatiq import Broker
from dramatiq.errors import BrokerConnectionError
from sqlalchemy import Engine

from jobs.brokers.common import LEASE
from jobs.brokers.database import DatabaseBroker
from service.domain.errors import RequestRefused, WorkFaulty


def open_broker(url: str, engine: Engine, clock: Callable[[], datetime], lease: timedelta = LEASE) -> Broker:
    """The broker of a DUBAN_BROKER_URL; empty: the database of ``engine``, by ``clock`` (UTC).

    Raises RequestRefused where the URL is none that its library takes, WorkFaulty where nobody answers there or lets
    us in. Neither repeats the URL, which may hold a password.
    """
    if not url:
        return DatabaseBroker(engine, clock, lease)
    parts = urlsplit(url)
    place = f"{parts.hostname}:{parts.port}" if parts.port else f"{parts.hostname}"
    try:
        return _connected(url, lease)
    except (ValueError, TypeError, SyntaxError):
        raise RequestRefused(
            "设置有误，DUBAN_BROKER_URL 中有无法识别的部分，请对照说明检查问号之后的选项",
            "a setting is wrong: DUBAN_BROKER_URL has a part that is not understood, check the options after its ?",
        ) from None
    except PermissionError:
        raise WorkFaulty(
            f"任务队列服务器 {place} 拒绝登录，请检查 DUBAN_BROKER_URL 中的用户名、口令和虚拟主机",
            f"the broker {place} does not let us in: check user, password and virtual host in DUBAN_BROKER_URL",
        ) from None
    except BrokerConnectionError:
        raise WorkFaulty(
            f"无法连接任务队列服务器 {place}，请检查 DUBAN_BROKER_URL，并确认该服务正在运行",
            f"the broker {place} cannot be reached: check DUBAN_BROKER_URL, and that it is running there",
        ) from None


def _connected(url: str, lease: timedelta) -> Broker:
    if url.startswith("redis"):
        from jobs.brokers.redis import open_redis

        return open_redis(url, lease)
    from jobs.brokers.rabbitmq import open_rabbitmq

    return open_rabbitmq(url, lease)
