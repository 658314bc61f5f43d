"""Settings: read from the environment and ``.env``; a bad one stops the program before it does anything."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from service import settings, wiring
from service.domain.errors import RequestRefused
from tests.command import Duban, duban

__all__ = ["duban"]

KEY = {"DUBAN_SECRET_KEY": "0123456789abcdef"}
OUTSIDE = {"DUBAN_MAIL_URL": "smtp://relay.example:25"}


def test_the_defaults_are_the_embedded_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    in_force = settings.load()

    assert (in_force.database_url, in_force.mail_url, in_force.broker_url) == (
        *("sqlite:///var/duban.db", "maildir:var/mailbox", ""),
    )
    assert (in_force.host, in_force.timezone) == ("127.0.0.1", "Asia/Shanghai")


def test_the_environment_goes_before_the_file_and_what_is_given_before_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("DUBAN_TIMEZONE=Asia/Urumqi\nDUBAN_MAIL_FROM=file@unit.example\n")
    monkeypatch.setenv("DUBAN_MAIL_FROM", "督办 <environment@unit.example>")
    in_force = settings.load(database_url="sqlite:///given.db")

    assert in_force.timezone == "Asia/Urumqi"
    assert in_force.sender == ("督办", "environment@unit.example")
    assert in_force.database_url == "sqlite:///given.db"


def test_the_sender_of_a_chinese_domain_is_written_in_its_ascii_form() -> None:
    assert settings.load(mail_from="duban@例子.example").sender == ("Duban", "duban@xn--fsqu00a.example")


def test_the_host_of_a_chinese_site_is_written_in_its_ascii_form() -> None:
    assert settings.load(site_url="https://例子.example", secret_key="0123456789abcdef").host == "xn--fsqu00a.example"


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        pytest.param({"DUBAN_DATABASE_URL": "mysql://h/db"}, "DUBAN_DATABASE_URL", id="another database"),
        pytest.param({"DUBAN_DATABASE_URL": "duban.db"}, "DUBAN_DATABASE_URL", id="no database URL"),
        pytest.param({"DUBAN_DATABASE_URL": "sqlite://"}, "DUBAN_DATABASE_URL", id="a database in memory"),
        pytest.param({"DUBAN_DATABASE_URL": "postgresql://h:port/db"}, "DUBAN_DATABASE_URL", id="a port of letters"),
        pytest.param(
            {"DUBAN_DATABASE_URL": "postgresql+psycopg://u:a-secret@h/db?colour=red"},
            "DUBAN_DATABASE_URL",
            id="an option that the database does not know",
        ),
        pytest.param({"DUBAN_DATABASE_URL": "sqlite:///file/duban.db"}, "DUBAN_DATABASE_URL", id="a file as folder"),
        pytest.param({"DUBAN_DATABASE_URL": "sqlite:///file"}, "DUBAN_DATABASE_URL", id="a file that is no database"),
        pytest.param({"DUBAN_BROKER_URL": "redis"}, "DUBAN_BROKER_URL", id="no broker URL"),
        pytest.param({"DUBAN_BROKER_URL": "sqs://a-secret@h"}, "DUBAN_BROKER_URL", id="another broker"),
        pytest.param({"DUBAN_BROKER_URL": "redis:///0"}, "DUBAN_BROKER_URL", id="a broker without a host"),
        pytest.param({"DUBAN_BROKER_URL": "redis://:a-secret@h/main"}, "DUBAN_BROKER_URL", id="a Redis with a name"),
        pytest.param(
            {"DUBAN_BROKER_URL": "amqp://u:a-secret@h:p"}, "DUBAN_BROKER_URL", id="a broker's port of letters"
        ),
        pytest.param({"DUBAN_BROKER_URL": "amqp://u:a-secret@h/a/b"}, "DUBAN_BROKER_URL", id="two virtual hosts"),
        pytest.param({"DUBAN_BROKER_URL": "redis://u:a-secret #@h"}, "DUBAN_BROKER_URL", id="a broker's bare password"),
        pytest.param({"DUBAN_MAIL_URL": "imap://u:a-secret@h", **KEY}, "DUBAN_MAIL_URL", id="another mail"),
        pytest.param({"DUBAN_MAIL_URL": "maildir:"}, "DUBAN_MAIL_URL", id="a mailbox without a folder"),
        pytest.param({"DUBAN_MAIL_URL": "smtp://u:a-secret@h:0", **KEY}, "DUBAN_MAIL_URL", id="a port that cannot be"),
        pytest.param(OUTSIDE, "DUBAN_SECRET_KEY", id="the demo key where mail leaves"),
        pytest.param({"DUBAN_SITE_URL": "https://duban.example"}, "DUBAN_SECRET_KEY", id="the demo key on a site"),
        pytest.param({**OUTSIDE, "DUBAN_SECRET_KEY": "short"}, "DUBAN_SECRET_KEY", id="a short key"),
        pytest.param({"DUBAN_SITE_URL": "duban.example"}, "DUBAN_SITE_URL", id="no web address"),
        pytest.param({"DUBAN_SITE_URL": "http://["}, "DUBAN_SITE_URL", id="a broken web address"),
        pytest.param({"DUBAN_SITE_URL": "http://a b/", **KEY}, "DUBAN_SITE_URL", id="a host with a space"),
        pytest.param({"DUBAN_SITE_URL": "http://a_b.example", **KEY}, "DUBAN_SITE_URL", id="a host that is no name"),
        pytest.param({"DUBAN_SITE_URL": "http://a.example:x", **KEY}, "DUBAN_SITE_URL", id="a site's port of letters"),
        pytest.param({"DUBAN_MAIL_FROM": "督办@unit.example"}, "DUBAN_MAIL_FROM", id="a sender that no relay takes"),
        pytest.param({"DUBAN_MAIL_FROM": "a\nb <x@unit.example>"}, "DUBAN_MAIL_FROM", id="a sender of two lines"),
        pytest.param({"DUBAN_MAIL_FROM": "a@u.example, b@u.example"}, "DUBAN_MAIL_FROM", id="two senders"),
        pytest.param({"DUBAN_TIMEZONE": "Asia"}, "DUBAN_TIMEZONE", id="a folder of time zones"),
        pytest.param({"DUBAN_MAIL_FROM": "督办"}, "DUBAN_MAIL_FROM", id="no mail address"),
        pytest.param({"DUBAN_TIMEZONE": "Mars/Olympus"}, "DUBAN_TIMEZONE", id="no time zone"),
    ],
)
def test_a_bad_setting_is_refused_in_one_sentence_and_nothing_is_done(
    duban: Duban, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], named: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "file").write_text("no database: " * 100)
    for command in ("scan", "migrate", "up"):
        ended = duban(command)
        assert ended.refused, (command, ended)
        assert named in ended.err
        assert "a-secret" not in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "redis://queue.unit.example",
        "rediss://:a-secret@queue.unit.example:6380/3?ssl_ca_certs=ca.pem",
        "amqp://duban:a%2Fsecret@127.0.0.1:5672/duban",
        "amqps://duban:a-secret@[::1]/",
    ],
)
def test_a_broker_may_be_the_database_redis_or_rabbitmq(url: str) -> None:
    assert settings.load(broker_url=url).broker_url == url


def test_a_setting_cannot_be_changed_once_it_is_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings.load().timezone = "UTC"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("secret_key", "0123456789abcdef", "set"),
        ("secret_key", settings.DEMO_KEY, "demo"),
        ("database_url", "postgresql+psycopg://duban:a-secret@h/db", "postgresql+psycopg://***@h/db"),
        ("mail_url", "smtps://user:a-secret@relay.example", "smtps://***@relay.example"),
        ("broker_url", "redis://:a-secret@h:6379/0", "redis://***@h:6379/0"),
        ("broker_url", "redis://duban@h:6379/0?password=a-secret&db=0", "redis://***@h:6379/0?password=***&db=0"),
        ("broker_url", "amqps://duban:a-se/c@ret@h/duban", "amqps://***@h/duban"),
        ("mail_url", "smtp://user:a-sec,r@et@relay.example", "smtp://***@relay.example"),
        (
            "database_url",
            "postgresql+psycopg:///db?password=a-secret&host=h",
            "postgresql+psycopg:///db?password=***&host=h",
        ),
        ("mail_url", "maildir:var/mailbox", "maildir:var/mailbox"),
    ],
)
def test_a_setting_is_shown_without_its_secret(name: str, value: str, shown: str) -> None:
    in_force = settings.load(secret_key="0123456789abcdef").model_copy(update={name: value})
    [row] = [row for row in settings.shown(in_force) if row["name"] == f"DUBAN_{name.upper()}"]

    assert row["value"] == shown


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        (datetime(2027, 8, 6, 15, 59, 59, tzinfo=UTC), date(2027, 8, 6)),
        (datetime(2027, 8, 6, 16, 0, tzinfo=UTC), date(2027, 8, 7)),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_business_day_changes_at_midnight_in_shanghai(
    monkeypatch: pytest.MonkeyPatch, utc: datetime, day: date
) -> None:
    monkeypatch.setattr(wiring, "now", lambda: utc)

    assert wiring.business_day() == day


def test_an_empty_file_is_migrated_unasked_and_an_empty_server_is_not(bare_database_url: str) -> None:
    in_force = settings.load(database_url=bare_database_url)
    if bare_database_url.startswith("sqlite"):
        with wiring.opened(in_force) as house:
            assert house.desk.engine is house.engine
    else:
        with pytest.raises(RequestRefused, match="duban migrate"), wiring.opened(in_force):
            pass


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"DUBAN_TIMEZONE=Asia/Shanghai\nDUBAN_MAIL_URL smtp://relay\n", "line 2", id="no equals"),
        pytest.param("# 注释\nDUBAN_TIMEZONE=Asia/Shanghai\n".encode("gb18030"), "UTF-8", id="GB18030"),
        pytest.param(b"\xff\xfe", "UTF-8", id="no text"),
    ],
)
def test_a_file_of_settings_that_cannot_be_read_to_its_end_is_refused(
    content: bytes, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(RequestRefused, match=words):
        settings.load()


def test_a_misspelt_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("DUBAN_MAIL_ULR=smtp://relay\nOTHER=1\n", encoding="utf-8")
    monkeypatch.delenv("DUBAN_TEST_REQUIRE", raising=False)  # the name of the tests themselves
    monkeypatch.setenv("DUBAN_TIMZONE", "Asia/Shanghai")

    assert settings.unknown() == ["DUBAN_MAIL_ULR", "DUBAN_TIMZONE"]


def test_a_value_may_lie_in_a_file_that_its_variable_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_bytes(b"\xef\xbb\xbf0123456789abcdef\r\n")
    (tmp_path / "zone").write_text("Asia/Urumqi\n")
    (tmp_path / ".env").write_text("DUBAN_TIMEZONE_FILE=zone\n")
    monkeypatch.setenv("DUBAN_SECRET_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("DUBAN_FLOOD_LETTERS", "7")
    in_force = settings.load()

    assert (in_force.secret_key, in_force.timezone) == ("0123456789abcdef", "Asia/Urumqi")
    rows = {row["name"]: (row["value"], row["source"]) for row in settings.shown(in_force)}
    assert rows["DUBAN_SECRET_KEY"] == ("set", "file")
    assert rows["DUBAN_TIMEZONE"] == ("Asia/Urumqi", "file")
    assert rows["DUBAN_FLOOD_LETTERS"] == ("7", "environment")
    assert rows["DUBAN_MAIL_FROM"][1] == "default"
    assert [name for name in settings.unknown() if name.endswith("_FILE")] == []


def test_a_value_in_a_file_is_checked_as_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_BROKER_URL_FILE", str(tmp_path / "broker"))
    (tmp_path / "broker").write_text("sqs://a-secret@h\n")
    with pytest.raises(RequestRefused, match="DUBAN_BROKER_URL: ") as refused:
        settings.load()

    assert "a-secret" not in str(refused.value)


@pytest.mark.parametrize("in_env_file", [True, False], ids=[".env", "environment"])
def test_a_value_given_both_by_itself_and_in_a_file_is_refused(
    in_env_file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_text("0123456789abcdef")
    monkeypatch.setenv("DUBAN_SECRET_KEY_FILE", "key")
    if in_env_file:
        (tmp_path / ".env").write_text("DUBAN_SECRET_KEY=another-secret-key")
    else:
        monkeypatch.setenv("DUBAN_SECRET_KEY", "another-secret-key")
    with pytest.raises(RequestRefused, match="DUBAN_SECRET_KEY and DUBAN_SECRET_KEY_FILE are both set"):
        settings.load()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        pytest.param("nowhere", "No such file", id="no file"),
        pytest.param(".", "Is a directory", id="a folder"),
        pytest.param("", "Is a directory", id="no name"),
        pytest.param("chinese", "UTF-8", id="GB18030"),
        pytest.param("large", "too large", id="too large"),
    ],
)
def test_a_file_of_a_value_that_cannot_be_read_is_told_in_one_sentence(
    duban: Duban, path: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chinese").write_bytes("口令".encode("gb18030"))
    (tmp_path / "large").write_bytes(b"x" * 100_000)
    monkeypatch.setenv("DUBAN_SECRET_KEY_FILE", path)
    ended = duban("scan")

    assert ended.refused
    assert "DUBAN_SECRET_KEY_FILE" in ended.err
    assert words in ended.err


def test_a_misspelt_name_of_a_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_SECRT_KEY_FILE", "key")

    assert "DUBAN_SECRT_KEY_FILE" in settings.unknown()
