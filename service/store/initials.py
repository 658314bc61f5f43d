"""The initials of a Chinese name's pinyin, by which people search: 江苏演示公司 is jsysgs."""

from functools import lru_cache


@lru_cache(maxsize=4096)
def initials(name_key: str) -> str:
    """The first letter of each character of a normalised name; what is no Chinese character stays as it is."""
    from pypinyin import Style, lazy_pinyin  # reads its dictionary: only who writes a name waits for that

    return "".join(lazy_pinyin(name_key, style=Style.FIRST_LETTER))[:200]
