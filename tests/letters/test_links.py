"""Signed links: each names one row for one purpose, and nobody else can write one."""

from hypothesis import assume, given
from hypothesis import strategies as st

from service.letters.links import Links

OURS = Links("https://site.example", "a key of the tests alone")
IDS = st.integers(1, 2**31 - 1)
PURPOSES = st.sampled_from(["sign-in", "answer", "feed"])


@given(PURPOSES, IDS)
def test_a_link_leads_back_to_its_row(purpose: str, id: int) -> None:
    link = OURS.to(purpose, id)
    assert link == f"https://site.example/{purpose}/{OURS.token(purpose, id)}"
    assert OURS.id_in(purpose, link.rpartition("/")[2]) == id


@given(PURPOSES, PURPOSES, IDS)
def test_it_is_good_for_its_purpose_alone(purpose: str, other: str, id: int) -> None:
    assume(purpose != other)
    assert OURS.id_in(other, OURS.token(purpose, id)) is None


@given(PURPOSES, IDS, IDS)
def test_its_signature_fits_no_other_row(purpose: str, id: int, other: int) -> None:
    assume(id != other)
    signature = OURS.token(purpose, id).partition(".")[2]
    assert OURS.id_in(purpose, f"{other}.{signature}") is None


@given(PURPOSES, IDS, st.text(min_size=1))
def test_another_key_writes_other_links(purpose: str, id: int, key: str) -> None:
    assume(key != OURS.key)
    assert OURS.id_in(purpose, Links("", key).token(purpose, id)) is None


@given(PURPOSES, st.text())
def test_any_other_text_names_no_row(purpose: str, text: str) -> None:
    assume(not text.isascii() or "." not in text)
    assert OURS.id_in(purpose, text) is None


def test_a_number_too_large_for_the_database_names_no_row() -> None:
    assert OURS.id_in("sign-in", OURS.token("sign-in", 2**31)) is None


def test_the_key_is_not_shown() -> None:
    assert "a key of the tests" not in repr(OURS)
