"""Settings, frozen, from the environment or ``.env``; read by wiring and the commands alone."""

import os
import re
from collections.abc import Mapping
from email.utils import getaddresses, parseaddr
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from email_validator import EmailNotValidError, validate_email
from pydantic import ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.channels.registry import open_channel
from service.domain.errors import RequestRefused

DEMO_KEY = "demo-key-for-loopback-only"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ENV_FILE = Path(".env")
_SECRET = ("secret_key",)
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|::1")
_URLS = ("database_url", "broker_url", "mail_url")


class _Wrong(ValueError):
    """What is wrong with a value, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class Settings(BaseSettings):
    """What the contract calls ``DUBAN_…``; each field's default is the embedded one."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_", env_file=_ENV_FILE, extra="ignore", frozen=True)

    database_url: str = "sqlite:///var/duban.db"
    broker_url: str = ""
    mail_url: str = "maildir:var/mailbox"
    mail_from: str = "督办 <duban@demo.example>"
    site_url: str = "http://127.0.0.1:8000"
    secret_key: str = DEMO_KEY
    timezone: str = "Asia/Shanghai"

    @field_validator("broker_url")
    @classmethod
    def _known_broker(cls, value: str) -> str:
        if value:
            raise _Wrong(
                "目前只能留空（任务队列即在数据库内），尚不支持 Redis 或 RabbitMQ；请删除该项设置",
                "only empty for now: the queue lives in the database itself, Redis and RabbitMQ are not supported yet",
            )
        return value

    @field_validator("mail_url")
    @classmethod
    def _known_channel(cls, value: str) -> str:
        open_channel(value).close()  # says itself what is wrong
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones, as Asia
            raise _Wrong(
                "没有此时区，请写作 Asia/Shanghai", "no time zone of this name: write it as Asia/Shanghai"
            ) from None
        return value

    @field_validator("site_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        # Every Message-ID and UID ends in the host, so it must be one that a header can carry.
        try:
            parts = urlsplit(value)
            known = parts.scheme in ("http", "https") and _HOST.fullmatch(_ascii_host(value)) and parts.port != 0
        except ValueError:
            known = None
        if not known:
            raise _Wrong("应为网址，如 https://duban.example", "must be a web address such as https://duban.example")
        return value.rstrip("/")

    @field_validator("mail_from")
    @classmethod
    def _mail_address(cls, value: str) -> str:
        try:
            found = validate_email(parseaddr(value)[1], check_deliverability=False).ascii_email
        except EmailNotValidError:
            found = None
        if found is None or not value.isprintable() or len(getaddresses([value])) != 1:
            raise _Wrong(
                "应为单个邮件地址，@ 前为英文，如 督办 <duban@unit.example>",
                "must be one mail address, ASCII before the @, such as 督办 <duban@unit.example>",
            )
        return value

    @model_validator(mode="after")
    def _demo_key_stays_at_home(self) -> "Settings":
        outside = self.host not in _LOOPBACK or not self.mail_url.startswith("maildir:")
        if outside and (self.secret_key == DEMO_KEY or len(self.secret_key) < 16):
            raise _Wrong(
                "对外发信或对外服务前，请把 DUBAN_SECRET_KEY 设为 16 个以上的随机字符",
                "before mail leaves or strangers call, set DUBAN_SECRET_KEY to 16 or more random characters",
            )
        return self

    @property
    def host(self) -> str:
        """The site's host name."""
        return _ascii_host(self.site_url)

    @cached_property
    def sender(self) -> tuple[str, str]:
        """Display name and address that letters come from."""
        name, address = parseaddr(self.mail_from)
        found = validate_email(address, check_deliverability=False)
        return name or "Duban", found.ascii_email or found.normalized

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which times are shown."""
        return ZoneInfo(self.timezone)


def _ascii_host(url: str) -> str:
    """The host of a URL, a Chinese domain in its ASCII form. Raises ValueError where it cannot be one."""
    return (urlsplit(url).hostname or "").encode("idna").decode("ascii")


def load(**given: Any) -> Settings:
    """The settings in force, ``given`` ones first. Raises RequestRefused with one sentence naming the variable."""
    _check_env_file()
    try:
        return Settings(**given)
    except ValidationError as failure:
        first = failure.errors()[0]
        name = f"DUBAN_{str(first['loc'][0]).upper()}: " if first["loc"] else ""
        wrong = first.get("ctx", {}).get("error")
        zh, en = (wrong.zh, wrong.en) if isinstance(wrong, _Wrong) else (first["msg"], first["msg"])
        raise RequestRefused(f"设置有误，{name}{zh}", f"a setting is wrong: {name}{en}") from None


def _check_env_file() -> None:
    """Refuse a ``.env`` that cannot be read to its end: a line passed over would leave a default in force unseen."""
    if not _ENV_FILE.is_file():
        return
    try:
        lines = parse_stream(StringIO(_ENV_FILE.read_text("utf-8")))
        wrong = next((line.original.line for line in lines if line.error), None)
    except (UnicodeDecodeError, OSError):
        raise RequestRefused(
            ".env 无法读取，请另存为 UTF-8 编码的文本文件", ".env cannot be read: save it as a text file in UTF-8"
        ) from None
    if wrong is not None:
        raise RequestRefused(f".env 第 {wrong} 行应写作 名称=值", f"line {wrong} of .env must be NAME=VALUE")


def unknown() -> list[str]:
    """The names like ours in the environment or ``.env`` that no setting has: misspelt, or of another version."""
    names = {name.upper() for name in (*os.environ, *dotenv_values(_ENV_FILE)) if name.upper().startswith("DUBAN_")}
    return sorted(names - {f"DUBAN_{name.upper()}" for name in Settings.model_fields})


def shown(settings: Settings) -> list[dict[str, str]]:
    """Each setting with its value (secrets masked) and its source, for people."""
    from_file = {name.upper(): value for name, value in dotenv_values(_ENV_FILE).items()}
    return [_shown(name, str(getattr(settings, name)), from_file) for name in Settings.model_fields]


def _shown(name: str, value: str, from_file: Mapping[str, str | None]) -> dict[str, str]:
    variable = f"DUBAN_{name.upper()}"
    source = "environment" if variable in os.environ else ".env" if variable in from_file else "default"
    return {"name": variable, "value": _masked(name, value), "source": source}


def _masked(name: str, value: str) -> str:
    if name in _SECRET:
        return "demo" if value == DEMO_KEY else "set"
    if name in _URLS and "@" in value:
        return re.sub("://.*@", "://***@", value)  # greedy: a password may hold an @, a comma or a slash
    return re.sub("(?i)(password=)[^&]*", r"\1***", value) if name in _URLS else value
