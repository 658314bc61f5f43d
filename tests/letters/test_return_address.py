"""The signed envelope address: it names its delivery, survives the post, and nobody else can write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.channels.channel import Parcel
from service.channels.envelope import envelope
from service.letters.return_address import LARGEST_ID, LONGEST_LOCAL_PART, ReturnAddress

RETURNS = ReturnAddress("bounce@unit.example", "a key of the tests")
IDS = st.integers(1, LARGEST_ID)


@given(IDS, st.sampled_from([str.lower, str.upper, str.swapcase]), st.sampled_from(["{}", "<{}>", "x={}", "SRS0=a={}"]))
def test_it_names_its_delivery_in_any_case_and_among_other_words(id: int, case: object, around: str) -> None:
    address = RETURNS.of(id)
    assert callable(case)

    assert RETURNS.delivery_in(around.format(case(address)).encode()) == id


@given(IDS, IDS, st.integers(0, 15), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_no_other_number_and_no_changed_letter_passes(id: int, other: int, place: int, letter: str) -> None:
    head, signature = RETURNS.of(id).split("@")[0].split(".")
    changed = signature[:place] + letter + signature[place + 1 :]

    assert (RETURNS.delivery_in(f"{head}.{changed}@x".encode()) == id) is (changed == signature)
    assert (RETURNS.delivery_in(f"bounce+{other}.{signature}@x".encode()) == id) is (other == id)


def test_another_key_signs_otherwise() -> None:
    assert RETURNS.delivery_in(ReturnAddress(RETURNS.address, "another key").of(7).encode()) is None


def test_the_first_that_is_well_signed_counts() -> None:
    words = f"bounce+7.{'a' * 16}@x {RETURNS.of(8)} {RETURNS.of(9)}"

    assert RETURNS.delivery_in(words.encode()) == 8


@pytest.mark.parametrize(
    "words", ["", "bounce@unit.example", RETURNS.of(7).replace("+", "-"), RETURNS.of(7)[:-20] + "a"]
)
def test_what_is_no_such_address_names_nothing(words: str) -> None:
    assert RETURNS.delivery_in(words.encode()) is None


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(words: bytes) -> None:
    assert RETURNS.delivery_in(words) is None


def test_the_longest_fits_the_local_part_and_the_wire() -> None:
    longest = ReturnAddress(f"{'x' * LONGEST_LOCAL_PART}@unit.example", "key").of(LARGEST_ID)

    assert len(longest.rpartition("@")[0]) == 64
    [mail, *_] = envelope(Parcel(1, "m", longest, "a@x.example", b"Subject: x\r\n\r\nx\r\n"), {}).commands
    assert mail == f"MAIL FROM:<{longest}>\r\n".encode()


def test_the_key_is_in_no_representation() -> None:
    assert "tests" not in repr(RETURNS)
