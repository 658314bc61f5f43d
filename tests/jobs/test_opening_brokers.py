"""DUBAN_BROKER_URL: which broker it opens, and what is said where none can be opened."""

import socket

import pytest

from jobs.brokers import rabbitmq, redis
from service.domain.errors import DubanError, RequestRefused, WorkFaulty
from tests.jobs.backends import connect
from tests.keeping import free_ports


def refusal(url: str) -> DubanError:
    with pytest.raises(DubanError) as refused:
        connect(url, 1)
    return refused.value


@pytest.mark.parametrize("scheme", ["redis", "rediss", "amqp", "amqps"])
def test_a_server_that_is_not_there_is_told_in_a_sentence_without_the_password(scheme: str) -> None:
    [port] = free_ports(1)
    said = refusal(f"{scheme}://duban:a-secret@127.0.0.1:{port}")

    assert isinstance(said, WorkFaulty)
    assert f"127.0.0.1:{port}" in said.zh
    assert f"127.0.0.1:{port}" in said.en
    assert "a-secret" not in str(said)


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_server_that_takes_the_call_and_says_nothing_is_not_waited_for_without_end(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for opening in (redis, rabbitmq):
        monkeypatch.setattr(opening, "_PATIENCE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        said = refusal(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}")

    assert "cannot be reached" in said.en


@pytest.mark.parametrize("kind", ["redis", "rabbitmq"])
def test_a_server_that_does_not_let_us_in_is_told_in_a_sentence_without_the_password(
    kind: str, request: pytest.FixtureRequest
) -> None:
    url: str = request.getfixturevalue(f"{kind}_url")
    scheme, _, place = url.replace("guest:guest@", "").partition("://")
    said = refusal(f"{scheme}://nobody:a-secret@{place}")

    assert isinstance(said, WorkFaulty)
    assert "does not let us in" in said.en
    assert "a-secret" not in str(said)


@pytest.mark.parametrize(
    "url",
    [
        "redis://:a-secret@127.0.0.1/0?colour=red",
        "redis://:a-secret@127.0.0.1/0?socket_timeout=soon",
        "amqp://duban:a-secret@127.0.0.1/?colour=red",
        "amqp://duban:a-secret@127.0.0.1/?heartbeat=soon",
        "amqps://duban:a-secret@127.0.0.1/?ssl_options=nonsense(",
    ],
)
def test_an_option_that_means_nothing_is_refused_without_the_password(url: str) -> None:
    said = refusal(url)

    assert isinstance(said, RequestRefused)
    assert "DUBAN_BROKER_URL" in said.en
    assert "a-secret" not in str(said)


def test_a_virtual_host_that_is_not_there_lets_nobody_in(rabbitmq_url: str) -> None:
    assert "virtual host" in refusal(f"{rabbitmq_url}-not").en
