"""A local mailbox."""

import mailbox
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.channels.channel import Parcel
from service.channels.maildir import Maildir
from service.domain.delivery import Sent, TryAgain
from service.domain.errors import WorkFaulty

MESSAGE = b"Subject: x\r\n\r\n" + b"x\r\n" * 5000
PARCEL = Parcel(7, "dlv-7.1@duban.example", "duban@duban.example", "a@x.example", MESSAGE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "mailbox"


def files(folder: Path) -> list[Path]:
    return sorted(path for part in ("tmp", "new", "cur") for path in (folder / part).iterdir())


def test_a_message_lies_in_new_byte_for_byte_and_for_its_owner_alone(folder: Path) -> None:
    list(Maildir(folder).carry([PARCEL]))
    (file,) = files(folder)
    assert file.parent.name == "new"
    assert file.read_bytes() == PARCEL.message
    assert file.stat().st_mode & 0o077 == 0
    assert [message["Subject"] for message in mailbox.Maildir(folder)] == ["x"]


def test_a_message_sent_again_replaces_itself(folder: Path) -> None:
    list(Maildir(folder).carry([PARCEL]))
    list(Maildir(folder).carry([PARCEL]))
    assert len(files(folder)) == 1


def test_a_message_that_was_read_is_not_delivered_a_second_time(folder: Path) -> None:
    list(Maildir(folder).carry([PARCEL]))
    (file,) = files(folder)
    file.rename(folder / "cur" / f"{file.name}:2,S")
    ((_, outcome),) = Maildir(folder).carry([PARCEL])
    assert isinstance(outcome, Sent)
    assert [path.name for path in files(folder)] == [f"{file.name}:2,S"]


def test_another_revision_of_a_delivery_is_another_message(folder: Path) -> None:
    revised = Parcel(7, "dlv-7.2@duban.example", PARCEL.sender, PARCEL.recipient, PARCEL.message)
    list(Maildir(folder).carry([PARCEL, revised]))
    assert len(files(folder)) == 2


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may grow past 4,096 bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.usefixtures("full_disk")
def test_without_room_the_message_waits_and_no_half_of_it_is_left(folder: Path) -> None:
    ((_, outcome),) = Maildir(folder).carry([PARCEL])
    assert isinstance(outcome, TryAgain)
    assert "File too large" in outcome.answer
    assert files(folder) == []


def test_a_mailbox_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "mailbox").write_text("a file where the folder should be")
    channel = Maildir(tmp_path / "mailbox")
    ((_, outcome),) = channel.carry([PARCEL])
    assert isinstance(outcome, TryAgain)
    with pytest.raises(WorkFaulty, match="mailbox"):
        channel.check()


def test_a_check_names_the_folder_and_leaves_nothing_in_it(folder: Path) -> None:
    assert Maildir(folder).check() == f"maildir {folder}"
    assert files(folder) == []
