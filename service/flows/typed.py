"""What a person types beside a command, on one line."""

from service.domain.errors import RequestRefused
from service.sheets import cells
from service.sheets.sheet import CellFaulty


def line(option: str, typed: str, limit: int) -> str:
    """The text without spaces around it. RequestRefused names the option: empty, too long, or not of one line."""
    try:
        given = cells.text(typed)
    except CellFaulty as fault:
        raise RequestRefused(f"{option}：{fault.zh}", f"{option}: {fault.en}") from None
    if not 0 < len(given) <= limit:
        raise RequestRefused(
            f"{option} 须为 1 至 {limit} 个字符，现有 {len(given)} 个",
            f"{option} takes 1 to {limit} characters, not {len(given)}",
        )
    return given
