"""Settings, frozen, from the environment or ``.env``; read by wiring and the commands alone."""

import os
import re
from collections.abc import Mapping
from email.utils import getaddresses, parseaddr
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from email_validator import EmailNotValidError, validate_email
from pydantic import ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.domain.errors import RequestRefused

DEMO_KEY = "demo-key-for-loopback-only"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
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

    model_config = SettingsConfigDict(env_prefix="DUBAN_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = "sqlite:///var/duban.db"
    broker_url: str = ""
    mail_url: str = "maildir:var/mailbox"
    mail_from: str = "督办 <duban@demo.example>"
    site_url: str = "http://127.0.0.1:8000"
    secret_key: str = DEMO_KEY
    timezone: str = "Asia/Shanghai"

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
    try:
        return Settings(**given)
    except ValidationError as failure:
        first = failure.errors()[0]
        name = f"DUBAN_{str(first['loc'][0]).upper()}: " if first["loc"] else ""
        wrong = first.get("ctx", {}).get("error")
        zh, en = (wrong.zh, wrong.en) if isinstance(wrong, _Wrong) else (first["msg"], first["msg"])
        raise RequestRefused(f"设置有误，{name}{zh}", f"a setting is wrong: {name}{en}") from None


def shown(settings: Settings) -> list[dict[str, str]]:
    """Each setting with its value (secrets masked) and its source, for people."""
    from_file = {name.upper(): value for name, value in dotenv_values(".env").items()}
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
