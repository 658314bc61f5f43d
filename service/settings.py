"""Settings, frozen, from the environment, ``.env`` or files; read by wiring and the commands alone."""

import re
from collections.abc import Callable, Mapping
from email.utils import getaddresses, parseaddr
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from email_validator import EmailNotValidError, validate_email
from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service import environment
from service.channels.listening import endpoint
from service.channels.ping import open_ping
from service.channels.registry import apart, open_channels
from service.channels.returns import open_returns
from service.domain.digest import LETTERS_A_DAY, Hours
from service.domain.errors import RequestRefused
from service.domain.flood import Flood

DEMO_KEY = "demo-key-for-loopback-only"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SECRET = ("secret_key",)
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|::1")
_BROKER_PATHS = dict.fromkeys(("redis", "rediss"), r"(/\d*)?") | dict.fromkeys(("amqp", "amqps"), "(/[^/]*)?")
_PLACES: Mapping[str, Callable[[str], object]] = {
    "bounce_url": open_returns,
    "heartbeat_url": open_ping,
    "metrics_address": endpoint,
    "quiet_hours": Hours.outside,
}
_URLS = ("database_url", "broker_url", "mail_url", "bounce_url", "heartbeat_url")


class _Wrong(ValueError):
    """What is wrong with a value, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class Settings(BaseSettings):
    """What the contract calls ``DUBAN_…``; each field's default is the embedded one."""

    model_config = SettingsConfigDict(
        env_prefix=environment.PREFIX, env_file=environment.ENV_FILE, extra="ignore", frozen=True
    )

    database_url: str = "sqlite:///var/duban.db"
    broker_url: str = ""
    mail_url: str = "maildir:var/mailbox"
    mail_from: str = "督办 <duban@demo.example>"
    site_url: str = "http://127.0.0.1:8000"
    secret_key: str = DEMO_KEY
    timezone: str = "Asia/Shanghai"
    flood_letters: int = Field(default=500, ge=0)
    flood_factor: int = Field(default=5, ge=1)
    bounce_url: str = ""
    canary_address: str = ""
    heartbeat_url: str = ""
    metrics_address: str = ""
    keep_days: int = Field(default=1095, ge=0, le=36500)
    letters_a_day: int = Field(default=LETTERS_A_DAY, ge=0)
    quiet_hours: str = "20:00-08:00"

    @field_validator("broker_url")
    @classmethod
    def _known_broker(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            path = _BROKER_PATHS.get(parts.scheme)
            plain = value.isprintable() and " " not in value
            known = plain and path and re.fullmatch(path, parts.path) and parts.hostname and parts.port != 0
        except ValueError:
            known = None
        if value and not known:
            raise _Wrong(
                "应留空（任务队列即在数据库内），或写作 redis://主机:6379/0、amqp://用户:口令@主机:5672/虚拟主机"
                "（加密连接用 rediss://、amqps://）",
                "must be empty (the queue lives in the database itself), redis://HOST:6379/0 or "
                "amqp://USER:PASSWORD@HOST:5672/VHOST (encrypted: rediss://, amqps://)",
            )
        return value

    @field_validator("mail_url")
    @classmethod
    def _known_channel(cls, value: str) -> str:
        for channel in open_channels(value):  # says itself what is wrong
            channel.close()
        return value

    @field_validator(*_PLACES)
    @classmethod
    def _known_place(cls, value: str, info: ValidationInfo) -> str:
        if value:
            _PLACES[info.field_name or ""](value)  # says itself what is wrong
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

    @field_validator("mail_from", "canary_address")
    @classmethod
    def _mail_address(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.field_name == "canary_address":
            return value
        try:
            found = validate_email(parseaddr(value)[1], check_deliverability=False).ascii_email
        except EmailNotValidError:
            found = None
        if found is None or not value.isprintable() or len(getaddresses([value])) != 1:
            raise _Wrong(
                "应为单个邮件地址，@ 前为英文，如 督办 <duban@unit.example>",
                "must be one mail address, ASCII before the @, such as 督办 <duban@unit.example>",
            )
        return found if info.field_name == "canary_address" else value

    @model_validator(mode="after")
    def _demo_key_stays_at_home(self) -> "Settings":
        by_mail = any(
            url.lower().startswith("smtp") for url in apart(self.mail_url)
        ) or self.bounce_url.lower().startswith("imap")
        outside = self.host not in _LOOPBACK or by_mail
        if outside and (self.secret_key == DEMO_KEY or len(self.secret_key) < 16):
            raise _Wrong(
                "对外发信或对外服务前，请把 DUBAN_SECRET_KEY 设为 16 个以上的随机字符",
                "before mail leaves or strangers call, set DUBAN_SECRET_KEY to 16 or more random characters",
            )
        return self

    @model_validator(mode="after")
    def _canary_comes_home(self) -> "Settings":
        if self.canary_address and not self.bounce_url:
            raise _Wrong(
                "DUBAN_CANARY_ADDRESS 的来信须能在 DUBAN_BOUNCE_URL 所指的邮箱中读到，请一并设置",
                "what DUBAN_CANARY_ADDRESS gets is looked for in the mailbox of DUBAN_BOUNCE_URL: set both",
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
    def flood(self) -> Flood:
        """How many letters a day may have without a person's word; 0 letters: as many as there are."""
        return Flood(self.flood_letters, self.flood_factor)

    @property
    def hours(self) -> Hours | None:
        """When letters go that can wait; None: at any hour."""
        return Hours.outside(self.quiet_hours) if self.quiet_hours else None

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which times are shown."""
        return ZoneInfo(self.timezone)


def _ascii_host(url: str) -> str:
    """The host of a URL, a Chinese domain in its ASCII form. Raises ValueError where it cannot be one."""
    return (urlsplit(url).hostname or "").encode("idna").decode("ascii")


def load(**given: Any) -> Settings:
    """The settings in force, ``given`` ones first. Raises RequestRefused with one sentence naming the variable."""
    environment.check_env_file()
    in_files = environment.in_files(name for name in Settings.model_fields if name not in given)
    try:
        return Settings(**{**in_files, **given})
    except ValidationError as failure:
        first = failure.errors()[0]
        name = f"{environment.variable(str(first['loc'][0]))}: " if first["loc"] else ""
        wrong = first.get("ctx", {}).get("error")
        zh, en = (wrong.zh, wrong.en) if isinstance(wrong, _Wrong) else (first["msg"], first["msg"])
        raise RequestRefused(f"设置有误，{name}{zh}", f"a setting is wrong: {name}{en}") from None


def unknown() -> list[str]:
    """The names like ours in the environment or ``.env`` that no setting has: misspelt, or of another version."""
    return environment.unknown(Settings.model_fields)


def shown(settings: Settings) -> list[dict[str, str]]:
    """Each setting with its value (secrets masked) and its source, for people."""
    return [
        {
            "name": environment.variable(name),
            "value": _masked(name, str(getattr(settings, name))),
            "source": environment.source(name),
        }
        for name in Settings.model_fields
    ]


def _masked(name: str, value: str) -> str:
    if name in _SECRET:
        return "demo" if value == DEMO_KEY else "set"
    if name not in _URLS:
        return value
    if name == "heartbeat_url":  # its path is the secret
        return re.sub("(?<=[^:/])[/?].*", "/***", value)
    if name == "bounce_url":  # what stands after its last ? is open, and holds an @ of its own
        place, mark, open_words = value.rpartition("?")
        return re.sub("://.*@", "://***@", place) + mark + open_words
    value = re.sub("(?i)(password=)[^&]*", r"\1***", value)
    return re.sub("://.*@", "://***@", value)  # greedy: a password may hold an @, a comma or a slash
