"""Reading returned mail from a Maildir."""

import os
from pathlib import Path

import pytest

from service.channels.mailbox import LONGEST, Incoming
from service.channels.maildir_mailbox import MaildirMailbox
from service.domain.errors import WorkFaulty


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty Maildir."""
    for part in ("tmp", "new", "cur"):
        (tmp_path / "mail" / part).mkdir(parents=True)
    return tmp_path / "mail"


def put(folder: Path, name: str, content: bytes = b"x") -> None:
    (folder / name).write_bytes(content)


def waiting(folder: Path, most: int = 100, *, take: bool = False) -> list[Incoming]:
    found = []
    with MaildirMailbox(folder).opened() as reader:
        for message in reader.waiting(most):
            found.append(message)
            if take:
                reader.taken(message)
    return found


def names(folder: Path) -> list[str]:
    return sorted(f"{part}/{name}" for part in ("new", "cur") for name in os.listdir(folder / part))


def test_what_nobody_has_seen_is_read_the_oldest_first(folder: Path) -> None:
    put(folder, "new/1002.M1.host", b"second")
    put(folder, "cur/1001.M1.host:2,", b"first")
    put(folder, "cur/1000.M1.host:2,RS", b"seen")
    put(folder, "tmp/1003.M1.host", b"not there yet")
    put(folder, "new/.hidden", b"hidden")

    assert [each.content for each in waiting(folder)] == [b"first", b"second"]
    assert [each.content for each in waiting(folder, 1)] == [b"first"]


def test_what_is_taken_is_moved_as_seen_and_keeps_its_flags(folder: Path) -> None:
    put(folder, "new/1002.M1.host")
    put(folder, "cur/1001.M1.host:2,F")
    waiting(folder, take=True)

    assert names(folder) == ["cur/1001.M1.host:2,FS", "cur/1002.M1.host:2,S"]
    assert waiting(folder) == []


def test_reading_alone_moves_nothing(folder: Path) -> None:
    put(folder, "new/1002.M1.host")
    first = waiting(folder)

    assert names(folder) == ["new/1002.M1.host"]
    assert waiting(folder) == first


def test_a_source_is_that_of_the_message_wherever_it_lies(folder: Path) -> None:
    put(folder, "new/1002.M1.host", b"words")
    [before] = waiting(folder)
    (folder / "new/1002.M1.host").rename(folder / "cur/1002.M1.host:2,")
    [after] = waiting(folder)
    put(folder, "cur/1002.M1.host:2,", b"others")
    [another] = waiting(folder)

    assert after.source == before.source
    assert another.source != before.source


@pytest.mark.parametrize("name", ["1002." + "x" * 200, "1002.邮件", "1002.\udcff\udcfe", "1002.\n\x1b[2J"])
def test_a_source_is_short_and_plain_whatever_the_name(folder: Path, name: str) -> None:
    put(folder, f"new/{name}")
    [found] = waiting(folder, take=True)

    assert len(found.source) <= 200
    assert found.source.isascii()
    assert found.source.isprintable()
    assert waiting(folder) == []


def test_of_a_long_message_only_the_beginning_is_read(folder: Path) -> None:
    put(folder, "new/1002", b"x" * LONGEST + b"y")

    assert waiting(folder)[0].content == b"x" * LONGEST


def test_what_is_no_plain_file_is_never_opened_and_comes_as_nothing(folder: Path, tmp_path: Path) -> None:
    put(tmp_path, "secret", b"secret")
    (folder / "new/1001").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "new/1002")
    (folder / "new/1003").mkdir()

    assert [each.content for each in waiting(folder, take=True)] == [b"", b"", b""]
    assert waiting(folder) == []


def test_a_message_that_vanishes_while_others_are_read_is_passed_over(folder: Path) -> None:
    put(folder, "new/1001", b"first")
    put(folder, "new/1002", b"second")
    with MaildirMailbox(folder).opened() as reader:
        messages = reader.waiting(100)
        assert next(messages).content == b"first"
        (folder / "new/1002").unlink()
        assert list(messages) == []


def test_a_folder_that_is_no_maildir_is_a_fault_and_no_empty_mailbox(tmp_path: Path) -> None:
    with pytest.raises(WorkFaulty, match="DUBAN_BOUNCE_URL"):
        waiting(tmp_path / "nowhere")
