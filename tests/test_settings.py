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
