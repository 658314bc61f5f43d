"""A ping: where it may go, and what counts as taken."""

import pytest

from service.channels.ping import open_ping
from service.domain.errors import RequestRefused, WorkFaulty
from tests.monitor import monitoring


@pytest.mark.parametrize(
    "url",
    [
        "monitor.example/ping",
        "http://monitor.example/a-secret",
        "ftp://monitor.example/a-secret",
        "https://user:a-secret@monitor.example/",
        "https:///a-secret",
        "https://monitor.example:0/a-secret",
        "https://monitor.example:x/a-secret",
        "https://monitor.example/a secret",
        "https://monitor.example/a-secret\r\nX: y",
        "https://monitor.example/心跳a-secret",
        "https://monitor.example/#a-secret",
        "https://[a-secret",
    ],
)
def test_only_an_encrypted_address_or_one_on_this_machine_is_pinged(url: str) -> None:
    with pytest.raises(RequestRefused, match="DUBAN_HEARTBEAT_URL") as refused:
        open_ping(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["https://monitor.example", "https://m.example:8443/p?q=1", "http://[::1]:9/p"])
def test_a_ping_is_made_without_connecting(url: str) -> None:
    assert open_ping(url).host in ("monitor.example", "m.example", "::1")


def test_the_path_is_a_secret_that_is_not_shown() -> None:
    assert "a-secret" not in repr(open_ping("https://monitor.example/a-secret"))


def test_a_ping_asks_once_for_exactly_its_path() -> None:
    with monitoring() as monitor:
        open_ping(monitor.url("/ping/a-secret?from=duban")).send()
        assert monitor.asked == ["/ping/a-secret?from=duban"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_redirect_or_a_refusal_is_no_success_and_is_not_followed(status: int) -> None:
    with monitoring() as monitor:
        monitor.status = status
        with pytest.raises(WorkFaulty, match=str(status)) as fault:
            open_ping(monitor.url()).send()

        assert monitor.asked == ["/ping/a-secret"]
        assert "a-secret" not in str(fault.value)


def test_nobody_there_is_said_without_the_path() -> None:
    with monitoring() as monitor:
        url = monitor.url()
    with pytest.raises(WorkFaulty, match="ConnectionRefusedError") as fault:
        open_ping(url).send()
    assert "a-secret" not in str(fault.value)


def test_an_answer_that_does_not_come_is_not_waited_for() -> None:
    with monitoring() as monitor:
        monitor.answers.clear()
        with pytest.raises(WorkFaulty, match="TimeoutError"):
            open_ping(monitor.url()).send(seconds=0.2)
