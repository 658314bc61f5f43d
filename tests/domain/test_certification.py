import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.certification import checked_uscc, normalise_name
from service.domain.errors import RequestRefused

# GB 32100-2015, table 2: the characters in the order of their values; table 3: the weights of the 17 positions.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
PUBLISHED = "91350100M000100Y43"  # the specimen that explanations of the standard use


def completed(body: str) -> str:
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(body, WEIGHTS, strict=True))
    return body + ALPHABET[(31 - total % 31) % 31]


codes = st.text(ALPHABET, min_size=17, max_size=17).map(completed)


def is_refused(code: str) -> bool:
    try:
        checked_uscc(code)
    except RequestRefused:
        return True
    return False


def test_the_published_specimen_is_a_code() -> None:
    assert checked_uscc(PUBLISHED) == PUBLISHED


@given(codes)
def test_a_code_completed_by_the_standard_is_taken_as_it_is(code: str) -> None:
    assert checked_uscc(code) == code


@given(codes)
def test_a_code_is_taken_in_small_or_full_width_letters_and_with_spaces_around(code: str) -> None:
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in code)
    assert checked_uscc(f" {code.lower()}\u3000") == checked_uscc(full_width) == code


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_a_code_with_one_character_changed_is_refused(code: str, position: int, other: str) -> None:
    changed = code[:position] + other + code[position + 1 :]
    assert is_refused(changed) == (changed != code)


@given(codes, st.integers(0, 17), st.integers(0, 17))
def test_a_code_with_two_characters_swapped_is_refused(code: str, one: int, two: int) -> None:
    """All weights differ, so any swap shows, but that of the first with the check character: both weigh 1."""
    characters = list(code)
    characters[one], characters[two] = characters[two], characters[one]
    swapped = "".join(characters)
    if {one, two} != {0, 17}:
        assert is_refused(swapped) == (swapped != code)


@pytest.mark.parametrize("letter", "IOSVZ")
def test_a_letter_that_the_standard_leaves_out_is_refused(letter: str) -> None:
    with pytest.raises(RequestRefused, match="不含 I、O、S、V、Z"):
        checked_uscc(PUBLISHED[:8] + letter + PUBLISHED[9:])


@pytest.mark.parametrize("code", ["", PUBLISHED[:17], PUBLISHED + "0", "9135 100M000100Y43", PUBLISHED[:17] + "\n"])
def test_a_code_of_another_length_is_refused(code: str) -> None:
    with pytest.raises(RequestRefused, match="18 位"):
        checked_uscc(code)


def test_a_wrong_check_character_is_named() -> None:
    with pytest.raises(RequestRefused, match="校验位不对") as refused:
        checked_uscc(PUBLISHED[:17] + "4")
    assert PUBLISHED[:17] + "4" in refused.value.en


@pytest.mark.parametrize(
    "spelling",
    [
        "海克斯康(青岛)ABC公司",
        "海克斯康（青岛）abc公司",
        " 海克斯康 〔青岛〕\u3000ＡＢＣ公司 ",
        "海克斯康【青岛】Abc\u00a0公司",
    ],
)
def test_spaces_brackets_width_and_case_do_not_tell_two_holders_apart(spelling: str) -> None:
    assert normalise_name(spelling) == "海克斯康(青岛)abc公司"


def test_another_word_tells_two_holders_apart() -> None:
    assert normalise_name("青岛甲公司") != normalise_name("青岛乙公司")


names = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x7E)
    | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
    | st.characters(min_codepoint=0xFF01, max_codepoint=0xFF5E)
    | st.sampled_from("\u3000\u00a0〔〕【】")
)


@given(names)
def test_a_normalised_name_stays_as_it_is_when_normalised_again(name: str) -> None:
    once = normalise_name(name)
    assert normalise_name(once) == once
